"""A short run of the lab on a disk that fails at its Nth operation, and what it says of it."""

from __future__ import annotations

import io
import itertools
import logging
import sys
import tempfile
import threading
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import imagelab as il
from imagelab.errors import ImagelabError
from imagelab.jobs import writer
from tests.faults import calls, vfs
from tests.faults.life import OPENAI, RUNWARE, temporary
from tests.faults.operations import Operation


@dataclass(frozen=True)
class Fault:
    """From which operation on, with which errno, and whether it stays so; 0 is never."""

    at: int
    errno: int
    for_ever: bool


@dataclass(frozen=True)
class Suffered:
    """How a run went: what it was stopped at, what it said, what it vouched for."""

    seen: tuple[str, ...]  # every operation, where there was no fault
    struck: str
    sentences: tuple[str, ...]
    traces: tuple[str, ...]  # what nobody would call a sentence
    images: tuple[str, ...]  # of generations that were handed over as complete, by their SHA-256
    rated: tuple[str, ...]


def suffer(path: Path, fault: Fault, *, insists: bool = True) -> Suffered:
    """Open, pay each of two vendors for two images, rate, close; in a process of its own, once.

    A lab that does not insist gives up what it was sent at the first error of the disk, and has
    no other one.
    """
    tempfile.tempdir = str(temporary(path))
    writer.PATIENCE_SECONDS, writer._PAUSE_SECONDS = 0.3, 0.02
    if not insists:
        writer.Writer.insisting = writer.Writer.doing  # type: ignore[method-assign] # what is meant
    saboteur = _Saboteur(path.parent.parent, fault)
    vfs.install(saboteur)
    calls.install(saboteur)
    run = Run()
    run.listen()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        run.lead(path)
    return Suffered(
        tuple(saboteur.seen),
        saboteur.struck,
        tuple(run.sentences),
        tuple(run.traces),
        tuple(run.images),
        tuple(run.rated),
    )


class _Saboteur:
    """Counts the operations, and fails those it is told to."""

    def __init__(self, root: Path, fault: Fault) -> None:
        self.root, self.struck = root, ""
        self.seen: list[str] = []
        self._fault, self._numbers = fault, itertools.count(1)

    def ask(self, operation: Operation) -> int:
        number, fault = next(self._numbers), self._fault
        if not fault.at:
            self.seen.append(f"{operation.kind} {operation.path}")
        if number == fault.at or (fault.for_ever and number > fault.at > 0):
            self.struck = self.struck or f"{operation.kind} {Path(operation.path).suffix}"
            return fault.errno
        return 0

    def done(self, operation: Operation) -> None:
        pass


@dataclass
class Run:
    sentences: list[str] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    rated: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Whatever is raised where nobody catches it is a trace."""
        warnings.simplefilter("ignore")
        threading.excepthook = lambda told: self.traces.append(f"in a thread: {told.exc_value!r}")
        sys.unraisablehook = lambda told: self.traces.append(f"unraisable: {told.exc_value!r}")
        logging.getLogger().addHandler(logging.NullHandler())
        logging.getLogger("asyncio").addHandler(_Heard(self.traces))

    def lead(self, path: Path) -> None:
        try:
            with il.open(path, sandbox=True) as lab:
                for model in (OPENAI, RUNWARE):
                    self._generate(lab, model)
        except ImagelabError as error:
            self.sentences.append(str(error))
        except Exception:  # noqa: BLE001 - what it is, is read
            self.traces.append(traceback.format_exc())

    def _generate(self, lab: il.Lab, model: str) -> None:
        try:
            made = lab.generate("a red fox", model=model, quality="low", n=2)
            self.images += [asset.sha256 for asset in made]
            if model == OPENAI:
                made[0].rate(5)
                self.rated.append(made[0].uuid)
        except ImagelabError as error:
            self.sentences.append(str(error))


class _Heard(logging.Handler):
    """The loop's complaints of what nobody waited for."""

    def __init__(self, traces: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._traces = traces

    def emit(self, record: logging.LogRecord) -> None:
        why: Any = record.exc_info[1] if record.exc_info else ""
        self._traces.append(f"{record.getMessage()} {why!r}")
