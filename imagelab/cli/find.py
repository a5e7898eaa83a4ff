"""`imagelab search`: what a query finds, a line an image."""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

import imagelab as il
from imagelab.cli.machine import add_json, asset_facts, say_json
from imagelab.cli.place import Commands, add_place, place_of
from imagelab.cli.table import clipped, table
from imagelab.cli.voice import columns, say_aside, say_lines
from imagelab.domain.cost_words import money
from imagelab.domain.records import AssetRow
from imagelab.domain.text import counted, one_line
from imagelab.errors import RequestError
from imagelab.handles.asset import Asset
from imagelab.handles.lines import offer_name
from imagelab.lab.everywhere import MOST_COUNTED, search_everywhere

_FEWEST_OF_A_PROMPT = 20  # columns; below that it is no use, and the line may wrap


_QUERY = """\
a query is made of:
  fox  "red fox"  paint*    words, a phrase, the beginning of a word
  -snow  cat OR dog  ( )    not, either, brackets
  rating:>=4  cost:>0.1     a field; there are provider, model, quality, size,
  tag:hero  is:edit         format, tag, prompt, rating, cost, date, is, from, …
  sort:-cost                the order; without it, newest first
"""


def add_parser(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command to the others."""
    search = commands.add_parser(
        "search",
        help="list the images that a query finds, newest first",
        description="List the images that a query finds; all of them without one.",
        epilog=_QUERY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    search.add_argument("query", nargs="*", help="such as: fox -snow 'rating:>=4'")
    search.add_argument(
        "--limit", type=_number, default=20, metavar="N", help="how many lines (default: 20)"
    )
    search.add_argument(
        "--everywhere",
        action="store_true",
        help="in every catalog that was opened on this machine",
    )
    add_json(search)
    add_place(search)
    search.set_defaults(run=run_search)


def run_search(said: argparse.Namespace) -> int:
    """Print the first hits and how many there are; nothing is made where no catalog is.

    The hits go to stdout, what catalog they are from to stderr.
    """
    if said.everywhere:
        return _everywhere(said)
    path, sandbox = place_of(said)
    with redirect_stdout(io.StringIO()) as first_line:
        lab = il.open(path, sandbox=sandbox)
    with lab:
        say_aside(first_line.getvalue())
        found = lab.search(" ".join(said.query).strip())
        if said.json:
            for asset in found[: said.limit]:
                say_json(asset_facts(asset, path))
            return 0
        if len(found):
            say_lines(_table(list(found[: said.limit])))
        say_lines(_count(len(found), said.limit))
    return 0


def _everywhere(said: argparse.Namespace) -> int:
    """A heading for each catalog where something was found, and what was found in it."""
    if said.catalog is not None:
        raise RequestError("--everywhere looks into every catalog; leave --catalog out")
    query = " ".join(said.query).strip()
    total = searched = 0
    for found in search_everywhere(query, said.limit, sandbox=True if said.sandbox else None):
        if found.trouble:
            say_aside(f"{found.path}: {found.trouble}")
            if said.json:
                say_json({"catalog": found.path, "trouble": found.trouble})
            continue
        searched += 1
        total += len(found.hits)
        if said.json:
            for hit in found.hits:
                say_json(asset_facts(hit, Path(found.path)))
        elif found.hits:
            some = found.count > MOST_COUNTED
            count = f"{MOST_COUNTED:,}+" if some else f"{found.count:,}"
            say_lines(f"{found.path}  ({count} found)\n{_table(found.hits)}")
    if said.json:
        return 0
    say_lines(f"{total:,} shown of {counted(searched, 'catalog')}" if total else "nothing found")
    return 0


def _number(text: str) -> int:
    word = text.strip()
    if not re.fullmatch(r"[1-9][0-9]{0,8}", word):
        raise argparse.ArgumentTypeError(f"{word!r} is not a whole number from 1 up")
    return int(word)


def _table(assets: Sequence[Asset | AssetRow]) -> str:
    rows = [_facts(asset) for asset in assets]
    facts = table((), rows, right=[0], indent=0).splitlines()
    width = max(len(line) for line in facts) + 2
    left = max(columns() - width, _FEWEST_OF_A_PROMPT)
    return "\n".join(
        f"{line:{width}}{clipped(_said(asset), left)}".rstrip()
        for line, asset in zip(facts, assets, strict=True)
    )


def _facts(asset: Asset | AssetRow) -> tuple[str, ...]:
    stars = "rejected" if asset.rejected else "★" * (asset.rating or 0)
    if asset.model is None:
        return f"#{asset.id}", stars, "imported", ""
    return f"#{asset.id}", stars, offer_name(asset.provider, asset.model), money(asset.cost)


def _said(asset: Asset | AssetRow) -> str:
    return one_line(asset.caption or asset.prompt, 400)


def _count(found: int, limit: int) -> str:
    if found == 0:
        return "nothing found"
    more = f", the first {limit:,} shown; --limit shows more" if found > limit else ""
    return f"{found:,} found{more}"
