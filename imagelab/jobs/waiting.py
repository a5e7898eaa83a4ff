"""Waiting for a generation: in small steps, so that an interrupt is felt, never holding it up."""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
from collections.abc import Callable
from contextlib import closing

from imagelab import clock
from imagelab.domain.frozen import frozen
from imagelab.jobs.job import Job
from imagelab.jobs.progress import Progress, Sight

_STEP_SECONDS = 0.1
# An awaited one shares its loop: it naps instead, and is seen to end this much later at most.
_NAP_SECONDS = 0.05


@frozen
class Work:
    """What is waited for: `settled` waits so many seconds for it and raises what stopped it.

    `seen` is what to show meanwhile, `left` the sentence for whoever stops waiting.
    """

    name: str
    settled: Callable[[float], bool]
    seen: Callable[[], Sight]
    left: Callable[[], str]


def wait(work: Work, timeout: float | None, progress: Progress) -> None:
    """Wait until it is settled; TimeoutError ends the waiting, as does an interrupt."""
    deadline = None if timeout is None else clock.monotonic() + timeout
    with closing(progress):
        try:
            while not work.settled(_step(deadline)):
                progress.show(work.seen)
                if deadline is not None and clock.monotonic() >= deadline:
                    raise TimeoutError(
                        f"{work.name} is still running after {timeout:g} s; it goes on, and "
                        ".wait() takes up the waiting again"
                    )
        except KeyboardInterrupt:
            progress.close()
            _say(work.left(), progress)
            raise


async def waiting(work: Work, progress: Progress) -> None:
    """The same, awaited on any asyncio loop: it polls, so that the loop sees an interrupt."""
    with closing(progress):
        try:
            while not work.settled(0):
                progress.show(work.seen)
                await asyncio.sleep(_NAP_SECONDS)
        except asyncio.CancelledError:
            progress.close()
            if progress.watched:  # a script's own timeout is no news to anybody
                _say(work.left(), progress)
            raise


def job_settled(job: Job, seconds: float) -> bool:
    """Whether a job of this process has ended, after at most so many seconds."""
    if seconds:
        concurrent.futures.wait([job.done], timeout=seconds)
    if not job.done.done():
        return False
    job.done.result()
    return True


def _step(deadline: float | None) -> float:
    if deadline is None:
        return _STEP_SECONDS
    return max(0.0, min(_STEP_SECONDS, deadline - clock.monotonic()))


def _say(sentence: str, progress: Progress) -> None:
    """An answer to the keys; a script's output stays its own."""
    print(sentence, file=sys.stdout if progress.watched else sys.stderr, flush=True)
