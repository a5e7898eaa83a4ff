"""Replies on their way into the catalog: raw bytes, durable beside it before they are read.

`staging/<call>.reply` is one line of JSON (status and chosen headers), then the body as it
came. It is removed once its images are kept, and stays for ever while the outcome is unknown.
`staging/<call>.stream` is the same for an answer that arrives as events, as far as it came;
it becomes the reply when the stream ends. `staging/<call>.unsent` says, instead of a reply, that
a call was never posted, where the catalog did not take that. Where the catalog's own disk does
not take a file, another may: see `second_place`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path

from imagelab import killpoints
from imagelab.catalog import folders
from imagelab.catalog.second_place import make_private, places, second_place
from imagelab.domain.frozen import frozen

_log = logging.getLogger(__name__)


@frozen
class StagedReply:
    """A reply as it was received; `cut` if it is a stream that had not ended."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    cut: bool = False


def prepare(folder: Path) -> None:
    """Make the folder, durably, before anything is paid for that could then not be kept."""
    folders.make(folder)


def stage(folder: Path, call: str, reply: StagedReply) -> None:
    """Make a reply durable: written aside, synced, renamed, and the folder synced.

    On a disk that does not take it, in the second place; OSError where that does not either.
    """
    try:
        _write(folder, f"{call}.reply", reply)
    except OSError as error:
        second = _write_second(folder, f"{call}.reply", reply, error)
        _log.warning(
            "what was paid for is kept in %s, since the disk of the catalog does not take it (%s); "
            "make room there, and opening the lab takes it in",
            second,
            error,
        )
    killpoints.reach("staged")


def stage_unsent(folder: Path, call: str, why: str) -> None:
    """Make durable, wherever a disk takes it, that a call was not posted and never will be."""
    note = StagedReply(0, {}, why.encode())
    try:
        _write(folder, f"{call}.unsent", note)
    except OSError as error:
        _write_second(folder, f"{call}.unsent", note, error)


def unsent(folder: Path, call: str) -> str | None:
    """Why a call was never posted, if that was noted."""
    for place in places(folder):
        note = _read(place / f"{call}.unsent")
        if note:
            return note.body.decode(errors="replace")
    return None


def stage_stream(folder: Path, call: str, part: StagedReply, at: int, *, durable: bool) -> None:
    """Add to a stream, at its byte `at`, what came of it; the same part may be added again.

    Durable, if asked for, with all that came before; so is the beginning, and the file's name.
    """
    head = _head(part)
    path, first = folder / f"{call}.stream", at == 0
    data = head + part.body if first else part.body
    folders.write_at(path, 0 if first else len(head) + at, data, durable=durable or first)
    if first:
        folders.sync(folder)
    if durable:
        killpoints.reach("streamed")


def end_stream(folder: Path, call: str, reply: StagedReply) -> None:
    """The stream is whole and durable: it becomes the reply; ending it again is no matter."""
    path = folder / f"{call}.stream"
    if path.exists():
        folders.write_at(path, 0, _head(reply), durable=True)
        folders.put(path, f"{call}.reply")
    killpoints.reach("staged")


def stage_part(folder: Path, call: str, received: bytes) -> None:
    """Keep what arrived of a reply that was cut off, for a person to look at."""
    _write(folder, part_path(folder, call).name, StagedReply(0, {}, received))


def part_path(folder: Path, call: str) -> Path:
    """Where such a part is, unless the disk did not take it there."""
    return folder / f"{call}.partial"


def staged(folder: Path, call: str) -> StagedReply | None:
    """The reply that was staged for a call, or the stream so far, if it can be read."""
    for place in places(folder):
        whole = _read(place / f"{call}.reply")
        if whole:
            return whole
    begun = _read(folder / f"{call}.stream")
    return replace(begun, cut=True) if begun else None


def copy(folder: Path, there: Path, call: str) -> None:
    """Have what was staged for a call in another folder too, as durable as here."""
    names = (f"{call}.reply", f"{call}.stream", f"{call}.partial")
    for path in (place / name for name in names for place in places(folder)):
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        if path.suffix == ".stream" or not (there / path.name).exists():
            folders.put(folders.aside(there, path.name, content), path.name)


def all_staged(folder: Path) -> list[str]:
    """The calls with a reply or a note here, of every catalog beside the folder."""
    kinds = ("*.reply*", "*.stream", "*.unsent*")
    found = [path for p in places(folder) for kind in kinds for path in p.glob(kind)]
    return sorted({path.name.partition(".")[0] for path in found})


def remove(folder: Path, call: str) -> None:
    """Forget a reply whose images are kept; that it is gone need not be durable."""
    for place in map(str, places(folder)):
        for kind in ("reply", "reply.part", "stream", "unsent", "unsent.part"):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                os.unlink(f"{place}/{call}.{kind}")  # noqa: PTH108 - five names, each time an image is kept


def _write_second(folder: Path, name: str, reply: StagedReply, error: OSError) -> Path:
    """Keep it elsewhere, since the folder raised this; that is raised where nothing takes it."""
    second = second_place(folder)
    try:
        make_private(second)
        _write(second, name, reply)
    except OSError:
        raise error from None
    return second


def _read(path: Path) -> StagedReply | None:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    head, _, body = content.partition(b"\n")
    try:
        facts = json.loads(head)
        return StagedReply(int(facts["status"]), dict(facts["headers"]), body)
    except (ValueError, TypeError, KeyError):
        # Whatever altered it, one file must not keep a catalog from being opened.
        _log.warning("%s in %s cannot be read; it is left as it is", path.name, path.parent.name)
        return None


def _head(reply: StagedReply) -> bytes:
    return json.dumps({"status": reply.status, "headers": dict(reply.headers)}).encode() + b"\n"


def _write(folder: Path, name: str, reply: StagedReply) -> None:
    written = folders.aside(folder, name, _head(reply), reply.body)
    killpoints.reach("part")
    folders.put(written, name)
