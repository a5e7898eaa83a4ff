"""Looking for a call at Oxen whose answer was lost, in the list of what was queued."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from imagelab.domain.ids import made_at
from imagelab.domain.request import Call
from imagelab.providers import answers, oxen_answers as told
from imagelab.providers.answers import text, whole
from imagelab.providers.body import DataUri
from imagelab.providers.oxen_request import asked_fields, question
from imagelab.providers.steps import Flow, PostponedError, Wait, ask, claim

AGAIN_AFTER_S = 3.0  # what was queued a moment ago may not be in the list yet
_CLOCKS = timedelta(minutes=2)  # the vendor's and ours
_LONGEST_POST = timedelta(minutes=15)  # from sending to the end of an answer
# Without a status the list has what is queued or in the works.
_LISTS = (None, *told.ENDED)


def found_again(call: Call, key: str, base: str) -> Flow[tuple[str, ...]]:
    """The generations with the call's model, prompt and fields from the time it was sent.

    In the order they were queued; none where others could be meant. The vendor may have queued
    fewer than it was asked for, which is believed of a call that is taken up later, unless an
    equal one has lost its own. PostponedError where the key does not let one look,
    UnavailableError where nobody answers.
    """
    now = call.sent is None
    found = yield from _listed(call, key, base)
    if len(found) < call.n and (found or now):
        yield Wait(AGAIN_AFTER_S)
        found = yield from _listed(call, key, base)
    strict = call.sent is None or call.sent.rivalled
    return (yield from claim(found, call.n if strict else 1, call.n)) if found else ()


def _listed(call: Call, key: str, base: str) -> Flow[tuple[str, ...]]:
    found: dict[str, int] = {}
    for status in _LISTS:
        query = {"model": call.request.native} | ({"status": status} if status else {})
        reply = yield from ask(question(f"ai/queue?{urlencode(query)}", key, base))
        if error := told.locked_out(reply, key):
            raise PostponedError(error)
        for entry in told.entries(answers.document(reply)):
            name, queued = told.generation_id(entry), whole(entry.get("enqueued_at"))
            if name and queued is not None and _fits(call, entry, queued):
                found.setdefault(name, queued)
    return tuple(sorted(found, key=lambda name: found[name]))


def _fits(call: Call, entry: Mapping[str, Any], queued: int) -> bool:
    model = text(entry.get("model_name")) or text(entry.get("model"))
    same = (model, entry.get("prompt")) == (call.request.native, call.request.prompt)
    return same and _in_time(call, queued) and _as_asked(call, entry)


def _in_time(call: Call, queued: int) -> bool:
    first = call.sent.at if call.sent else made_at(call.uuid)
    if first and queued < (first - _CLOCKS).timestamp():
        return False
    last = call.sent.at + _LONGEST_POST + _CLOCKS if call.sent else None
    return last is None or queued <= last.timestamp()


def _as_asked(call: Call, entry: Mapping[str, Any]) -> bool:
    """Whether the fields that it repeats are those that were sent."""
    fields = asked_fields(call)
    told_again = {name: value for name, value in fields.items() if name in entry}
    return all(isinstance(v, DataUri) or entry[name] == v for name, v in told_again.items())
