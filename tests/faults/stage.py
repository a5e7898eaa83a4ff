"""The stage: pieces of work in processes forked from a warm one, which may be killed on purpose.

The process that forks has everything imported and not one thread, so a child costs
milliseconds instead of the second a new Python takes. It never opens a lab itself. What a
child has painted and looked at, those that are forked later know.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import pickle
import select
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import httpx
import PIL.PngImagePlugin
import sqlite_utils

import imagelab as il
from imagelab import killpoints
from imagelab.lab import accounts
from imagelab.providers.registry import providers
from tests import painting

INTERRUPTED = 128 + signal.SIGINT
FAULT = "IMAGELAB_SANDBOX_FAULT"
WAITS_SECONDS = 90.0  # for a child; one that takes so long is a finding
WARM = (httpx, PIL.PngImagePlugin, sqlite_utils)  # what a lab loads when it first needs it
# Of the time a real vendor is left between polls; its patience of minutes ends in a second.
WAITS = 0.005

T = TypeVar("T")


@dataclass(frozen=True)
class Ended:
    """How a child ended: its exit code (negative: the signal), its answer, what it printed."""

    code: int
    answer: Any
    said: str

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def told(self) -> Any:
        """The answer of a child that was to live; what it printed where it did not."""
        assert self.code == 0, self.said or f"it ended with {self.code}"
        return self.answer


class Child:
    """A process under way."""

    def __init__(self, pid: int, answers: int, printed: BinaryIO) -> None:
        self.pid, self.answers = pid, answers
        self._printed = printed

    def kill(self) -> None:
        """Now, whatever it is doing; its own children with it, where it leads a group."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def interrupt(self) -> None:
        """As a person at the keys does."""
        os.kill(self.pid, signal.SIGINT)

    def end(self, seconds: float = WAITS_SECONDS) -> Ended:
        """Wait for its end; after so many seconds it is killed, which its code tells."""
        deadline = time.monotonic() + seconds
        received, late = b"", False
        while True:
            ready, _, _ = select.select([self.answers], [], [], max(deadline - time.monotonic(), 0))
            if not ready:
                late = True
                self.kill()
                break
            if not (part := os.read(self.answers, 1 << 16)):
                break
            received += part
        os.close(self.answers)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self._printed.seek(0)
        said = self._printed.read().decode(errors="replace")
        self._printed.close()
        if late:
            return Ended(1, None, f"it did not end within {seconds:g} s\n{said}")
        answer, painted = _read(received)
        painting.remembered.update(painted)
        return Ended(code, answer, said)


def fork(
    work: Callable[..., object],
    *arguments: object,
    faults: str = "",
    kill_at: str = "",
    strikes: signal.Signals = signal.SIGKILL,
    leads: bool = False,
) -> Child:
    """Begin a piece of work in a child of this process, with sandbox faults or a kill point armed."""
    warm_up()
    assert threading.active_count() == 1, "only a process without threads may be forked"
    reads, writes = os.pipe()
    printed = tempfile.TemporaryFile()  # noqa: SIM115 - it is the child's and ours
    pid = os.fork()
    if pid:
        os.close(writes)
        return Child(pid, reads, printed)
    os.close(reads)
    if leads:
        os.setpgid(0, 0)
    _perform(lambda: work(*arguments), {FAULT: faults}, (kill_at, strikes), writes, printed)
    raise AssertionError("a child never returns")


def each(
    work: Callable[[T], object],
    cases: Iterable[T],
    *,
    workers: int = 2,
    seconds: float = 4 * WAITS_SECONDS,
) -> Iterator[tuple[T, Ended]]:
    """Every case in a child of its own, which may fork further ones; so many at a time."""
    waiting = iter(cases)
    under_way: dict[int, tuple[T, Child]] = {}
    try:
        while True:
            while len(under_way) < workers and (case := next(waiting, None)) is not None:
                child = fork(work, case, leads=True)
                under_way[child.answers] = case, child
            if not under_way:
                return
            ready, _, _ = select.select(list(under_way), [], [], seconds)
            for answers in ready or list(under_way)[:1]:
                case, child = under_way.pop(answers)
                yield case, child.end(seconds if ready else 0)
    finally:
        for _, child in under_way.values():
            child.kill()


def together(works: Iterable[Callable[[], object]], seconds: float = WAITS_SECONDS) -> list[Ended]:
    """Begin all at the same moment and wait for all."""
    works = list(works)
    begins = time.monotonic() + 0.02 * len(works)
    return [child.end(seconds) for child in [fork(_punctual, begins, work) for work in works]]


def strike_with(faults: str) -> None:
    """In a child: what the vendors of the next lab do to it."""
    os.environ[FAULT] = faults


@cache
def warm_up() -> None:
    """Load what a lab loads late, and set the vendors to quick and rough; once, before forking."""
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type] # heavy to fork, and not needed
    os.environ |= painting.ROUGHLY
    painting.remember_pictures()
    painting.remember_looks()
    accounts._SANDBOX_WAITS = WAITS
    providers()
    for name in il.__all__:
        getattr(il, name)
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A place for one catalog and its vendor's book, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="imagelab-faults-") as name:
        yield Path(name) / "lab"


def _punctual(begins: float, work: Callable[[], object]) -> object:
    time.sleep(max(begins - time.monotonic(), 0))
    return work()


def _read(received: bytes) -> tuple[Any, dict[Any, Any]]:
    """A child's answer and what it has painted; nothing of one that was killed as it told."""
    try:
        told: tuple[Any, dict[Any, Any]] = pickle.loads(received)  # noqa: S301 - our own child's
    except (EOFError, pickle.UnpicklingError):
        return None, {}
    return told


def _without(known: set[Any]) -> dict[Any, Any]:
    return {asked: result for asked, result in [*painting.remembered.items()] if asked not in known}


def _perform(
    work: Callable[[], object],
    environment: Mapping[str, str],
    armed: tuple[str, signal.Signals],
    writes: int,
    printed: BinaryIO,
) -> None:
    """In the child: it never returns, whatever happens."""
    code = 70
    try:
        os.dup2(printed.fileno(), 1)
        os.dup2(printed.fileno(), 2)
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), line_buffering=True)
        sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False), line_buffering=True)
        os.environ |= environment
        killpoints.arm(*armed)
        known = set(painting.remembered)
        answer = pickle.dumps((work(), _without(known)))
        with os.fdopen(writes, "wb") as pipe:
            pipe.write(answer)
        code = 0
    except KeyboardInterrupt:  # before or after the work, which feels it itself
        code = INTERRUPTED
    except BaseException:  # noqa: BLE001 - said, and the child ends
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
