"""Every format by its name; the page is written by `page`, and a catalog by who knows catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from imagelab.errors import RequestError
from imagelab.export.caption_files import CAPTIONS
from imagelab.export.imagefolder import IMAGEFOLDER
from imagelab.export.item import Format
from imagelab.export.pairs import PAIRS
from imagelab.export.parquet import PARQUET
from imagelab.export.preferences import PREFERENCES
from imagelab.export.tables import CSV, JSONL
from imagelab.export.webdataset import WEBDATASET

PAGE = "html"
CATALOG = "catalog"
FORMATS: Mapping[str, Format] = {
    "imagefolder": IMAGEFOLDER,
    "csv": CSV,
    "jsonl": JSONL,
    "captions": CAPTIONS,
    "webdataset": WEBDATASET,
    "pairs": PAIRS,
    "preferences": PREFERENCES,
    "parquet": PARQUET,
}
NAMES = (*FORMATS, PAGE, CATALOG)
_BY_SUFFIX = {".csv": "csv", ".jsonl": "jsonl", ".html": PAGE, ".htm": PAGE, ".db": CATALOG}


def file_of(named: str) -> str | None:
    """The one file that a format is, by the name it has in a folder; None for a folder."""
    return "catalog.db" if named == CATALOG else FORMATS[named].file


def format_for(said: str | None, dest: Path) -> str:
    """The format's name; where none was said it is what the ending of `dest` says, or a folder."""
    name = _BY_SUFFIX.get(dest.suffix.lower(), "imagefolder") if said is None else said
    if name not in NAMES:
        raise RequestError(f"format={name!r} is not one of {', '.join(NAMES)}")
    return name
