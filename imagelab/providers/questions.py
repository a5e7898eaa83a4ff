"""Flows of free questions, with nothing to pay, keep or fetch in them."""

from __future__ import annotations

from typing import TypeVar

from imagelab.providers.driver import drive
from imagelab.providers.steps import Flow, Head, Image, Reply, Send, Verdict
from imagelab.providers.wire import Wire

T = TypeVar("T")


async def asked(flow: Flow[T], wire: Wire, *, provider: str, base: str) -> T:
    """Run a flow of free questions to its end; there is nothing to pay, keep or fetch in it."""
    return await drive(flow, wire, _NothingKept(), _nothing_paid, provider=provider, base=base)


def _nothing_paid(_: Reply) -> Verdict:
    raise RuntimeError("a flow of free questions pays")


class _NothingKept:
    """The journal of a flow that has nothing to make durable: free questions only."""

    async def sent(self, send: Send, sha256: str) -> None:
        raise RuntimeError(f"{send.url} is paid for, and nothing would be kept of it ({sha256})")

    async def partial(self, reply: Reply) -> None:
        raise RuntimeError(f"{reply} would not be kept")

    async def staged(self, reply: Reply) -> None:
        raise RuntimeError(f"{reply} would not be kept")

    async def streamed(self, head: Head, at: int, part: bytes, *, whole: bool) -> None:
        raise RuntimeError(f"{len(part)} bytes at {at} of {head} would not be kept ({whole})")

    async def accepted(self, remote: tuple[str, ...]) -> None:
        raise RuntimeError(f"{remote} would not be kept")

    async def claimed(self, remote: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
        raise RuntimeError(f"{least} to {most} of {remote} would not be kept")

    async def keep(self, index: int, image: Image) -> None:
        raise RuntimeError(f"image {index} would not be kept: {image}")

    async def show(self, fraction: float | None, preview: bytes | None = None) -> None:
        """Nobody looks."""
