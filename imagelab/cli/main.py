"""The command line: `imagelab demo`, `imagelab search`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import imagelab as il
from imagelab.cli.demo import run_demo
from imagelab.cli.find import run_search
from imagelab.errors import ImagelabError

_ABOUT = """\
A lab notebook for AI images: every prompt, parameter, price and returned image
is kept in one local catalog, .imagelab/ in this folder or the nearest above it.
"""
_EXAMPLES = """\
examples:
  imagelab demo                           a walk through everything, free, without a key
  imagelab search "fox rating:>=4"        the newest images that fit
  imagelab search "cost:>0.1 sort:-cost"  what was dear
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it went well, 1 with one sentence on stderr if not."""
    said = _parser().parse_args(arguments)
    try:
        return int(said.run(said))
    except ImagelabError as error:
        print(f"imagelab: {error}", file=sys.stderr)  # noqa: T201 - a command talks
        return 1
    except KeyboardInterrupt:
        print("imagelab: stopped; what was sent is kept when it arrives", file=sys.stderr)  # noqa: T201 - a command talks
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="imagelab",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"imagelab {il.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_demo(commands)
    _add_search(commands)
    return parser


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser(
        "demo",
        help="make, edit, find and price images in a sandbox; no key, no network, no bill",
        description="The vendors' documented examples, run in a sandbox: made, edited, rated, "
        "searched, priced, and written out as a page. Run again, it takes up its own folder.",
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
        description='Words, "phrases", pre*, -not, OR, brackets, and field:value with fields '
        "such as provider, model, quality, tag, rating, cost, date, is, from, sort.",
    )
    search.add_argument("query", nargs="*", help='such as: fox -watercolor "rating:>=4"')
    search.add_argument("--limit", type=int, default=20, help="how many lines (default: 20)")
    search.add_argument("--catalog", type=Path, help="the catalog file (default: the nearest)")
    search.add_argument("--sandbox", action="store_true", help="the sandbox's catalog")
    search.set_defaults(
        run=lambda said: run_search(
            " ".join(said.query),
            limit=said.limit,
            catalog=said.catalog,
            sandbox=True if said.sandbox else None,
        )
    )
