"""Apiframe: a job under a key of ours, taken on at once and asked for until its images are there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from imagelab.domain.money import Cost
from imagelab.domain.offer import Offer
from imagelab.domain.request import Call, Input, Sent
from imagelab.errors import OutcomeUnknownError, ProtocolError, RateLimitError, RequestError
from imagelab.providers import answers, apiframe_answers as told
from imagelab.providers.apiframe_job import FIRST_WAIT_S, Errand, headers, question
from imagelab.providers.apiframe_offers import OFFERS, RATIOS
from imagelab.providers.body import FormBody, JsonBody, Uploaded, uploads
from imagelab.providers.extra import merge_extra
from imagelab.providers.provider import Provider
from imagelab.providers.recipe import Asking, Recipe, Uploading
from imagelab.providers.steps import (
    Accepted,
    Facts,
    Flow,
    PostponedError,
    Reply,
    Send,
    Verdict,
    Wait,
    ask,
    claim,
    pay,
)

# The vendor keeps a key for 24 hours, and an upload for one or two.
REPEATABLE = timedelta(hours=23)
REPEATABLE_WITH_UPLOADS = timedelta(minutes=50)
UPLOAD_BYTES = 25_000_000

# The list of jobs: how far it is read, and how far its clock may be from ours.
PAGES, A_PAGE = 10, 100
EARLIER, LATER = timedelta(minutes=2), timedelta(minutes=30)

_PARAMS = {"gpt-image-1.5": "gptImageParams", "gpt-image-2": "gptImage2Params"}
_FIELDS = {
    "quality": "quality",
    "output_format": "format",
    "background": "background",
    "input_fidelity": "input_fidelity",
    "moderation": "moderation",
}
_INSIDE = _FIELDS | {
    "aspect_ratio": "size",
    "input_images": "images",
    "number_of_images": "n",
}
_OWNED = {"model": "model", "prompt": "prompt"} | {
    f"{params}.{theirs}": ours for params in _PARAMS.values() for theirs, ours in _INSIDE.items()
}


class Apiframe:
    """The provider; see `provider.Provider` for what each flow owes."""

    name = told.NAME
    title = "Apiframe"
    key_variable = "APIFRAME_API_KEY"
    base_variable = "APIFRAME_BASE_URL"
    base_url = "https://api.apiframe.ai/v2"
    offers: tuple[Offer, ...] = OFFERS
    askable = True
    repeatable: timedelta | None = REPEATABLE

    def generate(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """Upload what has no address, hand the job over, then ask for it until it is done.

        Where an earlier run sent the call, its uploads are named again and nothing is uploaded
        anew: a repeat is of the same bytes. Once those uploads may be gone there is none, for
        a job that finds no inputs would be billed.
        """
        there = uploads(call.sent.body) if call.sent else {}
        for image in _local(call):
            if image.sha256 not in there:
                address = yield from _upload(image, key, base)
                there = {**there, image.sha256: address}
        within = REPEATABLE_WITH_UPLOADS if there else REPEATABLE
        reply = yield from pay(_paying(call, key, base, there), within)
        job = told.job_id(answers.document(reply))
        if job is None:
            raise _not_taken(reply, call, key)
        yield Accepted((job,))
        yield Wait(FIRST_WAIT_S)
        return (yield from Errand(call, key, base, job).poll())

    def resume(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """Ask for the job by its id; without one there is nothing to ask for."""
        if not call.remote:
            raise OutcomeUnknownError(
                told.NAME,
                f"call {call.uuid} was sent and its answer was lost, and the list of jobs does not "
                "tell which is its own; lab.recover() sends it again under the same key within 23 "
                "hours, which is paid once; else settle() or resend() the generation",
                charged="unknown",
            )
        return (yield from Errand(call, key, base, call.remote[0]).poll())

    def cancel(self, call: Call, key: str, base: str) -> Flow[bool]:
        """The vendor has no way to stop a job."""
        del call, key, base
        yield from ()
        return False

    def find(self, call: Call, key: str, base: str) -> Flow[tuple[str, ...]]:
        """The only job of this model and prompt that was taken on when this call was sent.

        Nothing where several fit, or where an equal call of this lab has lost its job too.
        """
        if call.sent is None or call.sent.rivalled:
            return ()
        found: set[str] = set()
        cursor: str | None = None
        for _ in range(PAGES):
            reply = yield from ask(question(_listing(call, cursor), key, base))
            if locked_out := told.locked_out(reply, key):
                raise PostponedError(locked_out)
            document = answers.document(reply)
            listed = told.jobs(document)
            if listed is None:
                return ()
            found |= {name for each in listed if (name := _ours(each, call, call.sent))}
            cursor = told.next_page(document)
            if cursor is None or _all_earlier(listed, call.sent):
                return (yield from claim(tuple(found), 1, 1)) if found else ()
        return ()

    def recipe(self, call: Call, key: str, base: str) -> Recipe:
        """Uploads, then the job, then the question for it until it has ended."""
        del call
        done = '"status" *: *"(COMPLETED|FAILED|CANCELLED)"'
        return Recipe(
            Uploading(f"{base}/uploads", headers(key)),
            Asking(question("jobs/", key, base), done, named="jobId"),
        )

    def balance(self, key: str, base: str) -> Flow[Cost]:
        """The credits that are left to the team of the key."""
        reply = yield from ask(question("me", key, base))
        left = told.credits_left(answers.document(reply))
        if left is None:
            raise told.refusal(reply, key)
        return left

    def verdict(self, reply: Reply) -> Verdict:
        """A job taken on is charged; a rate limit is not; what tells nothing may be either.

        In the last two cases the POST may be sent again, for its key is ours.
        """
        if told.job_id(answers.document(reply)):
            return Verdict("yes")
        error, after = told.refusal(reply), answers.retry_after(reply.headers)
        soon = (after or 0) <= answers.PATIENCE_S
        limited = isinstance(error, RateLimitError)
        garbled = error.charged == "unknown" and reply.status != told.OTHER_BODY
        return Verdict(error.charged, again=(limited or garbled) and soon, after=after)


PROVIDER: Provider = Apiframe()


def _local(call: Call) -> list[Input]:
    """The images that have no address of their own, each once; RequestError for a too large one."""
    images = {image.sha256: image for image in call.request.images if not image.url}
    for image in images.values():
        if len(image.data) > UPLOAD_BYTES:
            raise RequestError(
                f"apiframe takes uploads of up to {UPLOAD_BYTES // 1_000_000} MB; an image of "
                f"images= has {len(image.data) / 1e6:.1f} MB: make it smaller, or give its address"
            )
    return list(images.values())


def _upload(image: Input, key: str, base: str) -> Flow[str]:
    """The address an image is given for one or two hours; free, and it may be repeated."""
    body = FormBody({}, (("file", image),))
    reply = yield from ask(Send("POST", f"{base}/uploads", headers(key), body))
    document = answers.document(reply)
    address = answers.text(document.get("url")) if isinstance(document, dict) else None
    if reply.status < 300 and address:
        return address
    error = told.refusal(reply, key)
    error.charged = "no"
    raise error


def _paying(call: Call, key: str, base: str, there: Mapping[str, str]) -> Send:
    """The request as it goes out; `there` are the addresses of uploads by hash."""
    request = call.request
    fields = _fields(call)
    if request.images:
        fields["input_images"] = [i.url or Uploaded(i, there[i.sha256]) for i in request.images]
    document = {
        "prompt": request.prompt,
        "model": request.native,
        _PARAMS[request.native]: fields,
    }
    body = JsonBody(merge_extra(document, request.extra, _OWNED))
    told_apart = {"Idempotency-Key": call.key}
    return Send("POST", f"{base}/images/generate", headers(key) | told_apart, body)


def _fields(call: Call) -> dict[str, Any]:
    """The model's own parameters, but for input images."""
    given = call.request.params.given()
    fields: dict[str, Any] = {
        theirs: given[ours] for theirs, ours in _FIELDS.items() if ours in given
    }
    if size := call.request.params.size:
        fields["aspect_ratio"] = RATIOS[size]
    return fields | ({"number_of_images": call.n} if call.n > 1 else {})


def _not_taken(reply: Reply, call: Call, key: str) -> Exception:
    if reply.status != told.OTHER_BODY:
        return told.refusal(reply, key)
    return ProtocolError(
        told.NAME,
        f"the service has another request under the key of call {call.uuid}, and one of the two "
        "may have been billed; look at the account's jobs, then settle() the generation",
        status=reply.status,
        request_id=reply.request_id,
        charged="unknown",
    )


def _listing(call: Call, cursor: str | None) -> str:
    more = {"cursor": cursor} if cursor else {}
    return f"jobs?{urlencode({'model': call.request.native, 'limit': A_PAGE, **more})}"


def _ours(entry: Mapping[str, Any], call: Call, sent: Sent) -> str | None:
    """The id of a listed job, if it may be that of the call."""
    name, at = answers.text(entry.get("id")), told.moment(entry.get("createdAt"))
    if name is None or at is None:
        return None
    timely = sent.at - EARLIER <= at <= sent.at + LATER
    model = entry.get("model") == call.request.native
    return name if timely and model and _echoes(entry.get("input"), call) else None


def _echoes(echoed: object, call: Call) -> bool:
    """Whether what the vendor repeats of a request is what the call asked for.

    Its package documents the prompt only; of parameters, those that are repeated count.
    """
    if not isinstance(echoed, dict) or echoed.get("prompt") != call.request.prompt:
        return False
    params = echoed.get(_PARAMS[call.request.native])
    asked = {**_fields(call), "number_of_images": call.n}
    return not isinstance(params, dict) or all(
        params[name] == value for name, value in asked.items() if name in params
    )


def _all_earlier(listed: list[Mapping[str, Any]], sent: Sent) -> bool:
    """Whether a page, newest first, has come to what is older than the call."""
    moments = [told.moment(entry.get("createdAt")) for entry in listed]
    return all(at is not None and at < sent.at - EARLIER for at in moments)
