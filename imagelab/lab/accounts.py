"""Accounts: which providers can be paid, and the wire and key that reach each."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from imagelab.catalog.catalog import Mode
from imagelab.catalog.location import here
from imagelab.domain.offer import Offer
from imagelab.errors import RequestError, listed
from imagelab.jobs.account import Account
from imagelab.jobs.loop import BackgroundLoop
from imagelab.providers.account_id import (
    account_variables,
    lacks_account,
    paying_base,
    shown_base,
    stand_in_base,
)
from imagelab.providers.addresses import is_loopback
from imagelab.providers.choosing import meant
from imagelab.providers.elsewhere import Opener, offers_at, opener
from imagelab.providers.keys import Secret, base_url, find_key, required_key
from imagelab.providers.plug_in import Boxed
from imagelab.providers.provider import Provider
from imagelab.providers.registry import provider_named, providers
from imagelab.providers.wire import Wire, open_wire
from imagelab.sandbox.hosts import answers_for

if TYPE_CHECKING:
    from imagelab.sandbox.transport import SandboxTransport

_PACE = "IMAGELAB_SANDBOX_PACE"  # 1 is a vendor that takes up to a second, 0 one that takes none
_SANDBOX_KEY = "sandbox-key"  # no word of its messages, from which keys are taken out
_SANDBOX_WAITS = 0.1  # of the time a real vendor is left between polls
_SHORTEST_WAITS = 0.01  # where the sandbox takes no time at all


class Accounts:
    """The providers as one lab may use them."""

    def __init__(
        self,
        mode: Mode,
        folder: Path,
        loop: BackgroundLoop,
        given: Mapping[str, str | Secret] | None = None,
    ) -> None:
        self._mode, self._folder, self._loop = mode, folder, loop
        self._given, self._start = given or {}, here()
        self._wires: dict[str, Wire] = {}
        self._transport: SandboxTransport | None = None

    def usable(self) -> list[str]:
        """The providers that could be paid now: those the sandbox plays, else those with a key."""
        if self._mode == "sandbox":
            return [name for name, provider in providers().items() if _played(provider)]
        return [name for name, provider in providers().items() if self._payable(provider)]

    def offers(self, provider: Provider) -> tuple[Offer, ...]:
        """The offers of a provider, as they stand where its address leads."""
        return offers_at(provider, self._address(provider))

    def opened(self) -> dict[str, Opener]:
        """The providers whose address leads to another server, which may have any model."""
        found = {name: opener(p, self._address(p)) for name, p in providers().items()}
        return {name: opens for name, opens in found.items() if opens}

    def endings(self) -> dict[str, str]:
        """The keys that were found, by their last characters, and what stands in for one."""
        found = {name: self._ending(provider) for name, provider in providers().items()}
        return {name: ending for name, ending in found.items() if ending}

    def key(self, provider: Provider) -> Secret | None:
        """The key of a provider, if one is known."""
        return find_key(provider.name, provider.key_variable, self._given, self._start)

    def account(self, name: str) -> Account:
        """Everything it takes to pay a provider; MissingKeyError says how to give a key."""
        provider = provider_named(name)
        if self._mode == "sandbox":
            if not _played(provider):
                raise RequestError(
                    f"the sandbox does not play {name}, which brings no sandbox() of its own; "
                    f"it plays {listed(self.usable())}"
                )
            stand_in = stand_in_base(provider, provider.base_url)
            return Account(provider, self.wire(name), _SANDBOX_KEY, stand_in)
        key = "" if self._keyless(provider) else self._required(provider).reveal()
        base = paying_base(provider, self._root(provider), self._given, self._start)
        return Account(provider, self.wire(name), key, base)

    def wire(self, name: str) -> Wire:
        """The clients for a provider, made at first use."""
        if name not in self._wires:
            self._wires[name] = self._open(provider_named(name))
        return self._wires[name]

    def base(self, provider: Provider) -> str:
        """Where the provider's API is, as code shows it: an account in it is its variable."""
        return shown_base(provider, self._root(provider))

    def close(self) -> None:
        """Close every connection, on the loop that used them."""
        for wire in self._wires.values():
            self._loop.submit(wire.aclose()).result(timeout=10)
        self._wires.clear()

    def _required(self, provider: Provider) -> Secret:
        return required_key(provider.name, provider.key_variable, self._given, self._start)

    def _root(self, provider: Provider) -> str:
        """The sandbox answers at the vendor's own address."""
        if self._mode == "sandbox":
            return provider.base_url
        return base_url(provider.name, provider.base_variable, provider.base_url)

    def _address(self, provider: Provider) -> str:
        """The same, or the vendor's own where what is set is none, which paying says."""
        try:
            return self._root(provider)
        except RequestError:
            return provider.base_url

    def _open(self, provider: Provider) -> Wire:
        if self._mode == "sandbox":
            pace = min(_pace(), 1.0) * _SANDBOX_WAITS
            return open_wire(transport=self._stand_in(provider), pace=max(pace, _SHORTEST_WAITS))
        host = urlsplit(self._root(provider)).hostname or ""
        return open_wire(loopback=is_loopback(host))

    def _stand_in(self, provider: Provider) -> httpx.AsyncBaseTransport:
        if isinstance(provider, Boxed) and not answers_for(provider.base_url):
            return provider.sandbox()
        return self._sandbox()

    def _sandbox(self) -> SandboxTransport:
        """The vendors in a box, and with them their painter, once the first is asked."""
        if self._transport is None:
            from imagelab.sandbox.transport import SandboxTransport  # noqa: PLC0415 - see above

            self._transport = SandboxTransport(self._folder / "sandbox.book", pace=_pace())
        return self._transport

    def _payable(self, provider: Provider) -> bool:
        try:
            keyed = self._keyless(provider) or self.key(provider) is not None
            return keyed and not lacks_account(provider, self._given, self._start)
        except RequestError:  # what was given as its key is none, which paying says
            return False

    def _ending(self, provider: Provider) -> str | None:
        try:
            key = self.key(provider)
            homeless = lacks_account(provider, self._given, self._start)
        except RequestError:
            return "(what is set cannot be a key)"
        if key is None and self._keyless(provider):
            return f"(none, for {urlsplit(os.environ[provider.base_variable]).netloc})"
        without = f" (without {account_variables(provider)[0]})" if homeless else ""
        return f"{key.ending}{without}" if key else None

    def _keyless(self, provider: Provider) -> bool:
        """A server of one's own that speaks a vendor's API may want no key."""
        return bool(os.environ.get(provider.base_variable)) and self.key(provider) is None


def _played(provider: Provider) -> bool:
    """Whether a sandbox can answer as this provider: ours, or the one it brings."""
    return answers_for(provider.base_url) or isinstance(provider, Boxed)


def _pace() -> float:
    return float(os.environ.get(_PACE, "1"))


def check_keys(given: object) -> None:
    """Refuse keys that are for nobody; RequestError names whose there can be, never a key."""
    if given is None:
        return
    known = [
        word
        for p in providers().values()
        for word in (p.name, p.key_variable, *account_variables(p))
    ]
    if not isinstance(given, Mapping):
        raise RequestError("keys= is not a dict of keys by provider, such as {'openai': …}")
    for name, key in given.items():
        if name not in known:
            raise RequestError(
                f"keys={{{name!r}: …}} is for nobody known; there are {listed(known)}"
                f"{meant(str(name), known)}"
            )
        if key is not None and not isinstance(key, str | Secret):
            raise RequestError(f"keys={{{name!r}: …}} is not text")


def any_key(given: Mapping[str, str | Secret] | None, folder: Path) -> bool:
    """Whether any provider could be paid, asked before there is a lab."""
    found = (find_key(p.name, p.key_variable, given, folder) for p in providers().values())
    return any(found) or any(os.environ.get(p.base_variable) for p in providers().values())
