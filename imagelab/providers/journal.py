"""What a call needs to have made durable while it runs; the jobs implement it, the driver calls it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

from imagelab.providers.steps import Head, Image, Reply, Send


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

    async def streamed(self, head: Head, at: int, part: bytes, *, whole: bool) -> None:
        """The bytes of a stream from place `at` on; `whole` if events end in them.

        Then they are durable before any of the events is read. The last of them, if the
        stream has an end, comes as `staged`.
        """
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

    async def show(self, fraction: float | None, preview: bytes | None = None) -> None:
        """Progress, and a picture of it, which nobody keeps."""
        ...


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
