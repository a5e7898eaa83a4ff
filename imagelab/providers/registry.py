"""Which providers there are: all come in by entry point, our own through the same door."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType

from imagelab.domain.offer import Offer
from imagelab.errors import UnknownModelError, listed
from imagelab.providers.choosing import meant
from imagelab.providers.provider import Provider

GROUP = "imagelab.providers"

# The same lines as in pyproject.toml, so that a source tree without metadata works too.
_BUILT_IN = {
    "openai": "imagelab.providers.openai:PROVIDER",
    "runware": "imagelab.providers.runware:PROVIDER",
    "cloudflare": "imagelab.providers.cloudflare:PROVIDER",
    "apiframe": "imagelab.providers.apiframe:PROVIDER",
    "oxen": "imagelab.providers.oxen:PROVIDER",
}
_MEMBERS = ("name", "title", "key_variable", "base_variable", "base_url", "offers")
_FLOWS = ("generate", "resume", "cancel", "find", "verdict")


@cache
def providers() -> Mapping[str, Provider]:
    """Every provider by its name; a plug-in that cannot be used is a warning that names it."""
    known = {name: EntryPoint(name, value, GROUP).load() for name, value in _BUILT_IN.items()}
    for door in _plug_ins(_doors(_installed())):
        if door.name in known:
            _warn(door, f"the name {door.name!r} is taken")
        elif provider := _loaded(door):
            known[door.name] = provider
    return MappingProxyType(known)


def look_again() -> None:
    """Find plug-ins that were installed since; those that are known stay as they are."""
    providers.cache_clear()


@lru_cache(maxsize=1)
def _doors(_: tuple[object, ...]) -> tuple[EntryPoint, ...]:
    """Every entry point of the group: each installed package is read for that, so not twice."""
    return tuple(entry_points(group=GROUP))


def _installed() -> tuple[object, ...]:
    """The places packages are installed in, as they are now: each changes with what is in it."""
    return tuple(_place(entry or os.curdir) for entry in sys.path)


def _place(entry: str) -> tuple[str, int, int, int]:
    try:
        told = Path(entry).stat()
    except OSError:
        return entry, 0, 0, 0
    return entry, told.st_dev, told.st_ino, told.st_mtime_ns


def offers() -> tuple[Offer, ...]:
    """Every offer of every provider."""
    return tuple(offer for provider in providers().values() for offer in provider.offers)


def provider_named(name: str) -> Provider:
    """The provider of that name; UnknownModelError says which there are."""
    known = providers()
    if name not in known:
        hint = meant(name, known)
        raise UnknownModelError(f"there is no provider {name!r}; there are {listed(known)}{hint}")
    return known[name]


def _plug_ins(doors: Iterable[EntryPoint]) -> list[EntryPoint]:
    return [door for door in doors if _BUILT_IN.get(door.name) != door.value]


def _loaded(door: EntryPoint) -> Provider | None:
    try:
        provider = door.load()
        flaw = _flaw(provider, door.name)
    except Exception as error:  # noqa: BLE001 - a plug-in may fail in any way it likes
        flaw = f"{type(error).__name__}: {error}"
    if flaw:
        _warn(door, flaw)
        return None
    loaded: Provider = provider
    return loaded


def _flaw(provider: object, name: str) -> str | None:
    """What keeps an object from being the provider of that name."""
    missing = [member for member in (*_MEMBERS, *_FLOWS) if not hasattr(provider, member)]
    if missing:
        return f"it has no {listed(missing)}"
    texts = [member for member in _MEMBERS[:-1] if not isinstance(getattr(provider, member), str)]
    if texts:
        return f"its {listed(texts)} must be text"
    if getattr(provider, "name") != name:  # noqa: B009 - an object of no known type
        return f"it calls itself {getattr(provider, 'name')!r}"  # noqa: B009 - the same
    for offer in getattr(provider, "offers"):  # noqa: B009 - the same
        if not isinstance(offer, Offer) or offer.provider != name:
            return f"{offer!r} is not an offer of it"
    return None


def _warn(door: EntryPoint, flaw: str) -> None:
    package = door.dist.name if door.dist else "an unnamed package"
    message = f"provider plug-in {door.name!r} of {package} is left out: {flaw}"
    warnings.warn(message, RuntimeWarning, stacklevel=2)
