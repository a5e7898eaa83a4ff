"""Runware: a task under an id of ours, accepted at once and asked for until its images are there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from imagelab.domain.offer import Offer
from imagelab.domain.params import pixels
from imagelab.domain.request import Call
from imagelab.errors import OutcomeUnknownError, RateLimitError, RequestError, listed
from imagelab.providers import answers, runware_answers as told
from imagelab.providers.body import DataUri, JsonBody
from imagelab.providers.extra import merge_extra
from imagelab.providers.provider import Provider
from imagelab.providers.recipe import Asking, Recipe
from imagelab.providers.runware_errand import Errand, headers, question_of
from imagelab.providers.runware_offers import OFFERS
from imagelab.providers.steps import Facts, Flow, PostponedError, Reply, Send, Verdict, ask, pay

# How long the vendor remembers an id is not stated; a quarter of an hour is our caution.
REPEATABLE = timedelta(minutes=15)

# How an image may come; as an address unless `extra` says otherwise, and each is understood.
_OUTPUTS = ("URL", "base64Data", "dataURI")
_FORMATS = {"jpeg": "JPG", "png": "PNG", "webp": "WEBP"}
_OWNED = {
    "taskType": "",
    "taskUUID": "",
    "model": "model",
    "positivePrompt": "prompt",
    "width": "size",
    "height": "size",
    "numberResults": "n",
    "outputFormat": "format",
    "outputQuality": "compression",
    "deliveryMethod": "",
    "includeCost": "",
    "inputs.referenceImages": "images",
    "referenceImages": "images",
    "providerSettings.openai.quality": "quality",
    "providerSettings.openai.background": "background",
}


class Runware:
    """The provider; see `provider.Provider` for what each flow owes."""

    name = told.NAME
    title = "Runware"
    key_variable = "RUNWARE_API_KEY"
    base_variable = "RUNWARE_BASE_URL"
    base_url = "https://api.runware.ai/v1"
    offers: tuple[Offer, ...] = OFFERS
    askable = True
    repeatable: timedelta | None = REPEATABLE
    at_once = 15  # as its own package does (runware 0.5.24); the page on limits has no hard one

    def generate(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """Hand the task over, then ask for its images until they are there."""
        send = Send("POST", base, headers(key), JsonBody([_task(call)]))
        errand = Errand(call, key, base)
        try:
            reply = yield from pay(send, REPEATABLE)
        except OutcomeUnknownError:  # the task may be there all the same, and asking is free
            return (yield from errand.poll())
        document = answers.document(reply)
        if told.accepted_before(document):
            yield from errand.accepted()
        elif told.entries(document, call.key):
            yield from errand.take(reply, document)
        elif error := told.refusal(reply, document, key):
            raise error
        return (yield from errand.poll())

    def resume(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """Ask for the task under our id, which is enough: nothing is paid."""
        errand = Errand(call, key, base)
        yield from errand.question("getResponse")
        if not errand.seen:
            yield from errand.question("getTaskDetails")
        return (yield from errand.poll())

    def cancel(self, call: Call, key: str, base: str) -> Flow[bool]:
        """The vendor has no way to stop a task."""
        del call, key, base
        yield from ()
        return False

    def find(self, call: Call, key: str, base: str) -> Flow[tuple[str, ...]]:
        """Our own id, if the vendor knows it."""
        for task_type in ("getResponse", "getTaskDetails"):
            reply = yield from ask(question_of(task_type, call, key, base))
            if error := told.locked_out(reply, key):
                raise PostponedError(error)
            document = answers.document(reply)
            if told.entries(document, call.key) or told.response(document):
                return (call.key,)
        return ()

    def recipe(self, call: Call, key: str, base: str) -> Recipe:
        """The task is taken on at once, and asked for until all its images are there."""
        done = f'("image(URL|Base64Data|DataURI)".*){{{call.n}}}|"errors"|"status" *: *"error"'
        return Recipe(asking=Asking(question_of("getResponse", call, key, base), done))

    def verdict(self, reply: Reply) -> Verdict:
        """A task taken on is charged; a rate limit is not; a server's trouble may be either.

        In the last two cases the POST may be sent again, for its id is ours.
        """
        document, after = answers.document(reply), answers.retry_after(reply.headers)
        soon = (after or 0) <= answers.PATIENCE_S
        if told.taken_on(document):
            return Verdict("yes")
        if error := told.refusal(reply, document):
            limited = isinstance(error, RateLimitError)
            return Verdict(error.charged, again=limited and soon, after=after if limited else None)
        trouble = reply.status >= 500 or reply.status == 408
        return Verdict("unknown", again=trouble and soon, after=after if trouble else None)


PROVIDER: Provider = Runware()


def _task(call: Call) -> dict[str, Any]:
    """The task as it goes out."""
    request, params = call.request, call.request.params
    width, height = pixels(params.size or "1024x1024")
    settings = {"quality": params.quality, "background": params.background}
    given = {name: value for name, value in settings.items() if value is not None}
    optional = {
        "outputFormat": _FORMATS[params.format] if params.format else None,
        "outputQuality": params.compression,
        "providerSettings": {"openai": given} if given else None,
        "inputs": {"referenceImages": [i.url or DataUri(i) for i in request.images]}
        if request.images
        else None,
    }
    document = {
        "taskType": "imageInference",
        "taskUUID": call.key,
        "model": request.native,
        "positivePrompt": request.prompt,
        "width": width,
        "height": height,
        "numberResults": call.n,
        "outputType": "URL",
        "deliveryMethod": "async",
        "includeCost": True,
    } | {name: value for name, value in optional.items() if value is not None}
    task = merge_extra(document, request.extra, _OWNED)
    if task["outputType"] not in _OUTPUTS:
        raise RequestError(
            f"extra={{'outputType': {task['outputType']!r}}} is none of {listed(_OUTPUTS)}; the "
            "image is kept the same whichever way it comes"
        )
    return task
