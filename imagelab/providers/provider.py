"""What a vendor is to imagelab: its offers as data, its protocol as flows, and what it can tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Protocol, runtime_checkable

from imagelab.domain.money import Cost
from imagelab.domain.offer import Offer
from imagelab.domain.request import Call
from imagelab.providers.steps import Facts, Flow, Reply, Verdict


class Provider(Protocol):
    """A vendor: its offers as data and its protocol as flows.

    `askable` says that a call whose answer was lost can be asked for; `repeatable` for how
    long the same POST may be sent again under our id, None where that would be paid twice. One
    whose vendor says how many calls it takes at once says so as `at_once`.
    """

    name: str
    title: str
    key_variable: str
    base_variable: str
    base_url: str
    offers: tuple[Offer, ...]
    askable: bool
    repeatable: timedelta | None

    def generate(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """Make the call's images."""
        ...

    def resume(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """Go on from the call's own id or the vendor's, without paying again."""
        ...

    def cancel(self, call: Call, key: str, base: str) -> Flow[bool]:
        """Ask the vendor to stop, with free questions only; True if it will not be charged."""
        ...

    def find(self, call: Call, key: str, base: str) -> Flow[tuple[str, ...]]:
        """The vendor's ids of a call whose answer was lost, where it lets one look."""
        ...

    def verdict(self, reply: Reply) -> Verdict:
        """What a complete reply to the paying POST proves about the charge."""
        ...


@runtime_checkable
class TellsBalance(Protocol):
    """A vendor that says what is left of an account's money."""

    def balance(self, key: str, base: str) -> Flow[Cost]:
        """Ask what is left; free."""
        ...


@runtime_checkable
class TellsModels(Protocol):
    """A provider that tells its models itself; the answer is free, and JSON."""

    def ask_models(self, key: str, base: str) -> Flow[Mapping[str, Any]]:
        """The vendor's own documents; a ProviderError where it tells none."""
        ...

    def offers_of(self, documents: Mapping[str, Any], read: date) -> tuple[Offer, ...]:
        """The offers as those documents have them; raises nothing, whatever they hold."""
        ...
