"""The command line: `imagelab` and the name of a command, each in a file of its own."""

from __future__ import annotations

import argparse
import re
import sqlite3
import sys
from collections.abc import Sequence
from typing import NoReturn

import imagelab as il
from imagelab.cli import add, backup, demo, export, find, merge, recover, verify
from imagelab.cli.machine import say_failure
from imagelab.cli.voice import hush, prepare, say_aside
from imagelab.errors import ImagelabError

_FAILED, _WRITTEN_WRONG = 1, 2
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
  imagelab search --everywhere fox         in every catalog of this machine
  imagelab export 'rating:>=4' best/       what is good, as a dataset
  imagelab import ~/pictures/              pictures from elsewhere
  imagelab verify --deep                   whether every image is as it came
  imagelab backup --every 7d /mnt/disk/    a safe copy, and kept up
  imagelab merge ~/from-ada/catalog.db     take another catalog in

exit codes:
  0     it went well, also where a search finds nothing
  1     it could not be done, which stderr says in a sentence; something is
        amiss (verify) or still open (recover)
  2     the command was written wrong
  130   stopped by Ctrl-C; the same command goes on from there
  141   nobody reads the output any more

With --json a command prints a JSON object a line on stdout, for a script, and
nothing else there. Where it fails, the last one is {"error": "a sentence",
"kind": "CatalogError", "code": 1}, also where it was written wrong.
In Python: import imagelab as il; lab = il.open()
"""
_COMMANDS = (demo, find, export, add, recover, verify, backup, merge)  # in the order of the help


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what it returns is the exit code, as the help lists them."""
    prepare()
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        hush()
        code = _UNHEARD
    except KeyboardInterrupt as error:
        code = _fail(words, error, "stopped; the same command goes on from here", _INTERRUPTED)
    except _UsageError as error:
        sys.stderr.write(error.usage)
        code = _fail(words, error, str(error), _WRITTEN_WRONG)
    except (ImagelabError, OSError, sqlite3.Error) as error:
        code = _fail(words, error, _sentence(error), _FAILED)
    return code


def _run(words: Sequence[str]) -> int:
    parser = _parser()
    said = parser.parse_args(_guarded(words))
    if said.run is None:
        parser.print_help(sys.stderr)
        return _WRITTEN_WRONG
    return int(said.run(said))


def _fail(words: Sequence[str], error: BaseException, sentence: str, code: int) -> int:
    """Say what went wrong: to whoever looks on stderr, and to a script on stdout."""
    say_aside(f"imagelab: {sentence}")
    if "--json" in words:
        say_failure(type(error), sentence, code)
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
    if not {"search", "export"} & set(arguments[:1]):
        return list(arguments)
    return [f" {word}" if re.match(r"-(?!-|h$)", word) else word for word in arguments]


class _UsageError(Exception):
    """A command that is written otherwise than its help says, with how it would be right."""

    def __init__(self, usage: str, message: str) -> None:
        super().__init__(message)
        self.usage = usage


class _Parser(argparse.ArgumentParser):
    """One that leaves the end, and how it is told, to `main`; its commands are such too."""

    def error(self, message: str) -> NoReturn:
        raise _UsageError(self.format_usage(), message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="imagelab",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"imagelab {il.__version__}")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser
