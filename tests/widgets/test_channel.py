from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from comm.base_comm import BaseComm

from imagelab.domain.query import parse
from imagelab.errors import CatalogError, RequestError
from imagelab.widgets.channel import Channel, unpin


@dataclass
class Parcel:
    """An answer in one piece."""

    data: bytes

    def packed(self) -> bytes:
        return self.data


class Wire(BaseComm):
    """A comm that leads nowhere and keeps what was sent."""

    def __init__(self, **given: Any) -> None:
        self.sent: list[tuple[dict[str, Any], list[Any]]] = []
        super().__init__(**given)

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: list[bytes] | None = None,
        **keys: Any,
    ) -> None:
        del msg_type, metadata, keys
        if data and data.get("method") == "custom":
            self.sent.append((data["content"], buffers or []))


@dataclass
class Desk:
    """Answers in the catalog's place, and acts in the lab's."""

    done: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def answer(self, name: str, asked: Mapping[str, Any]) -> Parcel:
        if name == "page":
            parse(asked["query"])
        if name == "original":
            raise CatalogError("the catalog lab.db is not there any more")
        return Parcel(json.dumps({name: asked}).encode())

    def act(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        self.done.append((name, given))
        if name == "break":
            raise ZeroDivisionError
        if name == "fold":
            raise RequestError("'fold' is not a verb of a view")
        return {"carried out": len(self.done)}


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def channel(desk: Desk) -> Iterator[Channel]:
    made = Channel(desk.answer, desk.act)
    made.comm = Wire()
    yield made
    made.close()


def hear(channel: Channel, **message: Any) -> list[tuple[dict[str, Any], list[Any]]]:
    """A message from the page, as ipywidgets hands it over; what is sent in return."""
    data = {"method": "custom", "content": message}
    channel._handle_msg({"content": {"data": data}, "buffers": []})
    sent: list[tuple[dict[str, Any], list[Any]]] = channel.comm.sent
    return sent


def test_a_question_is_answered_by_its_number_with_one_parcel(channel: Channel) -> None:
    sent = hear(channel, kind="ask", id="a-1", name="facts", ask={"id": 206})

    assert sent == [({"kind": "answer", "id": "a-1"}, [b'{"facts": {"id": 206}}'])]


def test_what_cannot_be_answered_is_a_sentence(channel: Channel) -> None:
    sent = hear(channel, kind="ask", id="a-1", name="original", ask={})

    told = {"error": "the catalog lab.db is not there any more", "kind": "CatalogError"}
    assert sent == [({"kind": "answer", "id": "a-1", **told}, [])]


def test_a_query_that_cannot_be_read_comes_with_the_place(channel: Channel) -> None:
    [(told, _)] = hear(channel, kind="ask", id="a-1", name="page", ask={"query": "fox qualty:low"})

    assert told["kind"] == "QueryError"
    assert (told["at"], told["length"]) == (4, 7)
    assert "did you mean quality:?" in told["error"]


def test_a_verb_is_carried_out_and_said_to_be_done(channel: Channel, desk: Desk) -> None:
    given = {"ids": [206], "stars": 4}

    sent = hear(channel, kind="do", id="a-1", name="rate", given=given)

    assert desk.done == [("rate", given)]
    assert sent == [({"kind": "done", "id": "a-1", "carried out": 1}, [])]


def test_a_verb_sent_again_is_answered_again_and_done_once(channel: Channel, desk: Desk) -> None:
    verb: dict[str, Any] = {"kind": "do", "id": "a-1", "name": "generate", "given": {}}

    hear(channel, **verb)
    sent = hear(channel, **verb)

    assert len(desk.done) == 1
    assert sent[0] == sent[1]


def test_a_verb_on_two_threads_at_once_is_done_once(channel: Channel, desk: Desk) -> None:
    verb: dict[str, Any] = {"kind": "do", "id": "a-1", "name": "generate", "given": {}}
    threads = [threading.Thread(target=hear, args=[channel], kwargs=verb) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(desk.done) == 1
    assert len(channel.comm.sent) == len(threads)


def test_only_the_last_verbs_are_remembered(channel: Channel, desk: Desk) -> None:
    for number in range(80):
        hear(channel, kind="do", id=f"a-{number}", name="rate", given={})

    hear(channel, kind="do", id="a-0", name="rate", given={})
    hear(channel, kind="do", id="a-79", name="rate", given={})

    assert len(desk.done) == 81


def test_a_refused_verb_is_a_sentence_each_time(channel: Channel) -> None:
    hear(channel, kind="do", id="a-1", name="fold", given={})
    sent = hear(channel, kind="do", id="a-1", name="fold", given={})

    told = {"error": "'fold' is not a verb of a view", "kind": "RequestError"}
    assert sent == [({"kind": "done", "id": "a-1", **told}, [])] * 2


def test_a_verb_that_broke_off_is_not_begun_again(channel: Channel, desk: Desk) -> None:
    hear(channel, kind="do", id="a-1", name="break", given={})
    [(told, _)] = hear(channel, kind="do", id="a-1", name="break", given={})

    assert len(desk.done) == 1
    assert told["error"] == "it broke off; the kernel's log says why"


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"kind": "ask"},
        {"kind": "ask", "id": 1, "name": "page", "ask": {}},
        {"kind": "ask", "id": "a-1", "name": "page", "ask": "everything"},
        {"kind": "do", "id": "a-1", "name": ["rate"], "given": {}},
        {"kind": "sudo", "id": "a-1", "name": "rate", "given": {}},
    ],
)
def test_what_is_no_message_of_ours_is_let_pass(
    channel: Channel, desk: Desk, message: dict[str, Any]
) -> None:
    sent = hear(channel, **message)

    assert (sent, desk.done) == ([], [])


def test_a_comm_that_keeps_to_one_thread_is_let_go() -> None:
    class Pinned:
        def _reply_subshell_for(self, data: str, default: str) -> str:
            return f"{data}, not {default}"

    comm = Pinned()

    unpin(comm)

    assert comm._reply_subshell_for("the first sender's", "the page's") == "the page's"


def test_a_comm_of_another_kind_is_left_as_it_is() -> None:
    comm = Wire()

    unpin(comm)

    assert not hasattr(comm, "_reply_subshell_for")
