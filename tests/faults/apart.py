"""Work in processes of their own: forked from one that has imported everything, and timed.

Only a process with a single thread may be forked from, so that a campaign begins with `alone`.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import selectors
import signal
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Died:
    """What is known of a process that gave no result."""

    why: str


class DiedError(Exception):
    """A process that was to give a result gave none."""


def sure(came: T | Died) -> T:
    """The result; DiedError says what became of the process where there is none."""
    match came:
        case Died(why):
            raise DiedError(why)
        case _:
            return came


def alone(work: Callable[..., T], *args: Any) -> T:
    """The result of a function of a module, called in a new interpreter with a single thread."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(work, *args).result()


def forked(work: Callable[[], T], seconds: float) -> T | Died:
    """The result of work in a fork of this process."""
    return next(iter(all_forked([work], seconds, at_once=1)))


def result(work: Callable[[], T]) -> T | Died:
    """The result of work here, or what was raised."""
    try:
        return work()
    except BaseException:  # noqa: BLE001 - told to the parent
        return Died(traceback.format_exc())


def all_forked(
    works: Iterable[Callable[[], T]], seconds: float, at_once: int
) -> Iterator[T | Died]:
    """The results of all of them in forks of this process, a few at a time, as they come."""
    waiting = iter(works)
    with selectors.DefaultSelector() as selector:
        while True:
            while len(selector.get_map()) < at_once and (work := next(waiting, None)):
                child = _begun(work, seconds)
                selector.register(child.pipe, selectors.EVENT_READ, child)
            if not selector.get_map():
                return
            for key, _ in selector.select(0.05):
                if not key.data.read():
                    selector.unregister(key.fd)
                    yield key.data.result()
            for key in list(selector.get_map().values()):
                key.data.kill_if_late()


@dataclass
class _Child(Generic[T]):
    pid: int
    pipe: int
    deadline: float
    said: list[bytes] = field(default_factory=list)
    late: bool = False

    def read(self) -> bytes:
        """What else it said; nothing once it has ended."""
        self.said.append(os.read(self.pipe, 1 << 20))
        return self.said[-1]

    def result(self) -> T | Died:
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        try:
            result: T | Died = pickle.loads(b"".join(self.said))  # noqa: S301 - our own child's
        except (EOFError, pickle.UnpicklingError):
            result = Died("it hung, and was killed" if self.late else f"it ended with {status}")
        return result

    def kill_if_late(self) -> None:
        if not self.late and time.monotonic() > self.deadline:
            self.late = True
            os.kill(self.pid, signal.SIGKILL)


def _begun(work: Callable[[], T], seconds: float) -> _Child[T]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return _Child(pid, reading, time.monotonic() + seconds)
    try:
        os.close(reading)
        said = pickle.dumps(result(work))
        while said:
            said = said[os.write(writing, said) :]
    finally:
        os._exit(0)
