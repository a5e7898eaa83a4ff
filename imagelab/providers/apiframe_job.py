"""One Apiframe job on its way: asked for until it is done, then its images fetched and kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from imagelab.domain.money import Cost
from imagelab.domain.offer import Offer
from imagelab.domain.request import Call
from imagelab.domain.text import one_line
from imagelab.errors import (
    DownloadError,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    UnavailableError,
)
from imagelab.providers import answers, apiframe_answers as told, bills
from imagelab.providers.apiframe_answers import NAME, Job
from imagelab.providers.apiframe_offers import OFFERS
from imagelab.providers.arrived import arrived
from imagelab.providers.steps import (
    Facts,
    Failed,
    Flow,
    Image,
    Keep,
    PostponedError,
    Reply,
    Send,
    Show,
    Wait,
    ask,
    fetch,
)

# As the vendor's own package waits.
FIRST_WAIT_S, GROWTH, LONGEST_WAIT_S = 2.0, 1.5, 5.0
PATIENCE_S = 10 * 60.0
MISSES = 5  # "not found" so often is believed


@dataclass(slots=True)
class Errand:
    """A job on its way: what was seen of it, and which images are kept or missed so far."""

    call: Call
    key: str = field(repr=False)
    base: str
    job: str
    kept: dict[int, bytes] = field(default_factory=dict)
    missed: dict[int, Failed] = field(default_factory=dict)
    last: Reply = field(default_factory=lambda: Reply(200, {}, b""))
    misses: int = 0
    unheard: UnavailableError | None = None  # why the last question got no answer

    def poll(self) -> Flow[Facts]:
        """Ask until the job is done, and keep what came of it.

        PostponedError while it is under way after all this time, and while an image's address
        does not answer: the job is there, and a later run asks again.
        """
        waited, wait = 0.0, FIRST_WAIT_S
        seen = yield from self._question()
        while seen is None or not seen.done:
            if waited >= PATIENCE_S:
                raise PostponedError(self.unheard or self._under_way())
            yield Wait(wait)
            waited, wait = waited + wait, min(wait * GROWTH, LONGEST_WAIT_S)
            seen = yield from self._question()
        if seen.failed:
            return self._failure(seen)
        yield from self._fetched(seen)
        if self.missed and not seen.expired:  # the addresses may be others by now
            yield Wait(wait)
            seen = (yield from self._question()) or seen
            yield from self._fetched(seen)
        return self._facts(seen)

    def _question(self) -> Flow[Job | None]:
        """One free question; None where its reply tells nothing of the job."""
        try:
            reply = yield from ask(question(f"jobs/{self.job}", self.key, self.base))
        except UnavailableError as error:
            self.unheard = error  # a network that is down now says nothing of the job
            return None
        if locked_out := told.locked_out(reply, self.key):
            raise PostponedError(locked_out)
        self.unheard = None
        self.misses = self.misses + 1 if reply.status == 404 else 0
        if self.misses >= MISSES:
            raise self._unknown()
        seen = told.job(answers.document(reply), self.job)
        if seen:
            self.last = reply
        if seen and seen.progress is not None:
            yield Show(seen.progress)
        return seen

    def _fetched(self, seen: Job) -> Flow[None]:
        """Keep what the addresses give, each as soon as it is there."""
        for place, address in enumerate(seen.images):
            if place in self.kept:
                continue
            got = yield from fetch(address)
            if isinstance(got, Failed) or not got.data:
                empty = Failed("it is empty", gone=True)
                self.missed[place] = got if isinstance(got, Failed) else empty
                continue
            self.kept[place] = got.data
            self.missed.pop(place, None)
            yield Keep(place, Image(got.data))

    def _facts(self, seen: Job) -> Facts:
        """The bill, and the error for what did not arrive."""
        waiting = [failed for failed in self.missed.values() if not failed.gone]
        if waiting and not seen.expired:
            raise PostponedError(_undelivered(waiting[0].reason))
        problems: list[ProviderError] = [
            _expired(failed.reason) if seen.expired else _undelivered(failed.reason)
            for failed in self.missed.values()
        ]
        if len(seen.images) < self.call.n:
            problems.append(self._fewer(seen))
        cost, raw = self._bill(seen)
        used = arrived(next(iter(self.kept.values()), b""))
        return Facts(cost, raw, used, next(iter(problems), None))

    def _failure(self, seen: Job) -> Facts:
        """A job that failed is an answer, and whether it is billed is not known."""
        error = told.failure(seen, self.last, self.key)
        return Facts(raw=self._bill(seen)[1], problem=error, charged="unknown")

    def _bill(self, seen: Job) -> tuple[Cost | None, str | None]:
        """What the vendor says it cost; by the price list where it says nothing credible."""
        offer = offer_of(self.call)
        unit = offer.prices.unit if offer else "credits"
        said = bills.reported(seen.credits, bills.credible(offer, self.call), unit)
        raw = None if seen.credits is None else f"creditCost {seen.credits}"[:80]
        if said is not None:
            return said, raw
        params = self.call.request.params
        left = {"size": params.size or "1024x1024"}
        return bills.estimated(offer, self.call, left, len(seen.images)), raw

    def _fewer(self, seen: Job) -> ProtocolError:
        came = f"{len(seen.images)} of the {self.call.n} images asked for came"
        said = f"{came}, and the service says that the job is completed"
        return ProtocolError(NAME, said, charged="yes")

    def _under_way(self) -> UnavailableError:
        said = f"job {one_line(self.job, 60)} is still under way; lab.recover() asks for it again"
        return UnavailableError(NAME, said, charged="unknown")

    def _unknown(self) -> OutcomeUnknownError:
        return OutcomeUnknownError(
            NAME,
            f"the service took on job {self.job} and does not know it any more; "
            "look at the account's usage page, then settle() or resend() the generation",
            charged="unknown",
        )


def question(path: str, key: str, base: str) -> Send:
    """A free question."""
    return Send("GET", f"{base}/{path}", headers(key))


def headers(key: str) -> dict[str, str]:
    """What every request carries."""
    return {"X-API-Key": key}


def offer_of(call: Call) -> Offer | None:
    """The offer that a call is of."""
    return next((offer for offer in OFFERS if offer.native == call.request.native), None)


def _undelivered(reason: str) -> DownloadError:
    said = f"an image was made and billed, and its address does not give it: {reason}"
    return DownloadError(NAME, said, charged="yes")


def _expired(reason: str) -> DownloadError:
    said = f"an image was made and billed, and the service deleted it after its 24 hours: {reason}"
    return DownloadError(NAME, said, charged="yes")
