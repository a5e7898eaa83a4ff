from __future__ import annotations

import itertools
import tracemalloc

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.providers.sse import LONGEST_WAIT_MS, Event, Events, OverlongEventError, events_of

FIELDS = ["data", "event", "id", "retry", ":", ": ", "\ufeff", "word", "é", "\0", "7", "日本"]
ENDS = ["\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n"]
TEXTS = st.lists(st.sampled_from([*FIELDS, *ENDS]), max_size=40).map("".join)
BYTES = st.builds(
    lambda text, dirt, at: text.encode()[:at] + dirt + text.encode()[at:],
    TEXTS,
    st.sampled_from([b"", b"\xff", b"\xe2\x82", b"\xef\xbb\xbf"]),
    st.integers(0, 40),
)


def read(*pieces: bytes) -> list[Event]:
    stream = Events()
    return [event for piece in pieces for event in stream.feed(piece)]


def fed(stream: Events, piece: bytes, times: int) -> None:
    for _ in range(times):
        stream.feed(piece)


def by_the_letter(body: bytes) -> list[Event]:
    """The standard's rules over the whole text at once."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:-1]
    events, data, name, last_id = [], "", "", ""
    for line in lines:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            events += [Event(data[:-1], name or "message", last_id)] if data else []
            data = name = ""
        elif field == "data":
            data += value + "\n"
        elif field == "event":
            name = value
        elif field == "id" and "\0" not in value:
            last_id = value
    return events


@settings(max_examples=500)
@given(BYTES, st.lists(st.integers(0, 200), max_size=12))
def test_however_it_is_cut_a_stream_reads_as_the_standard_says(
    body: bytes, cuts: list[int]
) -> None:
    places = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    pieces = [body[start:end] for start, end in itertools.pairwise(places)]
    assert read(*pieces) == by_the_letter(body)


@given(BYTES)
def test_a_stream_that_comes_byte_by_byte_reads_the_same(body: bytes) -> None:
    assert read(*(body[at : at + 1] for at in range(len(body)))) == by_the_letter(body)


def test_an_event_is_there_as_soon_as_its_blank_line_is() -> None:
    assert read(b"data: 1\r\r") == [Event("1")]


def test_a_line_feed_that_follows_a_carriage_return_later_ends_no_second_line() -> None:
    assert read(b"data: 1\r", b"\ndata: 2\r\n\r", b"\n") == [Event("1\n2")]


def test_nothing_in_between_parts_a_carriage_return_from_its_line_feed() -> None:
    assert read(b"data: 1\r", b"", b"\ndata: 2\n\n") == [Event("1\n2")]


def test_a_comment_is_no_event_and_ends_none() -> None:
    assert read(b": stay awake\ndata: 1\n: still here\ndata: 2\n\n") == [Event("1\n2")]


def test_what_no_blank_line_ended_is_no_event() -> None:
    assert read(b"data: 1\n\ndata: 2\n") == [Event("1")]


def test_an_id_stays_for_the_events_after_it() -> None:
    assert read(b"id: 7\ndata: 1\n\ndata: 2\n\n") == [Event("1", id="7"), Event("2", id="7")]


def test_an_id_that_no_header_could_hold_is_not_taken() -> None:
    assert read(b"id: 7\n\nid: " + b"8" * 2000 + b"\ndata: 1\n\n") == [Event("1", id="7")]


def test_the_pause_a_server_asks_for_is_no_longer_than_a_day() -> None:
    stream = Events()
    stream.feed(b"retry: 1500\n")
    assert stream.retry_ms == 1500
    stream.feed(b"retry: " + b"9" * 5000 + b"\nretry: soon\n")
    assert stream.retry_ms == LONGEST_WAIT_MS


@pytest.mark.parametrize("endless", [b"x", b"data: x\n", b"event: " + b"x" * 60, b": x"])
def test_an_event_that_never_ends_is_given_up_at_the_bound(endless: bytes) -> None:
    stream = Events(largest_bytes=1000)
    with pytest.raises(OverlongEventError, match=r"an event is larger than 1,000 bytes"):
        fed(stream, endless, 2000)


def test_a_stream_of_small_events_may_be_of_any_length() -> None:
    stream = Events(largest_bytes=100)
    assert sum(len(stream.feed(b"data: x\n\n")) for _ in range(1000)) == 1000


def test_lines_without_end_hold_no_more_memory_than_the_bound() -> None:
    tracemalloc.start()
    stream = Events(largest_bytes=100_000)
    with pytest.raises(OverlongEventError, match=r"larger than 100,000 bytes"):
        fed(stream, b"data\n" * 1000, 1000)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


def test_one_image_of_megabytes_is_one_line() -> None:
    body = b"data: " + b"A" * 3_000_000 + b"\n\n"
    assert [len(event.data) for event in events_of(body)] == [3_000_000]
