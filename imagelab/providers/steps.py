"""Flows: a provider's protocol as a generator of steps.

A flow yields what it wants done and is sent what came back. It does no I/O, never sleeps,
never retries and has no async twin; the driver does all of that. One flow is one paid POST.
(The idea is httpx's own: see its `Auth.auth_flow`.)
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal, TypeVar

from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost
from imagelab.errors import Charged, ProtocolError, ProviderError
from imagelab.providers import long_json
from imagelab.providers.body import Body
from imagelab.providers.sse import Event

T = TypeVar("T")


@frozen
class Send:
    """One HTTP request. `headers` hold the key, so they are never recorded or shown."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Body | None = None


@frozen
class Head:
    """The beginning of a reply; `headers` are lower-case and chosen ones only."""

    status: int
    headers: Mapping[str, str]

    @property
    def request_id(self) -> str | None:
        """The vendor's own name for this exchange, if it sent one."""
        return self.headers.get("x-request-id") or self.headers.get("cf-ray")


@frozen
class Reply(Head):
    """A complete reply, whatever its status."""

    body: bytes = field(repr=False)

    def json(self, provider: str) -> Any:  # noqa: ANN401 - a foreign document has any shape
        """The body as JSON, fractions as exact decimals; ProtocolError when it is not JSON."""
        try:
            return long_json.loads(self.body, _exact)
        except (ValueError, RecursionError) as error:
            raise ProtocolError(
                provider,
                f"the answer is not JSON but {self.body[:60]!r}",
                status=self.status,
                request_id=self.request_id,
                charged="unknown",
            ) from error


@frozen
class Image:
    """One image as it arrived: its bytes untouched, and what the vendor says of it.

    `remote` is the vendor's id of the image; `cost` its own price for this one image.
    """

    data: bytes = field(repr=False)
    remote: str | None = None
    seed: int | None = None
    flagged: bool | None = None
    cost: Cost | None = None
    reported: Mapping[str, Any] = field(default_factory=dict)


@frozen
class Ask:
    """Free and repeatable: poll, upload, list, delete. The driver retries it. Answered by a Reply."""

    send: Send


@frozen
class Pay:
    """The one POST that costs money: made durable as sent, sent once, its reply made durable.

    With `repeatable`, the vendor knows our id, and the same bytes may be sent again for
    that long while no answer came. Answered by a Reply, whatever its status.
    """

    send: Send
    repeatable: timedelta | None = None


@frozen
class Stream:
    """The same where the answer may arrive as events, each durable before it is read.

    Answered by a Head once events are on their way, by a Reply if it is an answer like others.
    """

    pay: Pay


@frozen
class Next:
    """The next Event of the stream, None at its end; OutcomeUnknownError where it was cut."""


@frozen
class Accepted:
    """The vendor's ids for the work, durable before the flow goes on. Answered by None."""

    remote: tuple[str, ...]


@frozen
class Claim:
    """Ids found by looking for a call whose answer was lost; several calls may look alike.

    Those that no other call has become this call's, durable as with `Accepted`, if they are
    as many as can be meant. Answered by them, or by none.
    """

    remote: tuple[str, ...]
    least: int
    most: int


@frozen
class Listen:
    """Open the account's stream of events, before anything is paid, for as long as the flow lasts.

    It only ends waits early; a stream that cannot be had is no error. Answered by None.
    """

    send: Send


@frozen
class Wait:
    """Let time pass before the next poll; less, if an event names one of the ids in `wake`.

    Answered by None.
    """

    seconds: float
    wake: tuple[str, ...] = ()


@frozen
class Fetch:
    """A result's address, read without the key, guarded and capped."""

    url: str


@frozen
class Fetched:
    """The bytes at an address."""

    data: bytes = field(repr=False)


@frozen
class Failed:
    """Why an address gave no bytes; `gone` when asking it again will not help."""

    reason: str
    gone: bool = False


@frozen
class Keep:
    """One image of the call, by its index in it: kept at once, whatever becomes of the rest."""

    index: int
    image: Image


@frozen
class Show:
    """Progress from 0 to 1 where the vendor tells it; shown, never stored.

    `preview` is a rough picture of what is in the making, as the vendor sent it.
    """

    fraction: float | None
    preview: bytes | None = field(default=None, repr=False)


Step = Ask | Listen | Pay | Stream | Next | Accepted | Claim | Wait | Fetch | Keep | Show
Answer = Head | Event | Fetched | Failed | tuple[str, ...] | None
Flow = Generator[Step, Answer, T]


@frozen
class Facts:
    """What a finished call came to, beside its images.

    `cost` is the whole call's; where images carried costs of their own it is their sum.
    `raw` is the vendor's own text of it. `used` are the parameters it really applied, in our
    words. `problem` is the error for the images that did not arrive.
    """

    cost: Cost | None = None
    raw: str | None = None
    used: Mapping[str, Any] = field(default_factory=dict)
    problem: Exception | None = None
    charged: Charged = "yes"


@frozen
class Verdict:
    """What a complete reply to a paying POST proves about the charge.

    `again` says that the same intent may be sent once more; `after` when, in seconds.
    """

    charged: Charged
    again: bool = False
    after: float | None = None


class PostponedError(Exception):
    """What was paid for cannot be asked for now, and stays open; `why` says what is in the way.

    For trouble that says nothing of the work itself: a key that was revoked, no network.
    """

    def __init__(self, why: ProviderError) -> None:
        self.why = why
        super().__init__(str(why))


def ask(send: Send) -> Flow[Reply]:
    """Yield an Ask and name the type of its answer."""
    answer = yield Ask(send)
    assert isinstance(answer, Reply)
    return answer


def pay(send: Send, repeatable: timedelta | None = None) -> Flow[Reply]:
    """Yield the Pay and name the type of its answer."""
    answer = yield Pay(send, repeatable)
    assert isinstance(answer, Reply)
    return answer


def claim(remote: tuple[str, ...], least: int, most: int) -> Flow[tuple[str, ...]]:
    """Yield a Claim and name the type of its answer."""
    answer = yield Claim(remote, least, most)
    assert isinstance(answer, tuple)
    return answer


def stream(send: Send) -> Flow[Head]:
    """Yield the Stream and name the type of its answer; a Reply is a Head with a body."""
    answer = yield Stream(Pay(send))
    assert isinstance(answer, Head)
    return answer


def next_event() -> Flow[Event | None]:
    """Yield a Next and name the type of its answer."""
    answer = yield Next()
    assert answer is None or isinstance(answer, Event)
    return answer


def fetch(url: str) -> Flow[Fetched | Failed]:
    """Yield a Fetch and name the type of its answer."""
    answer = yield Fetch(url)
    assert isinstance(answer, Fetched | Failed)
    return answer


def _exact(number: str) -> Decimal:
    """A price as it was written; what no decimal can hold, and NaN beside it, is NaN.

    One such number must not cost the images that came in the same answer.
    """
    try:
        return Decimal(number)
    except ArithmeticError:
        return Decimal("NaN")
