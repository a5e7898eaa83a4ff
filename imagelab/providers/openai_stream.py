"""OpenAI's stream of events: rough pictures that are shown, then the images, which are kept.

The events are `image_generation.partial_image` and `.completed`, of edits `image_edit.…`;
source: the openai package 3.52.0, types/image_gen_*_event.py and image_edit_*_event.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from imagelab.domain.request import Call
from imagelab.errors import OutcomeUnknownError, ProviderError
from imagelab.providers import answers
from imagelab.providers.inline import image_bytes
from imagelab.providers.openai_answers import (
    bill,
    images_in,
    kept,
    place,
    raw,
    short,
    used,
)
from imagelab.providers.openai_errors import broken_off
from imagelab.providers.sse import Event
from imagelab.providers.steps import Facts, Flow, Head, Reply, Show, next_event

_END = "[DONE]"


@dataclass(slots=True)
class _Came:
    """What has come of a stream so far; `said` is what the last image's event says beside it."""

    images: int = 0
    said: Mapping[str, Any] = field(default_factory=dict)
    problems: list[ProviderError] = field(default_factory=list)


def streamed(call: Call, key: str, base: str, head: Head) -> Flow[Facts]:
    """Keep every image as its event comes, until all are here or the stream ends.

    What ends it before is raised where no image came, and is the problem beside those that did.
    """
    came = _Came()
    ended: ProviderError | None = None
    while ended is None and came.images < call.n:
        try:
            event = yield from next_event()
        except OutcomeUnknownError as cut:
            ended = cut
            break
        ended = yield from _read(event, came, call, key, base, head)
    if ended and came.images == 0:
        raise ended
    problems = [*came.problems, *([ended] if ended else [])]
    # What several images of one stream report of their tokens is described nowhere.
    cost = bill(call, base, came.said, 1) if call.n == came.images == 1 else None
    return Facts(cost, raw(came.said.get("usage")), used(came.said), next(iter(problems), None))


def _read(
    event: Event | None, came: _Came, call: Call, key: str, base: str, head: Head
) -> Flow[ProviderError | None]:
    """Take in one event; an error if nothing more is to be expected after it."""
    if event is None or event.data.strip() == _END:
        return short(call, came.images, head)
    said = _document(event)
    if said is None:
        return None
    if event.name == "error" or said.get("error") or said.get("type") == "error":
        return broken_off(Reply(head.status, head.headers, event.data.encode()), key)
    if _is_partial(event, said):
        yield Show(_fraction(said, call), image_bytes(answers.text(said.get("b64_json")) or ""))
        return None
    # A server may put its whole answer into one event.
    for entry in images_in(said) or ([said] if place(said) else []):
        came.problems += yield from kept(came.images, entry, base)
        came.images, came.said = came.images + 1, said
    return None


def _document(event: Event) -> Mapping[str, Any] | None:
    """The event's JSON object; what is none says nothing."""
    said = answers.document(Reply(200, {}, event.data.encode()))
    return said if isinstance(said, dict) else None


def _is_partial(event: Event, said: Mapping[str, Any]) -> bool:
    kind = answers.text(said.get("type")) or event.name
    return kind.endswith(".partial_image") or "partial_image_index" in said


def _fraction(said: Mapping[str, Any], call: Call) -> float | None:
    """How far it is: there are so many pictures before the image itself."""
    index, most = answers.whole(said.get("partial_image_index")), call.request.params.previews
    if index is None or not most or not 0 <= index < most:
        return None
    return (index + 1) / (most + 1)
