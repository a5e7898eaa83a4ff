"""What runs a flow: every step of it, with all the retries and all the durability there are."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar, assert_never
from urllib.parse import urlsplit

from imagelab.errors import (
    Charged,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    UnavailableError,
)
from imagelab.providers.advancing import Advancing, Returned, in_turn
from imagelab.providers.answers import retry_after
from imagelab.providers.download import download
from imagelab.providers.journal import Journal, finished
from imagelab.providers.payment import Payment, unsent
from imagelab.providers.retry import Patience, spread
from imagelab.providers.steps import (
    Accepted,
    Answer,
    Ask,
    Failed,
    Fetch,
    Fetched,
    Flow,
    Keep,
    Pay,
    Reply,
    Send,
    Show,
    Step,
    Verdict,
    Wait,
)
from imagelab.providers.wire import Exchange, Wire, exchange

T = TypeVar("T")

# Replies to something free that may be another one later.
_BUSY = frozenset({408, 425, 429, *range(500, 600)})


async def drive(
    flow: Flow[T],
    wire: Wire,
    journal: Journal,
    verdict: Callable[[Reply], Verdict],
    *,
    provider: str,
    base: str,
    staged: Reply | None = None,
    paid: bool = False,
    again: timedelta | None = None,
) -> T:
    """Run the flow to its end and return what it returns.

    With `staged`, its paying step is answered by that reply and nothing is sent for it.
    `paid` says that the call was sent in an earlier run, so that trouble now does not read
    as free; then it pays only `again`, within what is left of the vendor's window. Keys go to the origin of `base` and nowhere else.

    A ProviderError of a step is raised inside the flow, at the step. A cancelled task raises
    UnsentError if nothing left this machine, OutcomeUnknownError if an answer is outstanding
    that nobody can ask for, and asyncio's CancelledError if a later run can go on with it.
    """
    driver = _Driver(
        provider, _origin(base), wire, journal, verdict, staged, paid or bool(staged), again
    )
    answer: Answer = None
    trouble: ProviderError | None = None
    advancing = Advancing(flow, wire.turns)
    with closing(flow):
        while not isinstance(step := await advancing.step(answer, trouble), Returned):
            answer, trouble = await driver.outcome(step)
    return step.value


def _origin(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"


def _content(send: Send) -> tuple[str, bytes]:
    return send.body.content() if send.body else ("text/plain", b"")


@dataclass(slots=True)
class _Driver:
    """One run of one flow; `paying` once its paying step came, `paid` once that may have cost."""

    provider: str
    origin: str
    wire: Wire
    journal: Journal
    verdict: Callable[[Reply], Verdict]
    staged: Reply | None
    paid: bool
    again: timedelta | None
    paying: bool = False

    async def outcome(self, step: Step) -> tuple[Answer, ProviderError | None]:
        """The answer to a step, or the error to raise in the flow instead."""
        try:
            return await self._answer(step), None
        except ProviderError as error:
            return None, error

    async def _answer(self, step: Step) -> Answer:
        match step:
            case Ask(send):
                return await self._ask(send)
            case Pay():
                return await self._pay(step)
            case Fetch(url):
                return await self._fetch(url)
            case Accepted(remote):
                await finished(self.journal.accepted(remote))
            case Keep(index, image):
                await finished(self.journal.keep(index, image))
            case Wait(seconds):
                await self._sleep(spread(seconds))
            case Show(fraction):
                await self.journal.show(fraction)
            case _:
                assert_never(step)
        return None

    async def _ask(self, send: Send) -> Reply:
        self._check_origin(send)
        content = None
        if send.body:
            async with in_turn(self.wire.turns):
                content = _content(send)
        patience = Patience(4, first_s=1, longest_s=30)
        while True:
            came = Exchange(left=self.wire.inside)
            await exchange(self.wire.asking, send, self.wire.ask, came, content=content)
            busy = came.whole and came.status in _BUSY
            if came.reply and came.whole and not busy:
                return came.reply
            asked = retry_after(came.headers) if busy else None
            wait = patience.wait(asked) if busy or came.passing else None
            if wait is None:
                raise self._unavailable(came)
            await self._sleep(wait)

    async def _pay(self, step: Pay) -> Reply:
        if self.paying:
            raise RuntimeError(f"the flow of {self.provider} pays a second time")
        self.paying = True
        if self.staged:
            return self.staged
        if self.paid:
            step = self._once_more(step)
        self._check_origin(step.send)
        try:
            async with in_turn(self.wire.turns):
                content = _content(step.send)
                sha256 = hashlib.sha256(content[1]).hexdigest()
            await finished(self.journal.sent(step.send, sha256))
        except asyncio.CancelledError:  # durable as `sent` by now or not, nothing leaves
            raise unsent(self.provider) from None
        payment = Payment(self.provider, self.wire, self.journal, self.verdict, step, content)
        try:
            reply = await payment.reply()
        except OutcomeUnknownError:  # the flow may go on, and trouble then is not free
            self.paid = True
            raise
        self.paid = True
        return reply

    def _once_more(self, step: Pay) -> Pay:
        """The same POST in a later run, which only a vendor that knows our id may be sent."""
        if self.again is None or step.repeatable is None:
            raise RuntimeError(f"the flow of {self.provider} pays for a call that was sent before")
        return replace(step, repeatable=min(step.repeatable, self.again))

    async def _fetch(self, url: str) -> Fetched | Failed:
        patience = Patience(3, first_s=1, longest_s=8)
        while True:
            came = await download(self.wire, url)
            helpless = isinstance(came, Fetched) or came.gone
            wait = None if helpless else patience.wait()
            if wait is None:
                return came
            await self._sleep(wait)

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self.wire.pace)

    def _check_origin(self, send: Send) -> None:
        rest = send.url.removeprefix(self.origin)
        if rest == send.url or rest[:1] not in {"", "/", "?"}:
            said = "it was to be asked at an address outside its API, which is not given the key"
            raise ProtocolError(self.provider, said, charged=self._charged())

    def _unavailable(self, came: Exchange) -> UnavailableError:
        advice = "opening the lab again goes on with the call" if self.paid else "try again later"
        return UnavailableError(
            self.provider,
            f"it does not answer ({came.trouble or 'it is too busy'}); {advice}",
            status=came.status,
            request_id=came.headers.get("x-request-id"),
            charged=self._charged(),
        )

    def _charged(self) -> Charged:
        return "unknown" if self.paid else "no"
