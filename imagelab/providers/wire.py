"""The HTTP clients, and one exchange over them: bounded in time and size, whatever comes back.

Nothing is retried here, no redirect is followed, and no trouble of the network is raised:
an `Exchange` says how far it came.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from imagelab.domain.frozen import frozen
from imagelab.providers.clients import CONNECTIONS, IDLE_S, client, paying_client, tls_context
from imagelab.providers.discretion import hush, quietly
from imagelab.providers.guard import GuardedTransport, GuardError, PinnedBackend, Resolver, resolve
from imagelab.providers.listening import Ear
from imagelab.providers.sse import is_event_stream
from imagelab.providers.steps import Reply, Send
from imagelab.providers.unpacking import RATIO, BombError, Unpack, unpacker

MEGABYTE = 1_000_000

# The headers of a reply that are kept. Others may hold cookies or signed addresses.
KEPT_HEADERS = frozenset(
    {"cf-ray", "content-type", "date", "retry-after", "retry-after-ms", "x-request-id"}
)

# Raised before the first byte of a request has left, whatever the transport.
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    GuardError,
)
# What may go better the next time.
_PASSING = (httpx.NetworkError, httpx.TimeoutException, httpx.ProxyError, httpx.RemoteProtocolError)


class _TooLargeError(Exception):
    """More bytes came than the bounds allow."""


# The first that fits; the text of an error is shown only where it can hold no address.
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (GuardError, "{error}"),
    (_TooLargeError, "the answer is larger than {bounds.largest_bytes:,} bytes"),
    (BombError, f"the answer unfolds to more than {RATIO} times what came"),
    (TimeoutError, "no whole answer within {bounds.total_s:g} s"),
    (httpx.ConnectTimeout, "no connection within {bounds.connect_s:g} s"),
    (httpx.ReadTimeout, "no byte of an answer for {bounds.read_s:g} s"),
    (httpx.ConnectError, "no connection: {error}"),
    (httpx.ProxyError, "no connection through the proxy: {error}"),
    (httpx.RemoteProtocolError, "the connection ended before the answer did"),
    (httpx.NetworkError, "the connection broke: {name}"),
    (httpx.WriteTimeout, "the connection broke: {name}"),
    (Exception, "it cannot be sent or read: {name}"),
)


@frozen
class Bounds:
    """How long and how large one exchange may be; `total_s` also ends an answer that drips."""

    read_s: float
    total_s: float
    largest_bytes: int
    connect_s: float = 10
    write_s: float = 60

    def timeout(self) -> httpx.Timeout:
        return httpx.Timeout(
            connect=self.connect_s, read=self.read_s, write=self.write_s, pool=self.total_s
        )


# Image models answer after 80 to 280 s, and no byte comes before that.
PAY = Bounds(read_s=600, total_s=900, largest_bytes=256 * MEGABYTE)
# A poll may bring its images along as base64, and an upload is an Ask too.
ASK = Bounds(read_s=60, total_s=180, largest_bytes=256 * MEGABYTE)
FETCH = Bounds(read_s=60, total_s=120, largest_bytes=64 * MEGABYTE)


@frozen
class Wire:
    """The clients for one API base; `pace` scales every wait, `inside` means a sandbox.

    `paying` keeps no idle connection: one that the vendor closed a moment ago would turn a
    request that never left into an unknown outcome. `files` is never given a key. Who codes
    or decodes a large body takes one of the `turns`.
    """

    paying: httpx.AsyncClient
    asking: httpx.AsyncClient
    files: httpx.AsyncClient
    loopback: bool
    inside: bool
    pace: float
    pay: Bounds = PAY
    ask: Bounds = ASK
    fetch: Bounds = FETCH
    turns: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False, repr=False)
    # The streams of events that are listened to, by their address and key.
    ears: dict[tuple[str, ...], Ear] = field(default_factory=dict, compare=False, repr=False)

    async def aclose(self) -> None:
        """Close every connection, on the loop that used them."""
        for each in {self.paying, self.asking, self.files}:
            await each.aclose()


@dataclass(slots=True)
class Exchange:
    """How far one exchange came; it belongs to the caller, so it outlives whatever ends it.

    `left` means that a byte of the request may have left this machine, `whole` that the
    reply is complete, `trouble` why it is not, `passing` that it may go better next time.
    `news` is set whenever any of this changed, and `ended` once nothing will any more.
    """

    left: bool = False
    whole: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    location: str | None = field(default=None, repr=False)
    parts: list[bytes] = field(default_factory=list, repr=False)
    trouble: str | None = None
    passing: bool = False
    ended: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def streams(self) -> bool:
        """Whether what arrives is a stream of events."""
        fine = self.status is not None and 200 <= self.status < 300
        return fine and is_event_stream(self.headers.get("content-type", ""))

    @property
    def data(self) -> bytes:
        """The body as far as it came, put together anew."""
        return b"".join(self.parts)

    @property
    def reply(self) -> Reply | None:
        """The reply as far as it came; None before its headers did."""
        return Reply(self.status, self.headers, self.data) if self.status else None


def open_wire(
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    loopback: bool = False,
    pace: float = 1.0,
    resolver: Resolver = resolve,
    direct: bool = True,
) -> Wire:
    """The clients for an API base; with a `transport` (the sandbox) nothing leaves the process.

    The API is reached through the environment's proxy, if it sets one, unless the API is on
    this machine. Files never are: a proxy would resolve their names unjudged. `SSL_CERT_FILE`
    and `SSL_CERT_DIR` hold for both. What is paid for goes over a `DirectTransport`, unless
    there is a proxy on the way or `direct` is False; then it goes over httpx's own.
    """
    hush()
    if transport is not None:
        box = client(transport=transport)
        return Wire(box, box, box, loopback=loopback, inside=True, pace=pace)
    context = tls_context()
    limits = httpx.Limits(
        max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=IDLE_S
    )
    pinned = PinnedBackend(loopback=loopback, resolver=resolver)
    return Wire(
        paying_client(context, loopback=loopback, direct=direct),
        client(verify=context, limits=limits, trust_env=not loopback),
        client(transport=GuardedTransport(context, limits, pinned)),
        loopback=loopback,
        inside=False,
        pace=pace,
    )


async def exchange(
    client: httpx.AsyncClient,
    send: Send,
    bounds: Bounds,
    into: Exchange,
    *,
    content: tuple[str, bytes] | None = None,
) -> None:
    """Send once and read the whole answer, noting in `into` how far it came.

    Raises nothing but a cancellation. `content` is the media type and bytes of the body.
    """
    tracer = _Tracer(into)
    try:
        with quietly():
            async with asyncio.timeout(bounds.total_s):
                await _read(client, send, bounds, into, tracer, content)
    except Exception as error:  # noqa: BLE001 - whatever ends a paid call, its outcome is needed
        if not into.whole:
            into.left = into.left and not isinstance(error, _BEFORE_SENDING)
            into.passing = isinstance(error, (*_PASSING, TimeoutError))
            into.trouble = _sentence(error, bounds)
    finally:
        tracer.leave()
        into.ended = True
        into.news.set()


async def _read(
    client: httpx.AsyncClient,
    send: Send,
    bounds: Bounds,
    into: Exchange,
    tracer: _Tracer,
    content: tuple[str, bytes] | None,
) -> None:
    # A compressed answer could be small on the wire and huge in memory.
    headers = {**send.headers, "accept-encoding": "identity"}
    if content:
        headers["content-type"] = content[0]
    async with client.stream(
        send.method,
        send.url,
        headers=headers,
        content=content[1] if content else None,
        timeout=bounds.timeout(),
        extensions={"trace": tracer},
    ) as response:
        into.headers = {
            name: response.headers[name] for name in response.headers if name in KEPT_HEADERS
        }
        into.location = response.headers.get("location")
        into.status = response.status_code
        into.news.set()
        left = bounds.largest_bytes
        unpack, pieces = _packed(response)
        async for piece in pieces:
            for part in unpack(piece):
                into.parts.append(part)
                into.news.set()
                left -= len(part)
                if left < 0:
                    raise _TooLargeError
        into.whole = True


def _packed(response: httpx.Response) -> tuple[Unpack, AsyncIterator[bytes]]:
    """The body as it comes, and how to unpack it; in a sandbox it may have been read already."""
    if response.is_stream_consumed:
        return unpacker(""), response.aiter_bytes()
    return unpacker(response.headers.get("content-encoding", "")), response.aiter_raw()


class _Tracer:
    """Notes the moment the request begins to leave, and the one its answer is complete."""

    def __init__(self, into: Exchange) -> None:
        self._into: Exchange | None = into

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if self._into is None:
            return
        match event:
            case "http11.send_request_headers.started":
                # What a proxy is asked first is not the request.
                self._into.left = self._into.left or info["request"].method != b"CONNECT"
            case "http11.receive_response_body.complete":
                # The connection is closed after this, and whatever ends that is no loss.
                self._into.whole = True

    def leave(self) -> None:
        """Let go of the answer: httpx's response holds itself, and its request, for long after."""
        self._into = None


def _sentence(error: Exception, bounds: Bounds) -> str:
    """What happened, in words that hold no address and no header."""
    said = next(text for kind, text in _SENTENCES if isinstance(error, kind))
    return said.format(bounds=bounds, error=error, name=type(error).__name__)
