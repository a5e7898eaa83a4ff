"""The command line: `imagelab demo`, `imagelab search`."""

from __future__ import annotations

import argparse
import re
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

import imagelab as il
from imagelab.cli.demo import run_demo
from imagelab.cli.find import run_search
from imagelab.cli.voice import hush, prepare, say_aside
from imagelab.errors import ImagelabError

_INTERRUPTED, _UNHEARD = 130, 141  # as shells count an end by SIGINT, and by SIGPIPE

_ABOUT = """\
A lab notebook for AI images. Every prompt, parameter, price and returned image
is kept in one local file: in .imagelab/ here, or in the nearest folder above.
"""
_EXAMPLES = """\
examples:
  imagelab demo                            see everything; no key, no bill
  imagelab search fox -snow 'rating:>=4'   the images that fit, newest first
  imagelab search 'cost:>0.1 sort:-cost'   what was dear, dearest first

In Python: import imagelab as il; lab = il.open()
"""
_QUERY = """\
a query is made of:
  fox  "red fox"  paint*    words, a phrase, the beginning of a word
  -snow  cat OR dog  ( )    not, either, brackets
  rating:>=4  cost:>0.1     a field; there are provider, model, quality, size,
  tag:hero  is:edit         format, tag, prompt, rating, cost, date, is, from, …
  sort:-cost                the order; without it, newest first
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it went well, 1 with one sentence on stderr if not."""
    prepare()
    parser = _parser()
    said = parser.parse_args(_guarded(sys.argv[1:] if arguments is None else arguments))
    if said.run is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        code = int(said.run(said))
        sys.stdout.flush()
    except BrokenPipeError:
        hush()
        code = _UNHEARD
    except KeyboardInterrupt:
        say_aside("imagelab: stopped; the same command goes on from here")
        code = _INTERRUPTED
    except (ImagelabError, OSError, sqlite3.Error) as error:
        say_aside(f"imagelab: {_sentence(error)}")
        code = 1
    return code


def _sentence(error: Exception) -> str:
    match error:
        case OSError(filename=str(name), strerror=str(why)):
            return f"{name}: {why}"
        case sqlite3.Error():
            return f"the catalog cannot be used: {error}"
        case _:
            return str(error)


def _guarded(arguments: Sequence[str]) -> list[str]:
    """The same, where `-word` in a search is a word: behind a space it is no option.

    >>> _guarded(["search", "fox", "-snow", "--limit", "3", "-h"])
    ['search', 'fox', ' -snow', '--limit', '3', '-h']
    """
    if "search" not in arguments[:1]:
        return list(arguments)
    return [f" {word}" if re.match(r"-(?!-|h$)", word) else word for word in arguments]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="imagelab",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"imagelab {il.__version__}")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_demo(commands)
    _add_search(commands)
    return parser


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser(
        "demo",
        help="make, edit, find and price images in a sandbox",
        description="The vendors' documented examples, run in a sandbox without a key, a network "
        "or a bill: made, edited, rated, searched, priced, and written out as a page. Run again, "
        "it takes up what its folder has.",
    )
    demo.add_argument(
        "--folder",
        type=Path,
        default=Path("imagelab-demo"),
        help="where to keep it (default: %(default)s)",
    )
    demo.set_defaults(run=lambda said: run_demo(said.folder))


def _add_search(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    search = commands.add_parser(
        "search",
        help="list the images that a query finds, newest first",
        description="List the images that a query finds; all of them without one.",
        epilog=_QUERY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    search.add_argument("query", nargs="*", help="such as: fox -snow 'rating:>=4'")
    search.add_argument(
        "--limit", type=_count, default=20, metavar="N", help="how many lines (default: 20)"
    )
    search.add_argument(
        "--catalog", type=Path, metavar="FILE", help="the catalog's file (default: the nearest)"
    )
    search.add_argument("--sandbox", action="store_true", help="the sandbox's catalog")
    search.set_defaults(
        run=lambda said: run_search(
            " ".join(said.query).strip(),
            limit=said.limit,
            catalog=said.catalog,
            sandbox=True if said.sandbox else None,
        )
    )


def _count(text: str) -> int:
    word = text.strip()
    if not re.fullmatch(r"[1-9][0-9]{0,8}", word):
        raise argparse.ArgumentTypeError(f"{word!r} is not a whole number from 1 up")
    return int(word)
