"""What a call needs to have made durable while it runs; the jobs implement it, the driver calls it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

from imagelab.providers.steps import Image, Reply, Send


class Journal(Protocol):
    """What makes one call durable.

    Every method but `show` returns only when it is durable, and may be called again with
    the same values. A cancelled task still waits for it.
    """

    async def sent(self, send: Send, sha256: str) -> None:
        """The record of the body and the hash of its bytes, before the first of them leaves.

        It may refuse by raising: a repeat in a later run has to have the same hash.
        """
        ...

    async def partial(self, reply: Reply) -> None:
        """The beginning of a reply to the paying POST that was cut; never read as the reply."""
        ...

    async def staged(self, reply: Reply) -> None:
        """The whole reply to the paying POST, before anyone reads it."""
        ...

    async def accepted(self, remote: tuple[str, ...]) -> None:
        """The vendor's ids of the work."""
        ...

    async def claimed(self, remote: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
        """Those of the ids that no other call has, now this call's; none if too few or many."""
        ...

    async def keep(self, index: int, image: Image) -> None:
        """One image of the call, by its index in it."""
        ...

    async def show(self, fraction: float | None) -> None:
        """Progress, which nobody keeps."""
        ...


class NothingKept:
    """The journal of a flow that has nothing to make durable: free questions only."""

    async def sent(self, send: Send, sha256: str) -> None:
        raise RuntimeError(f"{send.url} is paid for, and nothing would be kept of it ({sha256})")

    async def partial(self, reply: Reply) -> None:
        raise RuntimeError(f"{reply} would not be kept")

    async def staged(self, reply: Reply) -> None:
        raise RuntimeError(f"{reply} would not be kept")

    async def accepted(self, remote: tuple[str, ...]) -> None:
        raise RuntimeError(f"{remote} would not be kept")

    async def claimed(self, remote: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
        raise RuntimeError(f"{least} to {most} of {remote} would not be kept")

    async def keep(self, index: int, image: Image) -> None:
        raise RuntimeError(f"image {index} would not be kept: {image}")

    async def show(self, fraction: float | None) -> None:
        """Nobody looks."""


async def finished(work: Coroutine[Any, Any, None]) -> None:
    """Do the work to its end; a cancellation that comes meanwhile is raised after it."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled:
        raise cancelled
