"""Who is paid: the account that a request is sent from."""

from __future__ import annotations

from dataclasses import field

from imagelab.domain.frozen import frozen
from imagelab.providers.provider import Provider
from imagelab.providers.wire import Wire


@frozen
class Account:
    """An account at a provider: its wire, its address, and the key that pays."""

    provider: Provider
    wire: Wire
    key: str = field(repr=False)
    base: str
