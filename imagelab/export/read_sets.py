"""Datasets read back, ours and others': tables of rows, and tar files with the pictures in them.

A table is read a line at a time and a tar file a member at a time, so that one of any
length takes no more memory than its longest part; what is longer than anybody writes is cut.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from imagelab.domain.frozen import frozen
from imagelab.domain.ids import is_uuid
from imagelab.export.read_files import opened
from imagelab.export.read_rows import Row
from imagelab.imaging.accept import MOST_BYTES
from imagelab.imaging.other_tools import parsed

TABLES = (".jsonl", ".csv")
_MOST_LINE, _MOST_WORDS = 8_000_000, 4_000_000
_BLOCK = 512
_PICTURES = ("png", "jpg", "jpeg", "webp")


@frozen
class Packed:
    """A picture out of a file that holds many: its name there, its bytes, and its row."""

    name: str
    data: bytes = field(repr=False)
    row: Row


def rows_of(path: Path) -> Iterator[Row]:
    """Every row of a CSV or of JSON lines; what is none is passed by. OSError as `opened`."""
    with opened(path) as file:
        yield from _csv_rows(file) if path.suffix.lower() == ".csv" else _json_rows(file)


def files_of(row: Row) -> Iterator[tuple[str, Row | None]]:
    """The pictures a row names: its own with the row, then those it was made from.

    A mask is no picture of its own: it comes with no row.
    """
    number, source = str(row.get("id")), str(row.get("source_id"))
    for key, value in row.items():
        if not isinstance(value, str) or not value:
            continue
        stem = PurePosixPath(value).stem
        if key == "file_name" or (key.endswith("_file_name") and stem == number):
            yield value, row
        elif key.endswith("_file_name") and stem == source:
            yield value, {"id": source, "sha256": str(row.get("source_sha256") or "")}
        elif key.endswith("_file_name"):
            yield value, None
    others = parsed(row["references"]) if isinstance(row.get("references"), str) else None
    for value in others if isinstance(others, list) else ():
        if isinstance(value, str) and is_uuid(PurePosixPath(value).stem):
            yield value, {"id": PurePosixPath(value).stem, "sha256": ""}


def pictures_in_tar(path: Path) -> Iterator[Packed]:
    """The pictures of a WebDataset shard, each with what has its name before the first dot.

    OSError as `opened`, ValueError where it is no tar file that is written out plainly.
    """
    with opened(path) as file:
        waiting: dict[str, Any] = {}
        key = ""
        for name, data in _members(file):
            first, _, suffix = PurePosixPath(name).name.partition(".")
            here = str(PurePosixPath(name).with_name(first))
            if here != key and waiting:
                yield from _sample(waiting)
                waiting = {}
            key = here
            waiting[suffix.lower()] = (name, data)
        yield from _sample(waiting)


def _sample(parts: Mapping[str, tuple[str, bytes]]) -> Iterator[Packed]:
    told = parsed(parts["json"][1].decode("utf-8", "replace")) if "json" in parts else None
    row = told if isinstance(told, dict) else {}
    if "txt" in parts:
        row = {"text": parts["txt"][1].decode("utf-8", "replace"), **row}
    for suffix, (name, data) in parts.items():
        if suffix.rpartition(".")[2] in _PICTURES:
            yield Packed(name, data, row)


def _members(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """The plain files of a tar (POSIX.1-1988, "ustar"); links and everything else are passed by.

    The standard library's reader takes as much memory as a header asks for.
    """
    end = os.fstat(file.fileno()).st_size
    while len(head := file.read(_BLOCK)) == _BLOCK and head.strip(b"\0"):
        size = _octal(head[124:136])
        if head[257:262] != b"ustar" or size is None or file.tell() + size > end:
            raise ValueError("it is no tar file, or is cut off")
        name = "/".join(filter(None, (_name(head[345:500]), _name(head[:100]))))
        plain = head[156:157] in (b"0", b"\0")
        follows = file.tell() + -(-size // _BLOCK) * _BLOCK
        wanted = plain and size <= (MOST_BYTES if _is_picture(name) else _MOST_WORDS)
        if wanted:
            yield name, file.read(size)
        file.seek(follows)


def _is_picture(name: str) -> bool:
    return name.lower().rpartition(".")[2] in _PICTURES


def _octal(digits: bytes) -> int | None:
    try:
        return int(digits.strip(b"\0 ") or b"0", 8)
    except ValueError:
        return None


def _name(text: bytes) -> str:
    return text.partition(b"\0")[0].decode("utf-8", "replace")


def _json_rows(file: BinaryIO) -> Iterator[Row]:
    while line := file.readline(_MOST_LINE):
        row = parsed(line.decode("utf-8", "replace"))
        if isinstance(row, dict):
            yield row


def _csv_rows(file: BinaryIO) -> Iterator[Row]:
    with io.TextIOWrapper(file, "utf-8-sig", "replace", newline="") as text:
        try:
            for row in csv.DictReader(text):
                yield {key: value for key, value in row.items() if isinstance(key, str)}
        except csv.Error as error:
            raise ValueError(f"it is no table: {error}") from error
