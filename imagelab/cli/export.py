"""`imagelab export`: what a query finds, as a dataset or a page."""

from __future__ import annotations

import argparse
import io
from contextlib import redirect_stdout

import imagelab as il
from imagelab.cli.machine import add_json, say_json
from imagelab.cli.place import Commands, add_place, place_of
from imagelab.cli.voice import say, say_aside
from imagelab.export.copies import METADATA
from imagelab.export.formats import NAMES
from imagelab.export.item import PLAIN_PRESET
from imagelab.export.options import DUPLICATES
from imagelab.export.pairs import PRESETS
from imagelab.export.splits import Split
from imagelab.imaging.sniff import NAMES as PICTURES

_ABOUT = """\
Write the images that a query finds into a new folder or file, with what is
known of each. An earlier export of the same query is replaced, and nothing
else.
"""
_EXAMPLES = """\
examples:
  imagelab export 'rating:>=4' best/             a Hugging Face image folder
  imagelab export fox foxes/ --format captions   pictures and .txt files
  imagelab export fox foxes/ --split train=0.8,validation=0.1,test=0.1
  imagelab export '' all.csv --money             a table of everything
  imagelab export tag:hero page.html             one page to look at
"""


def add_parser(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command to the others."""
    export = commands.add_parser(
        "export",
        help="write the images that a query finds as a dataset or a page",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument("query", metavar="QUERY", help="as for search; '' is everything")
    export.add_argument("dest", metavar="DEST", help="a folder or a file, new or an earlier export")
    export.add_argument(
        "--format",
        choices=NAMES,
        metavar="NAME",
        help=f"{', '.join(NAMES)} (default: as DEST ends, else imagefolder)",
    )
    export.add_argument(
        "--caption", default="caption", metavar="WHAT", help="caption, prompt, note, or a template"
    )
    export.add_argument(
        "--split", type=_split, metavar="SHARES", help="0.1 for a test part, or name=share,…"
    )
    export.add_argument("--seed", type=int, default=0, help="by which the split is drawn")
    export.add_argument(
        "--duplicates", choices=DUPLICATES, default="keep", help="near duplicates (default: keep)"
    )
    export.add_argument(
        "--preset", choices=PRESETS, default=PLAIN_PRESET, help="names of the columns of pairs"
    )
    export.add_argument("--size", type=int, metavar="PIXELS", help="the most a side may have")
    export.add_argument("--convert", choices=PICTURES, help="to this format")
    export.add_argument(
        "--metadata", choices=METADATA, help="write the recipe into the copies, or nothing at all"
    )
    export.add_argument("--money", action="store_true", help="with prices")
    export.add_argument(
        "--overwrite", action="store_true", help="also replace an export of another query"
    )
    add_json(export)
    add_place(export)
    export.set_defaults(run=run_export)


def run_export(said: argparse.Namespace) -> int:
    """Write it and say what was written; what catalog it is from goes to stderr."""
    path, sandbox = place_of(said)
    with redirect_stdout(io.StringIO()) as first_line:
        lab = il.open(path, sandbox=sandbox)
    with lab:
        say_aside(first_line.getvalue())
        exported = lab.export(
            said.dest.strip(),
            said.query.strip(),
            format=said.format,
            overwrite=said.overwrite,
            caption=said.caption,
            split=said.split,
            seed=said.seed,
            duplicates=said.duplicates,
            money=said.money,
            preset=said.preset,
            size=said.size,
            convert=said.convert,
            metadata=said.metadata,
        )
    if said.json:
        say_json(exported)
    else:
        say(str(exported))
    return 0


def _split(text: str) -> Split:
    """A share, or shares with names.

    >>> _split("0.1"), _split("train=0.9,test=0.1")
    (0.1, {'train': 0.9, 'test': 0.1})
    """
    try:
        if "=" not in text:
            return float(text)
        pairs = (part.partition("=") for part in text.split(","))
        return {name.strip(): float(share) for name, _, share in pairs}
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a share such as 0.1 nor train=0.9,test=0.1"
        ) from None
