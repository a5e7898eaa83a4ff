"""What there is to be added: pictures in folders, tables that name them, files that hold many."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path, PurePosixPath

from imagelab.domain.frozen import frozen
from imagelab.export.marker import NAME as MARKER
from imagelab.export.read_files import beginning, why
from imagelab.export.read_parquet import pictures_in_parquet
from imagelab.export.read_rows import Row, is_row
from imagelab.export.read_sets import TABLES, Packed, files_of, pictures_in_tar, rows_of
from imagelab.imaging.other_tools import parsed

_PICTURES = {
    *(".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"),
    *(".jxl", ".svg"),
}
_NEVER = {".txt", ".caption", ".json", ".md", ".toml", ".yaml", ".yml", ".html", ".db", ".py"}
_SIDECARS = (".txt", ".caption")
_MOST_MARKER, _MOST_LOOSE = 100_000_000, 1_000_000
_LINK = "it is a link, and none is followed; add the place it leads to"


@frozen
class Lead:
    """A picture to be read: `path` or `data`, and what lay beside it.

    `called` is how it is told of; `root` the folder it is of, by which others name it;
    `sure` that somebody takes it for a picture; `written` the hash our own export gave it.
    """

    called: str
    path: Path | None = None
    data: bytes | None = field(default=None, repr=False)
    row: Row | None = None
    from_csv: bool = False
    sidecar: Path | None = None
    written: str | None = None
    root: str = ""
    sure: bool = True
    size: int = 0


@frozen
class Broken:
    """What could not be added, and why."""

    called: str
    reason: str


Found = Lead | Broken


class Search:
    """One walk over a folder; each file is looked at once."""

    def __init__(self, top: Path, *, recursive: bool) -> None:
        self.given, self.top, self._recursive = top, top.resolve(), recursive
        self._seen: set[str] = set()
        self._loose: dict[str, tuple[Row, bool]] = {}
        self._written: dict[str, str] = {}

    def found(self) -> Iterator[Found]:
        """Everything in the folder and below, in the order of names; tables before pictures."""
        waiting = [self.top]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(folder) as listed:
                    entries = sorted(listed, key=lambda entry: entry.name)
            except OSError as error:
                yield Broken(self._called(folder), why(error))
                continue
            below, files = [], []
            for entry in entries:
                if entry.name.startswith(".") or entry.name == "__MACOSX":
                    continue
                if entry.is_symlink():
                    yield Broken(self._called(Path(entry.path)), _LINK)
                elif entry.is_dir(follow_symlinks=False):
                    below.append(Path(entry.path))
                else:
                    files.append(Path(entry.path))
            yield from self.in_folder(folder, files)
            waiting += reversed(below) if self._recursive else []

    def in_folder(self, folder: Path, files: list[Path]) -> Iterator[Found]:
        """What these files of a folder are or hold."""
        names = {path.name for path in files}
        if MARKER in names:
            marked = _marked(folder / MARKER)
            self._written |= {f"{folder}/{name}": sha256 for name, sha256 in marked.items()}
        for path in files:
            if path.suffix.lower() in TABLES:
                yield from self._in_table(path)
        for path in files:
            suffix = path.suffix.lower()
            if suffix == ".parquet":
                yield from self._inside(path, pictures_in_parquet)
            elif suffix == ".tar":
                yield from self._inside(path, pictures_in_tar)
            elif suffix not in _NEVER and suffix not in TABLES and str(path) not in self._seen:
                yield self._picture(path, names)

    def rows_alone(self, path: Path) -> Iterator[Found]:
        """The rows of a table that was named by itself: also those that name no picture."""
        yield from self._in_table(path)
        for row, from_csv in self._loose.values():
            yield Lead(f"{path.name}: {row['id']}", row=row, from_csv=from_csv)

    def _picture(self, path: Path, names: set[str]) -> Found:
        self._seen.add(str(path))
        side = next((path.stem + end for end in _SIDECARS if path.stem + end in names), None)
        try:
            size = path.lstat().st_size
        except OSError as error:
            return Broken(self._called(path), why(error))
        return Lead(
            self._called(path),
            path,
            sidecar=path.with_name(side) if side else None,
            written=self._written.get(str(path)),
            root=str(self.top),
            sure=path.suffix.lower() in _PICTURES,
            size=size,
        )

    def _in_table(self, path: Path) -> Iterator[Found]:
        """Own pictures of every row first: what they were made from may have a row of its own."""
        from_csv = path.suffix.lower() == ".csv"
        try:
            for row in rows_of(path):
                files = list(files_of(row))
                for name, of in files:
                    if of is row or of is None:
                        yield from self._named(path, name, of, from_csv=from_csv)
                if not files and is_row(row) and len(self._loose) < _MOST_LOOSE:
                    self._loose[str(row["sha256"])] = (row, from_csv)
            for row in rows_of(path):
                for name, of in files_of(row):
                    if of is not None and of is not row:
                        yield from self._named(path, name, of, from_csv=from_csv)
        except (OSError, ValueError) as error:
            yield Broken(
                self._called(path), why(error) if isinstance(error, OSError) else str(error)
            )

    def _named(self, table: Path, name: str, row: Row | None, *, from_csv: bool) -> Iterator[Found]:
        parts = PurePosixPath(name).parts
        path = table.parent.joinpath(*parts)
        if str(path) in self._seen:
            return
        inside = parts and ".." not in parts and not name.startswith("/") and "\0" not in name
        if not inside or "\\" in name or os.path.realpath(path) != str(path):
            yield Broken(f"{self._called(table)}: {name[:200]}", "it leads out of the folder")
            return
        self._seen.add(str(path))
        if row is None:
            return
        if not path.exists():
            yield Broken(self._called(path), f"{table.name} names it, and it is not there")
            return
        yield Lead(
            self._called(path),
            path,
            row=row,
            from_csv=from_csv,
            written=self._written.get(str(path)),
            root=str(self.top),
            size=path.lstat().st_size,
        )

    def _inside(self, path: Path, read: Callable[[Path], Iterable[Packed]]) -> Iterator[Found]:
        """The pictures that a file holds, each with its row."""
        try:
            for one in read(path):
                called = f"{self._called(path)}: {one.name[:200]}"
                yield Lead(called, data=one.data, row=one.row, size=len(one.data))
        except (OSError, ValueError) as error:
            told = why(error) if isinstance(error, OSError) else str(error)
            yield Broken(self._called(path), told)

    def loose(self, sha256: str) -> tuple[Row, bool] | None:
        """A row that names no file, by the hash of its picture."""
        return self._loose.get(sha256)

    def _called(self, path: Path) -> str:
        # As text: `relative_to` would take as long as all else that is done to find a file.
        told, before = str(path), f"{self.top}".rstrip("/") + "/"
        return told.removeprefix(before) if told.startswith(before) else path.name


def _marked(marker: Path) -> Mapping[str, str]:
    """The hashes of the files an export of ours wrote."""
    try:
        known = parsed(beginning(marker, _MOST_MARKER).decode("utf-8", "replace"))
    except OSError:
        return {}
    files = known.get("files") if isinstance(known, dict) else None
    return files if isinstance(files, dict) else {}
