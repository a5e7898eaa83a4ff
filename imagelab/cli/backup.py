"""`imagelab backup`: a safe copy of a catalog, once or kept up."""

from __future__ import annotations

import argparse

from imagelab.catalog.catalog import open_catalog
from imagelab.cli.machine import add_json, say_json
from imagelab.cli.place import Commands, add_place, place_of
from imagelab.cli.voice import say
from imagelab.lab.backing_up import make

_ABOUT = """\
Copy a catalog safely, also while others work with it. A second copy to the same
place takes only what is new; one that was stopped goes on where it was.
"""
_EXAMPLES = """\
examples:
  imagelab backup /mnt/disk/              once; the file there is called as here
  imagelab backup --every 7d /mnt/disk/   and whenever the catalog is opened
                                          and the copy is a week old
  imagelab backup                         now, to where it is kept up
  imagelab backup --every never           keep none up any more
"""


def add_parser(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command to the others."""
    backup = commands.add_parser(
        "backup",
        help="copy a catalog safely, once or kept up",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    backup.add_argument(
        "dest", nargs="?", metavar="DEST", help="a file or a folder (default: as kept up)"
    )
    backup.add_argument("--every", metavar="N", help="keep it up: 12h, 7d, 2w, or never")
    add_json(backup)
    add_place(backup)
    backup.set_defaults(run=run_backup)


def run_backup(said: argparse.Namespace) -> int:
    """Make a backup; it opens no lab, so that nothing is taken up beside it."""
    path, sandbox = place_of(said)
    catalog = open_catalog(path, "sandbox" if sandbox else None)
    try:
        backup = make(catalog, said.dest, said.every)
    finally:
        catalog.close()
    if said.json:
        say_json(backup or {})
        return 0
    say(str(backup) if backup else f"no backup of {path.name} is kept up any more")
    if backup and said.every not in (None, "never"):
        say(f"it is kept up every {said.every}, whenever the catalog is opened")
    return 0
