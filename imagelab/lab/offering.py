"""The offers as one lab has them: those built in, and what providers told when they were asked again.

What a provider told is kept in the catalog as it told it, and read again at every opening, so
that a quote of tomorrow still knows the price.
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Mapping
from typing import Any

from imagelab import clock
from imagelab.catalog import told_models
from imagelab.catalog.catalog import Catalog
from imagelab.domain.offer import Offer
from imagelab.errors import ImagelabError
from imagelab.jobs.loop import BackgroundLoop
from imagelab.lab.accounts import Accounts
from imagelab.providers.provider import Provider, TellsModels
from imagelab.providers.questions import asked
from imagelab.providers.registry import providers


class Offering:
    """Every offer, for one lab."""

    def __init__(self, catalog: Catalog, loop: BackgroundLoop, accounts: Accounts) -> None:
        self._catalog, self._loop, self._accounts = catalog, loop, accounts
        self._told: dict[str, tuple[Offer, ...]] | None = None

    def all(self) -> tuple[Offer, ...]:
        """The offers of every provider, as it last told them."""
        if self._told is None:
            self._told = self._read()
        told = self._told
        return tuple(
            offer
            for provider in providers().values()
            for offer in told.get(provider.name) or self._accounts.offers(provider)
        )

    def refresh(self, warn: Callable[[str], None]) -> None:
        """Ask every provider that can be asked and is usable.

        One that does not answer is told to `warn` in a sentence, and keeps the offers it had.
        """
        usable = self._accounts.usable()
        telling = [
            p for p in providers().values() if isinstance(p, TellsModels) and p.name in usable
        ]
        for provider in telling:
            try:
                documents = self._answer(provider)
            except (ImagelabError, concurrent.futures.CancelledError) as error:
                warn(
                    f"{provider.name} did not tell its models, and its offers stay as they were: "
                    f"{error}"
                )
                continue
            with self._catalog.writing() as db:
                told_models.keep(db, provider.name, documents, clock.now().date())
        self._told = None

    def _answer(self, provider: Provider) -> Mapping[str, Any]:
        account = self._accounts.account(provider.name)
        assert isinstance(provider, TellsModels)
        flow = provider.ask_models(account.key, account.base)
        question = asked(flow, account.wire, provider=provider.name, base=account.base)
        return self._loop.submit(question).result()

    def _read(self) -> dict[str, tuple[Offer, ...]]:
        """The offers of those that told them, from what the catalog has of it."""
        with self._catalog.reading() as db:
            kept = told_models.read(db)
        telling = {name: p for name, p in providers().items() if isinstance(p, TellsModels)}
        return {
            name: telling[name].offers_of(told.documents, told.read)
            for name, told in kept.items()
            if name in telling
        }
