"""`%%imagine`: `lab.generate` with the cell as its prompt. Sugar, and never the only way.

IPython is not imported: whoever loads an extension has it loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol

from imagelab.domain.quote import Quote
from imagelab.errors import RequestError
from imagelab.handles.generation import Generation
from imagelab.jupyter.magic_line import filled, read_line
from imagelab.lab.lab import Lab
from imagelab.lab.opening import open_lab


class Shell(Protocol):
    """What is asked of IPython's shell; `user_ns_hidden` are names that it put there itself."""

    user_ns: dict[str, Any]
    user_ns_hidden: dict[str, Any]

    def register_magic_function(
        self, func: Callable[..., object], magic_kind: str, magic_name: str
    ) -> None:
        """Make it a magic."""
        ...


def load_ipython_extension(shell: Shell) -> None:
    """Called by `%load_ext imagelab`."""

    def imagine(line: str, cell: str | None = None) -> Generation | Quote:
        """Ask for images: the cell is the prompt, or in one line what follows the options.

        %%imagine -m runware/gpt-image-1.5 -n 2 -q low -o foxes
        a {animal} reading a book

        -m MODEL, -p PROVIDER, -n COUNT, -q QUALITY, -s SIZE, -t TAG (again for more), and
        --background, --format and the other words of lab.generate() alike. -o NAME keeps the
        Generation in that variable. --quote says the price and sends nothing. --reuse takes an
        equal one that is here. Of {names} those are filled that are variables; {{name}} is not.

        It asks the lab in the variable `lab`, else the only one there is, else opens this folder's.
        """
        try:
            return _imagine(shell, line, cell)
        except RequestError as error:  # one sentence, and no lines of ours above it
            raise sys.modules["IPython.core.error"].UsageError(str(error)) from error

    # Or IPython would fill braces and dollars of the line by rules of its own.
    sys.modules["IPython.core.magic"].no_var_expand(imagine)
    shell.register_magic_function(imagine, magic_kind="line_cell", magic_name="imagine")


def _imagine(shell: Shell, line: str, cell: str | None) -> Generation | Quote:
    asked = read_line(line)
    if cell is not None and asked.rest:
        raise RequestError(
            f"{asked.rest!r} on the line of %%imagine is no option; the prompt is what is below it"
        )
    written = (asked.rest if cell is None else cell).strip()
    if not written:
        raise RequestError(
            "there is no prompt: write it below %%imagine, or after the options of %imagine"
        )
    theirs = {k: v for k, v in shell.user_ns.items() if k not in shell.user_ns_hidden}
    prompt = filled(written, theirs)
    lab = _lab(shell, theirs)
    if asked.quote:
        asked.given.pop("reuse", None)
    made = lab.quote(prompt, **asked.given) if asked.quote else lab.generate(prompt, **asked.given)
    if asked.out is not None:
        shell.user_ns[asked.out] = made
    return made


def _lab(shell: Shell, theirs: dict[str, Any]) -> Lab:
    """The lab that is asked, and pays; opened here only where there is none."""
    named = {name: value for name, value in theirs.items() if isinstance(value, Lab)}
    if "lab" in named:
        return named["lab"]
    labs = {id(value): value for value in named.values()}
    if len(labs) > 1:
        raise RequestError(
            f"there are several labs, {', '.join(sorted(named))}; call the one to ask `lab`"
        )
    if labs:
        return next(iter(labs.values()))
    if "lab" in theirs:
        raise RequestError(
            "`lab` is no lab here; run lab = il.open(), which %%imagine does by itself only where "
            "there is no `lab`"
        )
    shell.user_ns["lab"] = lab = open_lab()
    return lab
