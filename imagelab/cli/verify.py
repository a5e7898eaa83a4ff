"""`imagelab verify`: whether a catalog is whole."""

from __future__ import annotations

import argparse

from imagelab.catalog.checkup import check
from imagelab.catalog.reading import open_to_read
from imagelab.cli.machine import add_json, say_json
from imagelab.cli.place import Commands, add_place, place_of
from imagelab.cli.voice import say
from imagelab.lab.stores import fetched

_ABOUT = """\
Look whether a catalog is whole: its structure, its originals, its replies, its
sums. Nothing is written. Ends with 0 where all is well, and with 1 if not.
"""
_EXAMPLES = """\
examples:
  imagelab verify                                the nearest catalog
  imagelab verify --deep                         every original, byte by byte
  imagelab verify --catalog /mnt/disk/copy.db    a backup, as it lies there
"""


def add_parser(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command to the others."""
    verify = commands.add_parser(
        "verify",
        help="look whether a catalog is whole",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verify.add_argument("--deep", action="store_true", help="hash every original again")
    add_json(verify)
    add_place(verify)
    verify.set_defaults(run=run_verify)


def run_verify(said: argparse.Namespace) -> int:
    """Check one catalog, as it is: it is not even opened as a lab, which might take up work."""
    path, sandbox = place_of(said)
    catalog = open_to_read(path, "sandbox" if sandbox else None)
    try:
        found = check(catalog, deep=said.deep, fetch=fetched)
    finally:
        catalog.close()
    if said.json:
        say_json({"ok": found.ok, "findings": found.findings, "checked": found})
        return 0 if found.ok else 1
    first, *findings = str(found).splitlines()
    say(first)
    for finding in findings:
        say(finding.strip(), indent=2)
    return 0 if found.ok else 1
