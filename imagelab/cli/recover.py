"""`imagelab recover`: settle now what can be settled, and say what became of each."""

from __future__ import annotations

import argparse
import io
from contextlib import redirect_stdout

import imagelab as il
from imagelab.cli.machine import add_json, say_json
from imagelab.cli.place import Commands, add_place, place_of
from imagelab.cli.voice import say_aside, say_lines

_ABOUT = """\
Settle what is not settled: go on with what a closed kernel left, and ask the
providers again for what is unknown. A request is sent once more only to a
provider that knows it again and does not bill it twice. Ends with 0 where
nothing is left open, and with 1 if something is.
"""
_EXAMPLES = """\
examples:
  imagelab recover           after a kernel was closed over paid work
  imagelab recover --json    what was settled, and what is still open
"""


def add_parser(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command to the others."""
    recover = commands.add_parser(
        "recover",
        help="settle what a closed kernel or a lost answer left open",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_json(recover)
    add_place(recover)
    recover.set_defaults(run=run_recover)


def run_recover(said: argparse.Namespace) -> int:
    """Recover one catalog; what is still open after that is told with what can be done."""
    path, sandbox = place_of(said)
    with redirect_stdout(io.StringIO()) as first_line:
        lab = il.open(path, sandbox=sandbox)
    with lab:
        say_aside(first_line.getvalue())
        recovered, left = lab.recover(), lab.pending()
        if said.json:
            settled = [
                {"generation": each.generation.id, "status": each.status} for each in recovered
            ]
            say_json({"images": recovered.images, "taken": settled, "open": [g.id for g in left]})
        else:
            say_lines(repr(recovered))
        return 1 if left else 0
