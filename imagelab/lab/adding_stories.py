"""What is known of a picture that is added: from its row, its recipe, other tools' words, or its name.

Bytes decide what it is: those a row was written of keep their uuid, a copy of ours is known
as one, and what somebody changed since is a picture of its own, made from the one it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imagelab.catalog.blobs import Blob
from imagelab.catalog.brought import Arrived
from imagelab.domain.brought import Ancestor, Brought
from imagelab.domain.ids import is_uuid
from imagelab.domain.place import Left, is_store
from imagelab.errors import DamagedImageError, ImagelabError
from imagelab.export.read_files import beginning, why
from imagelab.export.read_rows import Row, brought, is_row, sha256_of
from imagelab.imaging.accept import MOST_BYTES
from imagelab.imaging.decode import decode
from imagelab.imaging.inscriptions import KEY, inscriptions
from imagelab.imaging.other_tools import parsed, read_words, sound
from imagelab.imaging.pieces import Piece, pieces
from imagelab.imaging.sniff import Header, sniff
from imagelab.imaging.stamp import unstamped
from imagelab.imaging.stealth import hidden, may_hide
from imagelab.lab.adding_leads import Broken, Lead

Loose = Callable[[str], tuple[Row, bool] | None]

_MOST_CAPTION, _HEAD = 200_000, 16
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")


def arrived(lead: Lead, loose: Loose, *, copy: bool = True) -> Arrived | Broken | None:
    """The picture ready to be kept; why it cannot be; None for a file that is none.

    Without `copy` a file stays where it lies. What is no file by itself is copied all the same.
    No transaction is open while this reads and hashes.
    """
    try:
        data = _bytes(lead)
    except OSError as error:
        return Broken(lead.called, why(error))
    if not lead.sure and not data.startswith(_MAGIC):
        return None
    if len(data) > MOST_BYTES:
        return Broken(lead.called, f"it has more than {MOST_BYTES:,} bytes")
    try:
        header = sniff(data, called="it")
        found = pieces(data, header.format)
    except DamagedImageError as error:
        return Broken(lead.called, str(error))
    except Exception as error:  # noqa: BLE001 - a foreign file never ends the others
        return Broken(lead.called, f"it cannot be read: {error}")
    sha256 = hashlib.sha256(data).hexdigest()
    before, told = _story(lead, data, sha256, header, found, loose)
    if before is not data:
        sha256 = hashlib.sha256(before).hexdigest()
    blob = Blob(before, header.format, header.width, header.height, sha256)
    ready = Arrived(blob, told, str(lead.path) if lead.path else None)
    return ready if copy or before is not data else _left(lead, ready)


def _left(lead: Lead, ready: Arrived) -> Arrived | Broken:
    """The picture as it stays where its file is, if it has one."""
    if lead.path is None:
        return ready
    left = Left(Path(lead.root).as_uri(), lead.path.relative_to(lead.root).as_posix())
    if not is_store(left.url, left.name):
        return Broken(lead.called, "its name cannot be kept; rename it, or add it with copy=True")
    return replace(ready, left=left)


def _bytes(lead: Lead) -> bytes:
    if lead.data is not None:
        return lead.data
    assert lead.path is not None, "a lead has bytes or a path"
    if not lead.sure and not beginning(lead.path, _HEAD).startswith(_MAGIC):
        return b""
    return beginning(lead.path, MOST_BYTES + 1)


def _story(
    lead: Lead, data: bytes, sha256: str, header: Header, found: Sequence[Piece], loose: Loose
) -> tuple[bytes, Brought]:
    """The bytes to be kept, which may be those from before a stamp, and what is known of them."""
    words = inscriptions(data, header.format, found)
    recipe = parsed(words.get(KEY))
    row, from_csv = (lead.row or {}, lead.from_csv) if is_row(lead.row) else ({}, False)
    if not row:
        row, from_csv = loose(sha256) or ({}, False)
    if not row and isinstance(recipe, dict) and is_row(recipe):
        row = recipe
    if row:
        return _ours(lead, data, sha256, brought(row, from_csv=from_csv), row, recipe)
    return data, _foreign(lead, data, sha256, header, found, words)


def _ours(
    lead: Lead, data: bytes, sha256: str, told: Brought, row: Row, recipe: object
) -> tuple[bytes, Brought]:
    original, copy = sha256_of(row)
    if isinstance(recipe, dict):
        copy = copy or str(recipe.get("copy_sha256") or "")
        before = unstamped(data, lambda one: hashlib.sha256(one).hexdigest() in (original, copy))
        sha256 = hashlib.sha256(before).hexdigest() if before else sha256
        data = before if before and sha256 == original else data
    if not original:
        return data, told
    if sha256 == original:
        return data, replace(told, whole=True)
    if sha256 in (copy, lead.written):
        return data, replace(told, copy=True)
    # Somebody's own work on one of ours; it cost us nothing, and is not called so.
    assert told.name is not None, "a row of ours has an id"
    return data, replace(told, name=None, parents=_made_from(told.name), edit=True, cost=None)


def _foreign(
    lead: Lead,
    data: bytes,
    sha256: str,
    header: Header,
    found: Sequence[Piece],
    words: Mapping[str, str],
) -> Brought:
    told = _named_by_export(lead, sha256, words)
    if told is not None:
        return told
    caption = _caption(lead)
    told = read_words({**words, **({"sidecar": caption} if caption else {})})
    if told.tool is None and header.format == "png" and may_hide(data, found):
        told = _hidden(data, words)
    if "exif.UserComment" in told.words or not caption or told.prompt == caption:
        caption = None if told.tool and _is_infotext(told, caption) else caption
    file = lead.path.name if lead.path else lead.called
    return replace(
        told,
        name=_there(lead, file),
        parents=tuple((_there(lead, name), role) for name, role in told.parents),
        caption=caption,
        created_at=_modified(lead),
    )


def _is_infotext(told: Brought, caption: str | None) -> bool:
    """Whether the text beside it was the tool's own, and not a caption."""
    return caption is not None and "Steps:" in caption and told.tool == "automatic1111"


def _there(lead: Lead, name: str) -> str:
    """Files are called so within one folder only."""
    return f"{lead.root} {name.replace(chr(92), '/').rpartition('/')[2]}"


def _named_by_export(lead: Lead, sha256: str, words: Mapping[str, str]) -> Brought | None:
    """A picture of an export that has no rows, by its file's name, as long as nobody changed it."""
    stem = lead.path.stem if lead.path else ""
    if lead.written is None or not is_uuid(stem):
        return None
    intact = sha256 == lead.written
    return Brought(
        tool="imagelab",
        words=dict(words),
        name=stem if intact else None,
        copy=intact,
        parents=() if intact else _made_from(stem),
        edit=not intact,
        caption=_caption(lead),
        created_at=_modified(lead),
    )


def _made_from(name: str) -> tuple[Ancestor, ...]:
    return ((name, "input"),)


def _hidden(data: bytes, words: Mapping[str, str]) -> Brought:
    """The words in a picture's transparency: NovelAI's as JSON, others' as text."""
    try:
        inside = hidden(decode(data))
    except ImagelabError:  # it is told as damaged later, and its bytes are kept
        inside = None
    text = (inside or b"").decode("utf-8", "replace")
    told = parsed(text)
    more = (
        {sound(key): sound(value, _MOST_CAPTION) for key, value in told.items()}
        if isinstance(told, dict)
        else {"parameters": text}
    )
    return read_words({**words, **more})


def _caption(lead: Lead) -> str | None:
    """What lay beside it: a file of the same name, or a column of a table."""
    row: Mapping[str, Any] = lead.row or {}
    said = next((row[key] for key in ("text", "caption", "prompt") if row.get(key)), None)
    if said is not None:
        return sound(said, _MOST_CAPTION).strip() or None
    if lead.sidecar is None:
        return None
    try:
        text = beginning(lead.sidecar, _MOST_CAPTION)
    except OSError:
        return None
    return sound(text.decode("utf-8-sig", "replace"), _MOST_CAPTION).strip() or None


def _modified(lead: Lead) -> datetime | None:
    """The file's own time, which is the nearest to when it was made that anybody knows."""
    try:
        return datetime.fromtimestamp(lead.path.lstat().st_mtime, UTC) if lead.path else None
    except (OSError, OverflowError, ValueError):
        return None
