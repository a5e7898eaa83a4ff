"""Replies on their way into the catalog: raw bytes, durable beside it before they are read.

`staging/<call>.reply` is one line of JSON (status and chosen headers), then the body as it
came. It is removed once its images are kept, and stays for ever while the outcome is unknown.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from imagelab import killpoints
from imagelab.catalog import folders

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StagedReply:
    """A reply as it was received."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def prepare(folder: Path) -> None:
    """Make the folder, durably, before anything is paid for that could then not be kept."""
    folders.make(folder)


def stage(folder: Path, call: str, reply: StagedReply) -> None:
    """Make a reply durable: written aside, synced, renamed, and the folder synced."""
    _write(folder, f"{call}.reply", reply)
    killpoints.reach("staged")


def stage_part(folder: Path, call: str, received: bytes) -> None:
    """Keep what arrived of a reply that was cut off, for a person to look at."""
    _write(folder, f"{call}.partial", StagedReply(0, {}, received))


def staged(folder: Path, call: str) -> StagedReply | None:
    """The reply that was staged for a call, if one was and can be read."""
    try:
        content = (folder / f"{call}.reply").read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    head, _, body = content.partition(b"\n")
    try:
        facts = json.loads(head)
        return StagedReply(int(facts["status"]), dict(facts["headers"]), body)
    except (ValueError, TypeError, KeyError):
        # Whatever altered it, one file must not keep a catalog from being opened.
        _log.warning("%s.reply in %s cannot be read; it is left as it is", call, folder.name)
        return None


def copy(folder: Path, there: Path, call: str) -> None:
    """Have what was staged for a call in another folder too, as durable as here."""
    for name in (f"{call}.reply", f"{call}.partial"):
        try:
            content = (folder / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        if not (there / name).exists():
            folders.put(folders.aside(there, name, content), name)


def all_staged(folder: Path) -> list[str]:
    """The calls with a reply here, or the beginning of one, of every catalog beside the folder."""
    return sorted({path.name.partition(".")[0] for path in folder.glob("*.reply*")})


def remove(folder: Path, call: str) -> None:
    """Forget a reply whose images are kept; that it is gone need not be durable."""
    for name in (f"{call}.reply", f"{call}.reply.part"):
        (folder / name).unlink(missing_ok=True)


def _write(folder: Path, name: str, reply: StagedReply) -> None:
    head = json.dumps({"status": reply.status, "headers": dict(reply.headers)})
    written = folders.aside(folder, name, head.encode() + b"\n", reply.body)
    killpoints.reach("part")
    folders.put(written, name)
