from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imagelab.catalog import staging
from imagelab.catalog.staging import StagedReply
from imagelab.jobs.call_journal import CallJournal
from imagelab.jobs.writer import Writer
from imagelab.providers.steps import Head, Image, Reply
from tests.finished import new_catalog

JUNK = b"paid for, and no image"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    catalog = new_catalog(tmp_path / "a.db")
    made = Writer(catalog)
    yield made
    made.close()
    catalog.close()


@pytest.fixture
def journal(writer: Writer, tmp_path: Path) -> CallJournal:
    return CallJournal(
        "call",
        writer,
        tmp_path / "staging",
        arrived=lambda _: None,
        shown=lambda *_: None,
        late=lambda: False,
        safe=lambda _: None,
    )


async def while_blocked(
    journal: CallJournal, writer: Writer, unblock: Callable[[], None], data: bytes
) -> None:
    """The first attempt finds the disk blocked; what is handed in after it frees it."""
    keeping = asyncio.ensure_future(journal.keep(0, Image(data)))
    await asyncio.sleep(0)
    await writer.doing(unblock)
    await keeping


def test_paid_bytes_that_are_no_image_are_held_until_the_disk_takes_them(
    journal: CallJournal, writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagelab.jobs.writer._PAUSE_SECONDS", 0.05)
    blocked = tmp_path / "staging"
    blocked.write_text("a file where the folder should be")

    asyncio.run(while_blocked(journal, writer, blocked.unlink, JUNK))

    assert (blocked / "call-0.partial").read_bytes().endswith(JUNK)
    assert "kept beside the catalog, in staging/call-0.partial" in str(journal.problem)


def test_the_beginning_of_a_reply_is_dropped_where_the_disk_does_not_take_it(
    journal: CallJournal, tmp_path: Path
) -> None:
    (tmp_path / "staging").write_text("a file where the folder should be")

    asyncio.run(journal.partial(Reply(200, {}, b"half")))

    assert (tmp_path / "staging").is_file()


def test_a_stream_becomes_the_reply_when_it_ends(journal: CallJournal, tmp_path: Path) -> None:
    async def streaming() -> None:
        for part, at in ((b"data: ", 0), (b"1\n\n", 6)):
            await journal.streamed(Head(200, {}), at, part, whole=at > 0)
        await journal.staged(Reply(200, {}, b"data: 1\n\n"))

    (tmp_path / "staging").mkdir()
    asyncio.run(streaming())

    assert staging.staged(tmp_path / "staging", "call") == StagedReply(200, {}, b"data: 1\n\n")


def test_an_empty_stream_is_an_empty_reply(journal: CallJournal, tmp_path: Path) -> None:
    asyncio.run(journal.staged(Reply(200, {}, b"")))

    assert staging.staged(tmp_path / "staging", "call") == StagedReply(200, {}, b"")
