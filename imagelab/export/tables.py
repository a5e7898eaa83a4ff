"""Rows without pictures: CSV for spreadsheets, JSON lines for everything else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from imagelab.domain.dataset_columns import COLUMNS, MONEY
from imagelab.export.folder import Folder
from imagelab.export.item import Format, Item, Plan
from imagelab.export.record import as_json, flat

# With what a spreadsheet begins a formula, also in the wide forms of East Asian keyboards
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
CSV_FILE, JSONL_FILE = "rows.csv", "rows.jsonl"


def _write_jsonl(folder: Folder, items: Iterator[Item], plan: Plan) -> None:
    with folder.opened(JSONL_FILE) as file:
        for item in items:
            row = {**item.record, **item.joined(plan.joined)}
            file.write(as_json(row).encode() + b"\n")


def _write_csv(folder: Folder, items: Iterator[Item], plan: Plan) -> None:
    columns = [name for name in COLUMNS if plan.money or name not in MONEY]
    with folder.opened(CSV_FILE) as file:
        file.write(_line([*columns, *map(cell, plan.joined)]))
        for item in items:
            row = {**item.record, **item.joined(plan.joined)}
            file.write(_line([cell(row[name]) for name in (*columns, *plan.joined)]))


def cell(value: Any) -> str:  # noqa: ANN401 - a record's values are of any kind
    r"""A cell's text; what would be a formula has an apostrophe before it, lists are JSON.

    >>> cell('=HYPERLINK("https://host.example")'), cell(-3), cell(["a"])
    ('\'=HYPERLINK("https://host.example")', '-3', '["a"]')
    """
    ready = flat(value)
    match ready:
        case None:
            return ""
        case str():
            return f"'{ready}" if _would_run(ready) else ready
        case list():
            return json.dumps(ready, ensure_ascii=False)
        case _:
            return str(ready)


def uncelled(text: str) -> str:
    """A cell's text as it was before: without the apostrophe that `cell` put there.

    >>> uncelled(cell("=1+1")), uncelled(cell("'=1")), uncelled(cell("'tis"))
    ('=1+1', "'=1", "'tis")
    """
    return text[1:] if text.startswith("'") and _would_run(text[1:]) else text


def _would_run(text: str) -> bool:
    """Also behind an apostrophe of its own, so that it can be told from ours."""
    return text.lstrip(" '").startswith(_FORMULA)


def _line(cells: list[str]) -> bytes:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(cells)
    return file.getvalue().encode()


CSV = Format(_write_csv, pictures=False, file=CSV_FILE)
JSONL = Format(_write_jsonl, pictures=False, file=JSONL_FILE)
