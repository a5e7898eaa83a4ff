"""Staging under a power loss: what was synced, when, and what would be there afterwards."""

from __future__ import annotations

import os
import stat
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.catalog import staging
from imagelab.catalog.second_place import second_place
from imagelab.catalog.staging import StagedReply, all_staged, remove, stage, stage_part, staged

REPLY = StagedReply(200, {"x-request-id": "req_1"}, b'{"data": []}\n\x00\xff' * 1000)


@dataclass
class Disk:
    """What the real calls did, in order: ("sync", inode, bytes) and ("rename", from, to)."""

    events: list[tuple[object, ...]] = field(default_factory=list)

    def synced(self, inode: int) -> list[int]:
        return [
            n for n, (what, which, *_) in enumerate(self.events) if (what, which) == ("sync", inode)
        ]

    @property
    def renamed(self) -> int:
        return next(n for n, (what, *_) in enumerate(self.events) if what == "rename")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    watched = Disk()
    fsync, replace = os.fsync, os.replace

    def noted_fsync(descriptor: int) -> None:
        fsync(descriptor)
        found = os.fstat(descriptor)
        watched.events.append(("sync", found.st_ino, found.st_size))

    def noted_replace(source: Path, target: Path) -> None:
        replace(source, target)
        watched.events.append(("rename", Path(source).name, Path(target).name))

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    return watched


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "staging"


def test_every_byte_of_a_reply_is_synced_before_it_gets_its_name(disk: Disk, folder: Path) -> None:
    stage(folder, "call", REPLY)

    reply = (folder / "call.reply").stat()
    before = [disk.events[n] for n in disk.synced(reply.st_ino) if n < disk.renamed]
    assert before == [("sync", reply.st_ino, reply.st_size)]


def test_the_name_of_a_reply_is_synced_after_the_rename(disk: Disk, folder: Path) -> None:
    stage(folder, "call", REPLY)

    assert [n for n in disk.synced(folder.stat().st_ino) if n > disk.renamed]


def test_a_new_staging_folder_is_itself_synced_into_its_parent(disk: Disk, folder: Path) -> None:
    stage(folder, "call", REPLY)

    assert disk.synced(folder.parent.stat().st_ino)


def test_a_reply_is_written_aside_and_appears_whole(disk: Disk, folder: Path) -> None:
    stage(folder, "call", REPLY)

    assert disk.events[disk.renamed] == ("rename", "call.reply.part", "call.reply")
    assert [found.name for found in folder.iterdir()] == ["call.reply"]


@settings(deadline=None, max_examples=50)
@given(status=st.integers(100, 599), body=st.binary(), text=st.text())
def test_a_reply_comes_back_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, status: int, body: bytes, text: str
) -> None:
    folder = tmp_path_factory.mktemp("lab") / "staging"
    reply = StagedReply(status, {"retry-after": text}, body)

    stage(folder, "call", reply)

    assert staged(folder, "call") == reply


def test_staging_a_reply_again_replaces_it_whole(folder: Path) -> None:
    stage(folder, "call", REPLY)
    stage(folder, "call", StagedReply(201, {}, b"second"))

    assert staged(folder, "call") == StagedReply(201, {}, b"second")


def test_a_stream_that_came_in_parts_is_read_as_far_as_it_came(folder: Path) -> None:
    staging.prepare(folder)
    for at in range(0, len(REPLY.body), 700):
        part = replace(REPLY, body=REPLY.body[at : at + 700])
        staging.stage_stream(folder, "call", part, at, durable=False)

    assert staged(folder, "call") == replace(REPLY, cut=True)


def test_a_part_of_a_stream_that_is_staged_twice_is_there_once(folder: Path) -> None:
    staging.prepare(folder)
    for part, at in ((b"one", 0), (b"two", 3), (b"two", 3)):
        staging.stage_stream(folder, "call", replace(REPLY, body=part), at, durable=True)

    assert staged(folder, "call") == replace(REPLY, body=b"onetwo", cut=True)


def test_the_events_of_a_stream_are_synced_and_so_is_its_name(disk: Disk, folder: Path) -> None:
    staging.prepare(folder)
    disk.events.clear()
    for part, at, durable in ((b"one", 0, False), (b"two", 3, False), (b"end", 6, True)):
        staging.stage_stream(folder, "call", replace(REPLY, body=part), at, durable=durable)

    stream = (folder / "call.stream").stat()
    assert [disk.events[n][2] for n in disk.synced(stream.st_ino)][1:] == [stream.st_size]
    assert len(disk.synced(folder.stat().st_ino)) == 1


def test_a_stream_that_has_ended_is_the_reply(disk: Disk, folder: Path) -> None:
    staging.prepare(folder)
    staging.stage_stream(folder, "call", REPLY, 0, durable=True)

    staging.end_stream(folder, "call", REPLY)
    staging.end_stream(folder, "call", REPLY)

    assert staged(folder, "call") == REPLY
    assert [n for n in disk.synced(folder.stat().st_ino) if n > disk.renamed]


def test_a_stream_is_found_copied_and_removed_as_a_reply_is(folder: Path, tmp_path: Path) -> None:
    staging.prepare(folder)
    staging.stage_stream(folder, "call", REPLY, 0, durable=True)

    staging.copy(folder, tmp_path / "there", "call")
    assert all_staged(folder) == ["call"]
    remove(folder, "call")

    assert staged(folder, "call") is None
    assert staged(tmp_path / "there", "call") == replace(REPLY, cut=True)


def test_a_copied_stream_is_copied_again_as_it_grows(folder: Path, tmp_path: Path) -> None:
    staging.prepare(folder)
    for part, at in ((b"one", 0), (b"two", 3)):
        staging.stage_stream(folder, "call", replace(REPLY, body=part), at, durable=True)
        staging.copy(folder, tmp_path / "there", "call")

    assert staged(tmp_path / "there", "call") == replace(REPLY, body=b"onetwo", cut=True)


def test_no_reply_is_none(folder: Path) -> None:
    assert staged(folder, "call") is None


def test_a_reply_written_aside_is_no_reply(folder: Path) -> None:
    folder.mkdir()
    (folder / "call.reply.part").write_bytes(b'{"status": 200, "headers": {}}\nhalf')

    assert staged(folder, "call") is None


def test_what_came_of_a_cut_reply_is_kept_and_never_read_as_one(folder: Path) -> None:
    stage_part(folder, "call", b"the beginning")

    assert staged(folder, "call") is None
    assert (folder / "call.partial").read_bytes().endswith(b"\nthe beginning")


@pytest.mark.parametrize("content", [b"", b"no head\nbody", b"[]\nbody", b'{"status": "x"}\n'])
def test_a_reply_that_something_altered_stops_nobody_and_stays(
    folder: Path, content: bytes
) -> None:
    folder.mkdir()
    (folder / "call.reply").write_bytes(content)

    assert staged(folder, "call") is None
    assert (folder / "call.reply").read_bytes() == content


def test_removing_takes_a_reply_and_its_beginning_and_nothing_else(folder: Path) -> None:
    stage(folder, "call", REPLY)
    stage(folder, "other", REPLY)
    (folder / "call.reply.part").write_bytes(b"half")

    remove(folder, "call")
    remove(folder, "never there")

    assert all_staged(folder) == ["other"]
    assert staged(folder, "other") == REPLY


def permissive(work: Callable[[], None]) -> None:
    before = os.umask(0)
    try:
        work()
    finally:
        os.umask(before)


def test_replies_are_for_their_owner_only_whatever_the_umask(folder: Path) -> None:
    permissive(lambda: stage(folder, "call", REPLY))

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "call.reply").stat().st_mode) == 0o600


def test_replies_of_several_calls_are_staged_at_once(folder: Path) -> None:
    threads = [
        threading.Thread(target=stage, args=(folder, f"call{number}", REPLY)) for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [staged(folder, f"call{number}") for number in range(8)] == [REPLY] * 8


def test_a_reply_and_the_beginning_of_one_are_copied_as_they_are(tmp_path: Path) -> None:
    staging.stage(tmp_path / "here", "a", StagedReply(200, {}, b"whole"))
    staging.stage_part(tmp_path / "here", "a", b"half")

    staging.copy(tmp_path / "here", tmp_path / "there", "a")
    staging.copy(tmp_path / "here", tmp_path / "there", "never")

    both = [
        sorted((f.name, f.read_bytes()) for f in tmp_path.glob(f"{name}/*"))
        for name in ("here", "there")
    ]
    assert both[0] == both[1]
    assert len(both[1]) == 2


def test_a_reply_that_is_there_already_is_not_copied_over(tmp_path: Path) -> None:
    staging.stage(tmp_path / "here", "a", StagedReply(200, {}, b"new"))
    staging.stage(tmp_path / "there", "a", StagedReply(200, {}, b"old"))

    staging.copy(tmp_path / "here", tmp_path / "there", "a")

    kept = staging.staged(tmp_path / "there", "a")
    assert kept is not None
    assert kept.body == b"old"


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A staging folder that takes nothing, and a temporary folder of the test's own."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "staging").write_text("no folder")
    return tmp_path / "staging"


def test_a_reply_that_the_disk_does_not_take_is_kept_in_a_second_place(
    refused: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stage(refused, "call-1", REPLY)

    assert staged(refused, "call-1") == REPLY
    assert all_staged(refused) == ["call-1"]
    assert "what was paid for is kept in" in caplog.text
    remove(refused, "call-1")
    assert all_staged(refused) == []


def test_a_second_place_is_another_for_each_catalog(refused: Path) -> None:
    stage(refused, "call-1", REPLY)

    assert all_staged(refused.with_name("other")) == []


def test_what_others_could_have_written_is_not_believed(refused: Path) -> None:
    stage(refused, "call-1", REPLY)
    second_place(refused).parent.chmod(0o777)

    assert staged(refused, "call-1") is None
    with pytest.raises(FileExistsError, match="staging"):
        stage(refused, "call-2", REPLY)
