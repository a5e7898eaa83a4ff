"""`imagelab import`: pictures from elsewhere, with what their files say of them."""

from __future__ import annotations

import argparse
import io
from contextlib import redirect_stdout

import imagelab as il
from imagelab.cli.machine import add_json, say_json
from imagelab.cli.place import Commands, add_place, place_of
from imagelab.cli.voice import say, say_aside

_ABOUT = """\
Take in pictures: exports of ours, what AUTOMATIC1111, ComfyUI, InvokeAI and
NovelAI made, captions in files beside them. What is here already, by content,
stays as it is. Files that cannot be read are listed; the same command again
goes on where it was ended.
"""
_EXAMPLES = """\
examples:
  imagelab import ~/stable-diffusion/outputs/
  imagelab import best/ 'more/*.png'
  imagelab import --no-copy /mnt/photographs/
  imagelab search 'is:imported fox'
"""


def add_parser(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command to the others."""
    command = commands.add_parser(
        "import",
        help="take in pictures from elsewhere",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("paths", metavar="PATH", nargs="+", help="a file, a folder or a glob")
    command.add_argument("--flat", action="store_true", help="not the folders in a folder")
    command.add_argument("--no-copy", action="store_true", help="leave the files where they lie")
    add_json(command)
    add_place(command)
    command.set_defaults(run=run_import)


def run_import(said: argparse.Namespace) -> int:
    """Add it all and say what came of it; what could not be added goes to stderr, each a line."""
    path, sandbox = place_of(said)
    with redirect_stdout(io.StringIO()) as first_line:
        lab = il.open(path, sandbox=sandbox)
    with lab:
        say_aside(first_line.getvalue())
        added = lab.add(said.paths, recursive=not said.flat, copy=not said.no_copy)
        if said.json:
            told = {"new": added.new.ids, "known": added.known.ids, "broken": added.broken}
            say_json(told)
            return 0
        for broken in added.broken:
            say_aside(f"{broken.called}: {broken.reason}")
        say(added.counts)
    return 0
