"""What a command answers a script with `--json`: a JSON object a line, and nothing else on stdout."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from imagelab.cli.voice import say_lines
from imagelab.domain.records import AssetRow
from imagelab.handles.asset import Asset

_FACTS = (
    *("id", "uuid", "prompt", "caption", "provider", "model", "width", "height", "format"),
    *("size_bytes", "sha256", "created_at", "rating", "rejected", "tags", "note"),
)


def add_json(parser: argparse.ArgumentParser) -> None:
    """The option by which a command answers a script."""
    parser.add_argument("--json", action="store_true", help="for a script: a JSON object a line")


def say_json(value: object) -> None:
    """One line of JSON; amounts are text, since they are exact, and times are in UTC."""
    say_lines(json.dumps(_plain(value), ensure_ascii=False))


def say_failure(kind: type[BaseException], sentence: str, code: int) -> None:
    """The last line where a command fails: what went wrong, its class, and the exit code.

    >>> say_failure(FileNotFoundError, "there is no catalog 'a.db'", 1)
    {"error": "there is no catalog 'a.db'", "kind": "FileNotFoundError", "code": 1}
    """
    say_json({"error": sentence, "kind": kind.__name__.strip("_"), "code": code})


def asset_facts(asset: Asset | AssetRow, catalog: Path) -> dict[str, Any]:
    """An asset with its cost: `cost` is an amount as text, None where it is not known."""
    cost = asset.cost
    money = (str(cost.amount), cost.unit, cost.source) if cost else (None, None, None)
    return {
        **{name: getattr(asset, name) for name in _FACTS},
        **dict(zip(("cost", "unit", "known"), money, strict=True)),
        "catalog": catalog,
    }


def _plain(value: object) -> object:
    """What JSON has words for.

    >>> _plain({"path": Path("a.db"), "cost": Decimal("0.10"), "ids": (1, 2)})
    {'path': 'a.db', 'cost': '0.10', 'ids': [1, 2]}
    """
    match value:
        case Path() | Decimal():
            return str(value)
        case datetime():
            return value.isoformat()
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = dataclasses.fields(value)
            return {field.name: _plain(getattr(value, field.name)) for field in fields}
        case _:
            return value
