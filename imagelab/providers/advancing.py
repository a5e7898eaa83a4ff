"""Large bodies are coded and decoded in turn, so that many at once do not hold the loop.

On the loop, and not on threads: base64 and JSON keep the interpreter's lock while they work,
so a thread of theirs stops the loop at every socket it reads, and 64 calls take longer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from imagelab.domain.frozen import frozen
from imagelab.errors import ProviderError
from imagelab.providers.sse import Event
from imagelab.providers.steps import Answer, Flow, Reply, Step

T = TypeVar("T")

LARGE_BYTES = 100_000  # what is smaller is decoded in a fraction of a millisecond


@asynccontextmanager
async def in_turn(turns: asyncio.Lock) -> AsyncIterator[None]:
    """Alone, and after the loop has seen to everybody else once."""
    async with turns:
        await asyncio.sleep(0)
        yield


@frozen
class Returned(Generic[T]):
    """What a flow came to."""

    value: T


@dataclass(slots=True)
class Advancing(Generic[T]):
    """One flow; from its first large answer on it waits for its turn."""

    flow: Flow[T]
    turns: asyncio.Lock
    _large: bool = field(default=False, init=False)

    async def step(self, answer: Answer, trouble: ProviderError | None) -> Step | Returned[T]:
        """Its next step, given the answer to the last one or the error to raise there."""
        self._large = self._large or _size(answer) > LARGE_BYTES
        if not self._large:
            return self._advanced(answer, trouble)
        async with in_turn(self.turns):
            return self._advanced(answer, trouble)

    def _advanced(self, answer: Answer, trouble: ProviderError | None) -> Step | Returned[T]:
        try:
            return self.flow.throw(trouble) if trouble else self.flow.send(answer)
        except StopIteration as stop:
            return Returned(stop.value)


def _size(answer: Answer) -> int:
    """What there is to decode, in bytes or characters."""
    match answer:
        case Reply():
            return len(answer.body)
        case Event():
            return len(answer.data)
        case _:
            return 0
