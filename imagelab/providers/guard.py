"""What may be fetched when somebody else names the address.

`check` is the policy for the text of an address. The transport here is the policy for
where it leads: a name is resolved once, every answer is judged, and the connection goes to
the number that was judged, so that a name cannot mean another machine a moment later.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence

import httpcore
import httpx

from imagelab.providers.addresses import allowed, is_loopback, is_number

LONGEST_URL = 8192  # characters; signed addresses have about 1500
CONTROL = frozenset(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


class GuardError(Exception):
    """Why an address is not fetched; the driver makes a `Failed` of it. Never holds the address."""


def check(url: str, *, loopback: bool) -> httpx.URL:
    """The address, if its text is one that may be fetched; GuardError if not.

    https only, no name or password inside, no number that is not public. With `loopback`
    (the API itself is on this machine) this machine may be named too, and by http.
    """
    if len(url) > LONGEST_URL:
        raise GuardError(f"the address is longer than {LONGEST_URL} characters")
    if not CONTROL.isdisjoint(url):
        raise GuardError("the address has control characters in it")
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise GuardError("the address cannot be read") from None
    _check_scheme(address, loopback=loopback)
    _check_host(address, loopback=loopback)
    return address


def _check_scheme(address: httpx.URL, *, loopback: bool) -> None:
    here = loopback and is_loopback(address.host)
    if address.scheme != "https" and not (here and address.scheme == "http"):
        raise GuardError("the address does not begin with https://")


def _check_host(address: httpx.URL, *, loopback: bool) -> None:
    host = address.host
    if address.userinfo:
        raise GuardError("the address has a user name in it")
    if not host:
        raise GuardError("the address names no host")
    if is_loopback(host) and not loopback:
        raise GuardError("the address leads to this machine")
    if is_number(host) and not allowed(host, loopback=loopback):
        raise GuardError("the address leads to a number that is not public")


async def resolve(host: str, port: int) -> Sequence[str]:
    """Every number the system knows for a name, as text, in its order of preference."""
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(answer[4][0]) for answer in answers]


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Connects only to numbers it has judged itself; `inner` makes the connections."""

    def __init__(
        self,
        *,
        loopback: bool,
        resolver: Resolver = resolve,
        inner: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._loopback = loopback
        self._resolve = resolver
        self._inner = inner or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        numbers = await self._judged(host, port, timeout)
        share = timeout / max(len(numbers), 1) if timeout else None
        trouble: Exception = httpcore.ConnectError("the name has no address")
        for number in numbers:
            try:
                return await self._inner.connect_tcp(
                    number, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
        raise trouble

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)

    async def _judged(self, host: str, port: int, limit_s: float | None) -> Sequence[str]:
        """The numbers of a name, each at most once; GuardError if any of them is not allowed."""
        try:
            async with asyncio.timeout(limit_s):
                numbers = tuple(dict.fromkeys(await self._resolve(host, port)))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the name was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name was not resolved") from error
        if not all(allowed(number, loopback=self._loopback) for number in numbers):
            raise GuardError("the address leads to a number that is not public")
        return numbers


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over pinned connections. It knows no proxy: a proxy would resolve names."""

    def __init__(
        self, context: ssl.SSLContext, limits: httpx.Limits, backend: PinnedBackend
    ) -> None:
        super().__init__(verify=context, trust_env=False)
        # The one seam of httpx 0.28 for a network backend; the pool it made is still empty.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=backend,
        )
