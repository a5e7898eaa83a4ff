"""What runs a flow: every step of it, with all the retries and all the durability there are."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar, assert_never, cast
from urllib.parse import urlsplit

from imagelab.errors import (
    Charged,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    UnavailableError,
)
from imagelab.providers.answers import retry_after
from imagelab.providers.download import download
from imagelab.providers.journal import Journal, finished
from imagelab.providers.listening import Ear
from imagelab.providers.payment import Payment, unanswered, unsent
from imagelab.providers.retry import Patience, spread
from imagelab.providers.sse import Event, is_event_stream
from imagelab.providers.steps import (
    Accepted,
    Answer,
    Ask,
    Claim,
    Failed,
    Fetch,
    Fetched,
    Flow,
    Head,
    Keep,
    Listen,
    Next,
    Pay,
    Reply,
    Send,
    Show,
    Step,
    Stream,
    Verdict,
    Wait,
)
from imagelab.providers.streaming import Live, Recorded, Streamed
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
    cut: bool = False,
    paid: bool = False,
    since: timedelta | None = None,
) -> T:
    """Run the flow to its end and return what it returns.

    With `staged`, its paying step is answered by that reply and nothing is sent for it;
    `cut` says that it is the beginning of a stream whose end never came.
    `paid` says that the call was sent in an earlier run, so that trouble now does not read
    as free; then it is paid only where `since` says how long ago that was, within what is
    left of the step's own window. Keys go to the origin of `base` and nowhere else.

    A ProviderError of a step is raised inside the flow, at the step. A cancelled task raises
    UnsentError if nothing left this machine, OutcomeUnknownError if an answer is outstanding
    that nobody can ask for, and asyncio's CancelledError if a later run can go on with it.
    """
    driver = _Driver(
        provider, _origin(base), wire, journal, verdict, staged, cut, paid or bool(staged), since
    )
    answer: Answer = None
    trouble: ProviderError | None = None
    async with AsyncExitStack() as last:
        last.push_async_callback(driver.leave)
        last.enter_context(closing(flow))
        while True:
            try:
                step = flow.throw(trouble) if trouble else flow.send(answer)
            except StopIteration as stop:
                return cast("T", stop.value)
            answer, trouble = await driver.outcome(step)


def _origin(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(slots=True)
class _Driver:
    """One run of one flow; `paying` once its paying step came, `paid` once that may have cost."""

    provider: str
    origin: str
    wire: Wire
    journal: Journal
    verdict: Callable[[Reply], Verdict]
    staged: Reply | None
    cut: bool
    paid: bool
    since: timedelta | None
    paying: bool = False
    ear: Ear | None = None
    heard: int = 0
    stream: Streamed | None = None

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
            case Pay() | Stream():
                return await self._pay(step)
            case Next():
                return await self._next()
            case Fetch(url):
                return await self._fetch(url)
            case Claim(remote, least, most):
                return await self.journal.claimed(remote, least, most)
            case _:
                await self._do(step)
        return None

    async def _do(self, step: Accepted | Keep | Listen | Wait | Show) -> None:
        """A step that has no answer."""
        match step:
            case Accepted(remote):
                await finished(self.journal.accepted(remote))
            case Keep(index, image):
                await finished(self.journal.keep(index, image))
            case Listen(send):
                await self._listen(send)
            case Wait(seconds, wake):
                await self._wait(spread(seconds), wake)
            case Show(fraction, preview):
                await self.journal.show(fraction, preview)
            case _:
                assert_never(step)

    async def _ask(self, send: Send) -> Reply:
        self._check_origin(send)
        content = send.body.content() if send.body else None
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

    async def _pay(self, asked: Pay | Stream) -> Head:
        streams = isinstance(asked, Stream)
        step = asked.pay if isinstance(asked, Stream) else asked
        if self.paying:
            raise RuntimeError(f"the flow of {self.provider} pays a second time")
        self.paying = True
        if self.staged:
            return self._replayed(self.staged, streams=streams)
        if self.paid:
            step = self._once_more(step)
        self._check_origin(step.send)
        content = step.send.body.content() if step.send.body else ("text/plain", b"")
        sha256 = hashlib.sha256(content[1]).hexdigest()
        try:
            await finished(self.journal.sent(step.send, sha256))
        except asyncio.CancelledError:  # durable as `sent` by now, and nothing leaves
            raise unsent(self.provider) from None
        payment = Payment(
            self.provider, self.wire, self.journal, self.verdict, step, content, streams=streams
        )
        try:
            reply = await payment.reply()
        except OutcomeUnknownError:  # the flow may go on, and trouble then is not free
            self.paid = True
            raise
        self.paid = True
        if payment.reading is None:
            return reply
        head = Head(reply.status, reply.headers)
        self.stream = Live(self.provider, self.journal, head, payment.came, payment.reading)
        return head

    def _replayed(self, reply: Reply, *, streams: bool) -> Head:
        """What an earlier run staged, as it was answered there."""
        events = streams and is_event_stream(reply.headers.get("content-type", ""))
        if self.cut and not events:
            raise unanswered(self.provider, "only its beginning is here", reply)
        if not (events and 200 <= reply.status < 300):
            return reply
        self.stream = Recorded(self.provider, reply, self.cut)
        return Head(reply.status, reply.headers)

    async def _next(self) -> Event | None:
        if self.stream is None:
            raise RuntimeError(f"the flow of {self.provider} reads a stream that is not open")
        return await self.stream.next()

    def _once_more(self, step: Pay) -> Pay:
        """The same POST in a later run, which only a vendor that knows our id may be sent."""
        if self.since is None or step.repeatable is None:
            raise RuntimeError(f"the flow of {self.provider} pays for a call that was sent before")
        left = step.repeatable - self.since
        if left <= timedelta():
            raise OutcomeUnknownError(
                self.provider,
                "what it was sent with is no longer there, so it is not sent again; look at the "
                "provider's usage page, then call settle() or resend() on the generation",
                charged="unknown",
            )
        return replace(step, repeatable=left)

    async def _fetch(self, url: str) -> Fetched | Failed:
        patience = Patience(3, first_s=1, longest_s=8)
        while True:
            came = await download(self.wire, url)
            helpless = isinstance(came, Fetched) or came.gone
            wait = None if helpless else patience.wait()
            if wait is None:
                return came
            await self._sleep(wait)

    async def _listen(self, send: Send) -> None:
        self._check_origin(send)
        account = (send.url, *send.headers.values())
        self.ear = self.wire.ears.setdefault(account, Ear(self.wire.asking, send, self.wire.pace))
        self.heard = self.ear.heard
        await self.ear.listen()

    async def _wait(self, seconds: float, wake: tuple[str, ...]) -> None:
        if self.ear is None or not wake:
            await self._sleep(seconds)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds * self.wire.pace):
                await self.ear.named(wake, self.heard)
        self.heard = self.ear.heard  # each event wakes once

    async def leave(self) -> None:
        """Listen and read no more, at the end of the flow."""
        if self.ear is not None:
            self.ear.leave()
        if self.stream is not None:
            await self.stream.close()

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
