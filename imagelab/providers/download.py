"""The bytes at an address that somebody else named: guarded at every hop, without the key."""

from __future__ import annotations

import httpx

from imagelab.providers.guard import GuardError, check
from imagelab.providers.steps import Failed, Fetched, Send
from imagelab.providers.wire import Exchange, Wire, exchange

HOPS = 3
# Not there now, perhaps there later. Of a 403, 404 or 410 a new address has to be asked for.
_BUSY = frozenset({408, 425, 429, *range(500, 600)})


async def download(wire: Wire, url: str) -> Fetched | Failed:
    """One attempt at the address, following at most three redirects; a failure is a value."""
    try:
        return await _followed(wire, check(url, loopback=wire.loopback))
    except GuardError as error:
        return Failed(str(error), gone=True)


async def _followed(wire: Wire, address: httpx.URL) -> Fetched | Failed:
    for _ in range(HOPS + 1):
        came = Exchange(left=wire.inside)
        await exchange(wire.files, Send("GET", str(address)), wire.fetch, came)
        if not came.whole:
            return Failed(came.trouble or "no answer", gone=not came.passing)
        if not _is_redirect(came):
            return _outcome(came)
        address = _next(wire, address, came.location or "")
    return Failed(f"the address redirects more than {HOPS} times", gone=True)


def _is_redirect(came: Exchange) -> bool:
    return came.status in {301, 302, 303, 307, 308} and came.location is not None


def _next(wire: Wire, address: httpx.URL, location: str) -> httpx.URL:
    try:
        target = str(address.join(location))
    except (httpx.InvalidURL, ValueError):
        raise GuardError("the address redirects to one that cannot be read") from None
    following = check(target, loopback=wire.loopback)
    if address.scheme == "https" and following.scheme != "https":
        raise GuardError("the address redirects from https to http")
    return following


def _outcome(came: Exchange) -> Fetched | Failed:
    if came.status == 200:
        return Fetched(came.data)
    return Failed(f"the address answers HTTP {came.status}", gone=came.status not in _BUSY)
