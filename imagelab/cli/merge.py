"""`imagelab merge`: takes another catalog in."""

from __future__ import annotations

import argparse

from imagelab.catalog import merge as merging
from imagelab.catalog.catalog import open_catalog
from imagelab.cli.machine import add_json, say_json
from imagelab.cli.place import Commands, add_place, place_of
from imagelab.cli.voice import say
from imagelab.lab.taking_in import file_of

_ABOUT = """\
Take in another catalog, a colleague's or a copy: images, prompts, prices, edits
and what was said of them. What is here already stays; the same again changes
nothing; of two ratings the later stands. The other file is never written.
"""
_EXAMPLES = """\
examples:
  imagelab merge ~/from-ada/catalog.db    into the nearest catalog
  imagelab merge --sandbox other.db       a sandbox's into the sandbox's
"""


def add_parser(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command to the others."""
    merge = commands.add_parser(
        "merge",
        help="take another catalog in",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    merge.add_argument("other", metavar="OTHER", help="the file of the other catalog")
    add_json(merge)
    add_place(merge)
    merge.set_defaults(run=run_merge)


def run_merge(said: argparse.Namespace) -> int:
    """Merge; it opens no lab, so that nothing is taken up beside it."""
    path, sandbox = place_of(said)
    catalog = open_catalog(path, "sandbox" if sandbox else None)
    try:
        merged = merging.merge(catalog, file_of(said.other))
    finally:
        catalog.close()
    if said.json:
        say_json(merged)
    else:
        say(str(merged))
    return 0
