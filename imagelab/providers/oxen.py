"""Oxen.ai: generations put in its queue and asked for until they end, or one image at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from imagelab.domain.offer import Offer
from imagelab.domain.request import Call
from imagelab.errors import OutcomeUnknownError, ProviderError, RateLimitError, UnavailableError
from imagelab.providers import answers, oxen_answers as told, oxen_models
from imagelab.providers.arrived import arrived
from imagelab.providers.inline import image_bytes
from imagelab.providers.oxen_errand import Errand, undelivered
from imagelab.providers.oxen_offers import OFFERS
from imagelab.providers.oxen_request import at_once, listening, paying, question
from imagelab.providers.oxen_search import found_again
from imagelab.providers.provider import Provider
from imagelab.providers.recipe import Asking, Recipe
from imagelab.providers.steps import (
    Accepted,
    Facts,
    Failed,
    Flow,
    Image,
    Keep,
    Listen,
    PostponedError,
    Reply,
    Verdict,
    ask,
    fetch,
    pay,
)


class Oxen:
    """The provider; see `provider.Provider` for what each flow owes."""

    name = told.NAME
    title = "Oxen.ai"
    key_variable = "OXEN_API_KEY"
    base_variable = "OXEN_BASE_URL"
    base_url = "https://hub.oxen.ai/api"
    offers: tuple[Offer, ...] = OFFERS
    askable = True
    repeatable: timedelta | None = None

    def generate(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """Queue the images and ask for each until it ended; or one POST that gives the image.

        A reply that was lost is looked for in the vendor's list before its outcome is unknown.
        """
        send = paying(call, key, base)
        if at_once(call):
            return (yield from _given_at_once(call, (yield from pay(send)), key))
        yield Listen(listening(key, base))
        lost: ProviderError
        try:
            reply = yield from pay(send)
        except OutcomeUnknownError as error:
            lost = error
        else:
            remote = told.generations(answers.document(reply)) or call.remote
            if remote:
                yield Accepted(remote)
                return (yield from Errand(call, remote, key, base).poll())
            lost = told.failure(reply, key)
        if lost.charged == "no":
            raise lost
        return (yield from _looked_for(call, key, base, lost))

    def resume(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """Ask for each generation until it ended; OutcomeUnknownError where none is known."""
        if not call.remote:
            yield from ()
            raise _lost(call)
        yield Listen(listening(key, base))
        return (yield from Errand(call, call.remote, key, base).poll(asked_first=True))

    def cancel(self, call: Call, key: str, base: str) -> Flow[bool]:
        """Take what has not begun from the queue; True if all of it was free to go."""
        free = bool(call.remote)
        for remote in call.remote:
            free = (yield from _cancelled(remote, key, base)) and free
        return free

    def find(self, call: Call, key: str, base: str) -> Flow[tuple[str, ...]]:
        """The generations in the vendor's list that can only be this call's."""
        if at_once(call):  # it never was in the queue
            yield from ()
            return ()
        return (yield from found_again(call, key, base))

    def recipe(self, call: Call, key: str, base: str) -> Recipe:
        """The generation is queued, and asked for until it has ended; several each by its own id."""
        if at_once(call) or call.n > 1:
            return Recipe()
        done = f'"status" *: *"({"|".join(told.ENDED)})"'
        return Recipe(asking=Asking(question("ai/queue/", key, base), done, "generation_id", 5))

    def verdict(self, reply: Reply) -> Verdict:
        """What was queued or given is charged; a rate limit is not, and may be tried again."""
        document = answers.document(reply)
        if told.generations(document) or told.image(document):
            return Verdict("yes")
        error = told.failure(reply)
        if not isinstance(error, RateLimitError):
            return Verdict(error.charged)
        soon = (error.retry_after or 0) <= answers.PATIENCE_S
        return Verdict("no", again=soon, after=error.retry_after)

    def ask_models(self, key: str, base: str) -> Flow[Mapping[str, Any]]:
        """The vendor's own model objects, by native id; a ProviderError where it tells none."""
        found: dict[str, Any] = {}
        for offer in OFFERS:
            reply = yield from ask(question(f"ai/models/{offer.native}", key, base))
            if locked_out := told.locked_out(reply, key):
                raise locked_out
            document = answers.document(reply)
            if oxen_models.is_model(document, offer.native):
                found[offer.native] = document
        if not found:
            raise told.failure(reply, key)
        return found

    def offers_of(self, documents: Mapping[str, Any], read: date) -> tuple[Offer, ...]:
        """The offers as those model objects have them."""
        return oxen_models.offers_of(documents, read)


PROVIDER: Provider = Oxen()


def _lost(call: Call) -> OutcomeUnknownError:
    where = (
        "an image that is asked for at once is in no list"
        if at_once(call)
        else "the service's list has nothing that can only be it"
    )
    return OutcomeUnknownError(
        told.NAME,
        f"the request was sent, its answer was lost, and {where}; look at the account's usage "
        "page, then settle() or resend() the generation",
        charged="unknown",
    )


def _looked_for(call: Call, key: str, base: str, lost: ProviderError) -> Flow[Facts]:
    """What became of a POST whose answer says nothing, if the vendor's list tells it."""
    try:
        ours = yield from found_again(call, key, base)
    except (UnavailableError, PostponedError):
        raise lost from None
    if not ours:
        raise lost
    return (yield from Errand(call, ours, key, base).poll())


def _given_at_once(call: Call, reply: Reply, key: str) -> Flow[Facts]:
    """The image of a reply, at its address or in base64; PostponedError while that is down."""
    found = told.image(answers.document(reply))
    if found is None:
        raise told.failure(reply, key)
    data: bytes | None
    if found.startswith(("https://", "http://")):
        got = yield from fetch(found)
        if isinstance(got, Failed):
            error = undelivered(got.reason)
            if not got.gone:
                raise PostponedError(error)
            return Facts(call.price, problem=error)
        data = got.data
    else:
        data = image_bytes(found)
    if not data:
        return Facts(call.price, problem=undelivered("it is no image"))
    yield Keep(0, Image(data, cost=call.price))
    return Facts(call.price, used=arrived(data))


def _cancelled(remote: str, key: str, base: str) -> Flow[bool]:
    """Ask to stop one, then how it stands: only one that never began is free for certain."""
    yield from ask(question(f"ai/queue/{quote(remote, safe='')}", key, base, method="DELETE"))
    reply = yield from ask(question(f"ai/queue/{quote(remote, safe='')}", key, base))
    entry = answers.document(reply)
    stopped = isinstance(entry, dict) and entry.get("status") == "cancelled"
    return stopped and entry.get("started_at", 0) is None
