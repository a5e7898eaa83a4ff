"""Making images: from a user's words to a generation under way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from imagelab.catalog import budget, rows, surroundings
from imagelab.catalog.requests import kept_from
from imagelab.domain.cost_words import money
from imagelab.domain.ids import uuid7
from imagelab.domain.life import Intent
from imagelab.domain.params import NAMES
from imagelab.domain.quote import Quote
from imagelab.domain.records import GenerationRow
from imagelab.domain.request import Input
from imagelab.errors import CatalogError, InputImageError, OutcomeUnknownError, RequestError
from imagelab.handles.backing import Backing
from imagelab.handles.generation import Generation
from imagelab.jobs.lease import this_lease
from imagelab.jobs.reservations import left_behind
from imagelab.jobs.runner import Begun
from imagelab.lab.asking import Asked, ask
from imagelab.lab.engine import Engine
from imagelab.lab.inputs import Fetcher, read_inputs
from imagelab.lab.stores import original
from imagelab.providers.choosing import choose, meant
from imagelab.providers.download import download
from imagelab.providers.registry import provider_named
from imagelab.providers.steps import Failed
from imagelab.providers.wire import Wire

_SANDBOX_DEFAULT = "openai/gpt-image-2"


class Maker:
    """Quotes, submits and reuses, for one lab with its defaults."""

    def __init__(self, engine: Engine, *, model: str | None, reuse: bool) -> None:
        self._engine, self.reuse = engine, reuse
        self._warned = False
        in_sandbox = engine.catalog.mode == "sandbox"
        self.default = model or (_SANDBOX_DEFAULT if in_sandbox else None)

    def quote(self, backing: Backing, prompt: str, given: Mapping[str, Any]) -> Quote:
        """The price; nothing is sent, fetched or kept. BudgetError where it would pass a limit."""
        _check_words(given)
        quote = self._asked(backing, prompt, given, None).quote
        with self._engine.catalog.reading() as db:
            budget.check(db, quote.high, quote.offer, left_behind(db))
        return quote

    def submit(
        self,
        backing: Backing,
        prompt: str,
        given: Mapping[str, Any],
        say: Callable[[str], None] = print,
    ) -> Generation:
        """Send it, or hand back an equal one that is there; does not wait.

        An address is read only when nothing else is in the way of sending, and not again
        where what was read there finds an equal request.
        """
        _check_words(given)
        again = self.reuse if given.get("reuse") is None else given["reuse"]
        asked = self._asked(backing, prompt, given, self.kept if again else None)
        equal = self._equal(asked)
        if not (again and equal):
            account = self._engine.accounts.account(asked.offer.provider)
            if any(image.url for image in asked.request.inputs):
                asked = self._asked(backing, prompt, given, self.fetched(account.wire))
                equal = self._equal(asked)
        if again and equal:
            return _taken(backing, equal[0], asked.request.tags)
        earlier = next((row for row in equal if row.arrived), None)
        if earlier is not None:
            say(_there_already(earlier))  # one line that may save money
        if self._unlimited(asked.quote):
            say(_no_budget(asked.quote))
        begun = self._start(asked, reuse=bool(again))
        if begun.job is None:  # another kernel began an equal one meanwhile
            return _taken(backing, backing.generation_row(begun.generation), asked.request.tags)
        return backing.generation(begun.generation)

    def ask(
        self,
        backing: Backing,
        prompt: str,
        given: Mapping[str, Any],
        fetch: Fetcher | None,
        inputs: tuple[Input, ...] | None = None,
    ) -> Asked:
        """The request as it would be sent, with its price; addresses are read by `fetch`.

        `inputs` are its images where they were read before.
        """
        _check_words(given)
        return self._asked(backing, prompt, given, fetch, inputs)

    def kept(self, url: str) -> bytes | None:
        """What an address gave the last time."""
        with self._engine.catalog.reading() as db:
            sha256 = kept_from(db, url)
        return original(self._engine.catalog, sha256) if sha256 else None

    def fetched(self, wire: Wire) -> Fetcher:
        """What an address gives now: through the guard, without any key, each once."""

        @cache
        def fetch(url: str) -> bytes:
            came = self._engine.loop.submit(download(wire, url)).result()
            if isinstance(came, Failed):
                raise InputImageError(f"the image at that address cannot be read: {came.reason}")
            return came.data

        return fetch

    def _asked(
        self,
        backing: Backing,
        prompt: str,
        given: Mapping[str, Any],
        fetch: Fetcher | None,
        inputs: tuple[Input, ...] | None = None,
    ) -> Asked:
        if inputs is None:
            inputs = read_inputs(backing, given.get("images"), given.get("mask"), fetch)
        offers, accounts = self._engine.offering.all(), self._engine.accounts
        offer = choose(
            offers,
            provider=given.get("provider"),
            model=given.get("model"),
            usable=accounts.usable(),
            default=self.default,
            opened=accounts.opened(),
        )
        provider = provider_named(offer.provider)
        return ask(
            offer,
            provider,
            accounts.base(provider),
            prompt,
            n=given.get("n", 1),
            params={name: given.get(name) for name in NAMES},
            inputs=inputs,
            tags=given.get("tags", ()),
            extra=given.get("extra"),
            others=offers,
        )

    def _equal(self, asked: Asked) -> list[GenerationRow]:
        """The equal generations that count, latest first: not failed, not cancelled."""
        with self._engine.catalog.reading() as db:
            equal = rows.equal_generations(db, asked.request.fingerprint())
        return [row for row in equal if row.counts]

    def _unlimited(self, quote: Quote) -> bool:
        """Whether this is dear enough to speak of a budget, where none is set; once a lab."""
        if self._warned or quote.high is None or quote.high.unit != "usd" or quote.high.amount <= 1:
            return False
        with self._engine.catalog.reading() as db:
            self._warned = not budget.limited(db)
        return self._warned

    def _start(self, asked: Asked, *, reuse: bool) -> Begun:
        account = self._engine.accounts.account(asked.offer.provider)
        if problem := surroundings.cannot_pay(self._engine.catalog.path, asked.request.n):
            raise CatalogError(problem)
        self._engine.pulse.start()
        intent = Intent(
            uuid7(), asked.request, asked.calls, asked.quote, this_lease(), notebook(), reuse
        )
        with nothing_sent():
            return self._engine.runner.start(intent, account)


@contextmanager
def nothing_sent() -> Iterator[None]:
    """A catalog that did not take the intent is told with what that means for the money."""
    try:
        yield
    except CatalogError as error:
        raise type(error)(f"{error}. Nothing was sent, so nothing was billed") from error


def notebook() -> str | None:
    """The name of the notebook this runs in, where Jupyter says so."""
    return os.environ.get("JPY_SESSION_NAME") or None


def _check_words(given: Mapping[str, Any]) -> None:
    known = {*NAMES, "provider", "model", "n", "images", "mask", "tags", "reuse", "extra"}
    unknown = [name for name in given if name not in known]
    if unknown:
        raise RequestError(
            f"{unknown[0]}= is not a parameter; there are {', '.join(sorted(known - {'extra'}))}, "
            f"and extra= for fields in the provider's own spelling{meant(unknown[0], known)}"
        )
    reuse = given.get("reuse")
    if reuse is not None and not isinstance(reuse, bool):
        raise RequestError(f"reuse={reuse!r} is not True or False")


def _taken(backing: Backing, earlier: GenerationRow, tags: tuple[str, ...]) -> Generation:
    """The earlier one, with the tags of this request on what has arrived."""
    if earlier.status != "unknown":
        if tags:
            backing.tag([asset.id for asset in backing.arrived(earlier.id)], tags)
        return backing.generation(earlier.id)
    error = OutcomeUnknownError(
        earlier.provider,
        f"an equal request, g{earlier.id}, was sent and its outcome is not known: it may have "
        "been billed. Look at the provider's usage page, then settle() or resend() it, or pass "
        "reuse=False to send it anew",
        charged="unknown",
    )
    error.generation = backing.generation(earlier.id)
    raise error


def _there_already(earlier: GenerationRow) -> str:
    return (
        f"an equal request is here already: g{earlier.id}, {money(earlier.cost)}; "
        "reuse=True would return it, free"
    )


def _no_budget(quote: Quote) -> str:
    return (
        f"this may cost up to {quote.high}, and no budget is set; lab.budget(total=20) would hold "
        "every kernel to one"
    )
