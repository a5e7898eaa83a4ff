"""Making images: from a user's words to a generation under way."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from imagelab.catalog import rows
from imagelab.domain.ids import uuid7
from imagelab.domain.life import Intent
from imagelab.domain.params import NAMES
from imagelab.domain.quote import Quote
from imagelab.domain.records import GenerationRow
from imagelab.errors import InputImageError, OutcomeUnknownError, RequestError
from imagelab.handles.backing import Backing
from imagelab.handles.cards import money
from imagelab.handles.generation import Generation
from imagelab.jobs.owner import this_process
from imagelab.lab.asking import Asked, ask
from imagelab.lab.engine import Engine
from imagelab.lab.inputs import Fetcher, read_inputs
from imagelab.providers.choosing import choose
from imagelab.providers.download import download
from imagelab.providers.registry import offers, provider_named
from imagelab.providers.steps import Failed

_SANDBOX_DEFAULT = "openai/gpt-image-2"
_USED = ("succeeded", "partial", "queued", "running", "unknown")


class Maker:
    """Quotes, submits and reuses, for one lab with its defaults."""

    def __init__(self, engine: Engine, *, model: str | None, reuse: bool) -> None:
        self._engine, self._reuse = engine, reuse
        in_sandbox = engine.catalog.mode == "sandbox"
        self._default = model or (_SANDBOX_DEFAULT if in_sandbox else None)

    def quote(self, backing: Backing, prompt: str, given: Mapping[str, Any]) -> Quote:
        """The price; nothing is sent, fetched or kept."""
        return self._asked(backing, prompt, given, fetch=None).quote

    def submit(self, backing: Backing, prompt: str, given: Mapping[str, Any]) -> Generation:
        """Send it, or hand back an equal one that is there; does not wait."""
        reuse = given.get("reuse")
        again = self._reuse if reuse is None else bool(reuse)
        asked = self._asked(backing, prompt, given, fetch=self._fetch(given))
        earlier = self._equal(asked)
        if again and earlier is not None:
            return self._taken(backing, earlier)
        if earlier is not None and earlier.arrived:
            print(_there_already(earlier))  # noqa: T201 - one line that may save money
        return backing.generation(self._start(asked))

    def _asked(
        self, backing: Backing, prompt: str, given: Mapping[str, Any], *, fetch: Fetcher | None
    ) -> Asked:
        _check_names(given)
        offer = choose(
            offers(),
            provider=given.get("provider"),
            model=given.get("model"),
            usable=self._engine.accounts.usable(),
            default=self._default,
        )
        provider = provider_named(offer.provider)
        return ask(
            offer,
            provider,
            self._engine.accounts.base(provider),
            prompt,
            n=given.get("n", 1),
            params={name: given.get(name) for name in NAMES},
            inputs=read_inputs(backing, given.get("images"), given.get("mask"), fetch),
            tags=given.get("tags", ()),
            extra=given.get("extra"),
        )

    def _start(self, asked: Asked) -> int:
        account = self._engine.accounts.account(asked.offer.provider)
        intent = Intent(
            uuid7(), asked.request, asked.calls, asked.quote, this_process(), notebook()
        )
        return self._engine.runner.start(intent, account).generation

    def _equal(self, asked: Asked) -> GenerationRow | None:
        """The latest equal generation that counts: not failed, not cancelled."""
        with self._engine.catalog.reading() as db:
            equal = rows.equal_generations(db, asked.request.fingerprint())
        return next((row for row in equal if row.status in _USED), None)

    def _taken(self, backing: Backing, earlier: GenerationRow) -> Generation:
        if earlier.status == "unknown":
            raise OutcomeUnknownError(
                earlier.provider,
                f"an equal request, g{earlier.id}, was sent and its outcome is not known: it may "
                f"have been billed. Look at the provider's usage page, then pass reuse=False to "
                "send it anew",
                charged="unknown",
            )
        return backing.generation(earlier.id)

    def _fetch(self, given: Mapping[str, Any]) -> Fetcher:
        """How addresses among the inputs are read: through the guard, without any key."""
        provider = str(given.get("provider") or "openai")

        def fetch(url: str) -> bytes:
            wire = self._engine.accounts.wire(provider)
            came = self._engine.loop.submit(download(wire, url)).result()
            if isinstance(came, Failed):
                raise InputImageError(f"the image at that address cannot be read: {came.reason}")
            return came.data

        return fetch


def notebook() -> str | None:
    """The name of the notebook this runs in, where Jupyter says so."""
    return os.environ.get("JPY_SESSION_NAME") or None


def _check_names(given: Mapping[str, Any]) -> None:
    known = {*NAMES, "provider", "model", "n", "images", "mask", "tags", "reuse", "extra"}
    unknown = [name for name in given if name not in known]
    if unknown:
        raise RequestError(
            f"{unknown[0]}= is not a parameter; there are {', '.join(sorted(known))}. A field in "
            "the provider's own spelling goes into extra="
        )


def _there_already(earlier: GenerationRow) -> str:
    return (
        f"an equal request is here already: g{earlier.id}, {money(earlier.cost)}; "
        "reuse=True would return it, free"
    )
