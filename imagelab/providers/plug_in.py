"""What a provider of one's own may build on; `notebooks/01_providers.ipynb` writes one."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol, runtime_checkable

import httpx

from imagelab.domain.request import Call
from imagelab.errors import OutcomeUnknownError
from imagelab.providers.steps import Facts, Flow


@runtime_checkable
class Boxed(Protocol):
    """A provider that brings its own stand-in, so that a sandbox can play it."""

    def sandbox(self) -> httpx.AsyncBaseTransport:
        """What answers in the place of its API; a new one for every lab."""
        ...


class OneAnswer:
    """A vendor that answers in one open request, and cannot be asked for it afterwards.

    `elsewhere` says where a person may look for a call whose answer was lost.
    """

    name: str
    askable = False
    repeatable: timedelta | None = None
    elsewhere = "look at the account's usage page"

    def resume(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """There is nothing to ask: always OutcomeUnknownError."""
        del key, base
        yield from ()
        raise OutcomeUnknownError(
            self.name,
            f"call {call.uuid} was sent and its answer was lost, and the API cannot be asked for "
            f"it; {self.elsewhere}, then settle() or resend() the generation",
            charged="unknown",
        )

    def cancel(self, call: Call, key: str, base: str) -> Flow[bool]:
        """Nothing can be stopped."""
        del call, key, base
        yield from ()
        return False

    def find(self, call: Call, key: str, base: str) -> Flow[tuple[str, ...]]:
        """Nothing can be found."""
        del call, key, base
        yield from ()
        return ()
