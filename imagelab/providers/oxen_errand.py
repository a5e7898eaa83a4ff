"""Generations in Oxen's queue: asked for until each has ended, its image kept as it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from imagelab.domain.money import total
from imagelab.domain.request import Call
from imagelab.errors import (
    DownloadError,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    UnavailableError,
)
from imagelab.providers import answers, oxen_answers as told
from imagelab.providers.answers import text, whole
from imagelab.providers.arrived import arrived
from imagelab.providers.oxen_request import question
from imagelab.providers.steps import (
    Facts,
    Failed,
    Flow,
    Image,
    Keep,
    PostponedError,
    Reply,
    Wait,
    ask,
    fetch,
)

# The page asks for a poll every two to five seconds.
FIRST_WAIT_S, GROWTH, LONGEST_WAIT_S = 1.5, 1.5, 5.0
PATIENCE_S = 20 * 60.0  # a picture takes half a minute
MISSES = 3  # "not found" so often in a row is believed


@dataclass(slots=True)
class Errand:
    """The generations of one call on their way, by the vendor's ids, each at its place."""

    call: Call
    remote: tuple[str, ...]
    key: str = field(repr=False)
    base: str
    kept: dict[str, bytes] = field(default_factory=dict)
    problems: dict[str, ProviderError] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)  # could not be fetched, once
    misses: dict[str, int] = field(default_factory=dict)
    unheard: ProviderError | None = None  # why the last question got no answer

    def poll(self, *, asked_first: bool = False) -> Flow[Facts]:
        """Ask until all have ended; OutcomeUnknownError when patience ends first."""
        waited, wait = 0.0, FIRST_WAIT_S
        if asked_first:
            yield from self._round()
        while open_ones := self._open():
            if waited >= PATIENCE_S:
                raise PostponedError(self.unheard) if self.unheard else self._still_open()
            yield Wait(wait, wake=open_ones)
            waited, wait = waited + wait, min(wait * GROWTH, LONGEST_WAIT_S)
            yield from self._round()
        return self._facts()

    def _open(self) -> tuple[str, ...]:
        ended = self.kept.keys() | self.problems.keys()
        return tuple(name for name in self.remote if name not in ended)

    def _round(self) -> Flow[None]:
        for name in self._open():
            yield from self._question(name)

    def _question(self, name: str) -> Flow[None]:
        """One free question; a reply that tells nothing of the generation changes nothing."""
        address = f"ai/queue/{quote(name, safe='')}"
        try:
            reply = yield from ask(question(address, self.key, self.base))
        except UnavailableError as error:
            self.unheard = error
            return
        if locked_out := told.locked_out(reply, self.key):
            raise PostponedError(locked_out)
        self.unheard = None
        self.misses[name] = self.misses.get(name, 0) + 1 if told.is_missing(reply) else 0
        entry = answers.document(reply)
        if self.misses[name] >= MISSES:
            self.problems[name] = self._lost(name, reply)
        elif isinstance(entry, dict) and entry.get("generation_id", name) == name:
            yield from self._told(name, entry, reply)

    def _told(self, name: str, entry: Mapping[str, Any], reply: Reply) -> Flow[None]:
        match entry.get("status"):
            case "succeeded":
                yield from self._image(name, entry)
            case "failed" | "cancelled":
                self.problems[name] = told.taken_on_and_failed(entry, reply, self.key)

    def _image(self, name: str, entry: Mapping[str, Any]) -> Flow[None]:
        url = text(entry.get("result_url"))
        if url is None:
            said = "the image was made and billed, and no address of it was told"
            self.problems[name] = ProtocolError(told.NAME, said, charged="yes")
            return
        got = yield from fetch(url)
        if isinstance(got, Failed) or not got.data:
            self._miss(name, got if isinstance(got, Failed) else Failed("it is empty", gone=True))
            return
        self.kept[name] = got.data
        place, seed = self.remote.index(name), whole(entry.get("seed"))
        if place < self.call.n or self._is_last:
            yield Keep(place, Image(got.data, remote=name, seed=seed, cost=self.call.price))

    @property
    def _is_last(self) -> bool:
        """Whether no other call has the places behind its own: more than was asked for is kept."""
        return self.call.offset + self.call.n >= self.call.request.n

    def _miss(self, name: str, got: Failed) -> None:
        """Ask once more, for a fresh address; one that is down then leaves the call open."""
        error = undelivered(got.reason)
        if name not in self.missed:
            self.missed.add(name)
        elif got.gone:
            self.problems[name] = error
        else:
            raise PostponedError(error)

    def _lost(self, name: str, reply: Reply) -> OutcomeUnknownError:
        return OutcomeUnknownError(
            told.NAME,
            f"the service took on generation {name} and does not know it any more, so its image "
            "is lost and may have been billed; look at the account's usage page, then settle() "
            "or resend() the generation",
            status=reply.status,
            request_id=reply.request_id,
            charged="unknown",
        )

    def _still_open(self) -> OutcomeUnknownError:
        return OutcomeUnknownError(
            told.NAME,
            f"the service is not done with {', '.join(self._open())} after all this time; "
            "lab.recover() asks again, and the account's usage page tells what was billed",
            charged="unknown",
        )

    def _facts(self) -> Facts:
        """The bill of what was made; the problem itself where nothing was."""
        problems = list(self.problems.values())
        if len(self.remote) < self.call.n:
            problems.append(self._fewer())
        made = len(self.kept) + sum(error.charged == "yes" for error in self.problems.values())
        unsettled = [error for error in problems if error.charged == "unknown"]
        if not made:
            raise (unsettled or problems)[0]
        cost = None if unsettled else total([self.call.price] * made)
        first = next(iter(self.kept.values()), None)
        used = arrived(first) if first else {}
        return Facts(cost, used=used, problem=next(iter(problems), None))

    def _fewer(self) -> ProtocolError:
        taken = f"{len(self.remote)} of the {self.call.n} images asked for were queued"
        return ProtocolError(told.NAME, f"{taken}; no word was said of the others", charged="no")


def undelivered(reason: str) -> DownloadError:
    said = f"the image was made and billed, and its address does not give it: {reason}"
    return DownloadError(told.NAME, said, charged="yes")
