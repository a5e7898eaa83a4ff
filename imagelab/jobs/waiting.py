"""Waiting for a job: in small steps, so that an interrupt is felt, and never holding it up."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable

from imagelab import clock
from imagelab.jobs.job import Job
from imagelab.jobs.progress import Progress

_STEP_SECONDS = 0.1


def wait(job: Job, timeout: float | None, progress: Progress, line: Callable[[], str]) -> None:
    """Wait until the job is settled; TimeoutError ends the waiting, as does an interrupt."""
    deadline = None if timeout is None else clock.monotonic() + timeout
    try:
        while not _done(job, deadline):
            progress.show(line())
            if deadline is not None and clock.monotonic() >= deadline:
                raise TimeoutError(
                    f"g{job.generation} is still running after {timeout:g} s; it goes on, and "
                    "g.wait() takes it up again"
                )
    except KeyboardInterrupt:
        progress.close()
        print(stopped_waiting(job))  # noqa: T201 - said to the person who pressed the keys
        raise
    finally:
        progress.close()
    job.done.result()


async def waiting(job: Job) -> None:
    """The same, awaited on any loop: it polls, so that the loop sees an interrupt."""
    try:
        settled = asyncio.wrap_future(job.done)
        while not job.done.done():
            await asyncio.wait([settled], timeout=_STEP_SECONDS)
    except asyncio.CancelledError:
        print(stopped_waiting(job))  # noqa: T201 - said to the person who pressed the keys
        raise
    job.done.result()


def stopped_waiting(job: Job) -> str:
    """What an interrupt leaves running."""
    state = "running" if job.sent else "queued"
    return (
        f"stopped waiting; g{job.generation} is still {state}: its images are kept when they "
        f"arrive. lab.generation({job.generation}).wait() waits again, .cancel() drops what was "
        "not sent"
    )


def _done(job: Job, deadline: float | None) -> bool:
    step = _STEP_SECONDS
    if deadline is not None:
        step = max(0.0, min(step, deadline - clock.monotonic()))
    concurrent.futures.wait([job.done], timeout=step)
    return job.done.done()
