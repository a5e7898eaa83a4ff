"""Plays a flow to its end with answers that were laid ready, no wire in between."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import strategies as st

from imagelab.errors import OutcomeUnknownError, ProviderError
from imagelab.providers.sse import Event
from imagelab.providers.steps import (
    Answer,
    Ask,
    Claim,
    Failed,
    Fetch,
    Fetched,
    Flow,
    Head,
    Image,
    Keep,
    Next,
    Pay,
    Reply,
    Step,
    Stream,
)

PICTURE = Fetched(b"picture")
HEAD = Head(200, {"content-type": "text/event-stream", "x-request-id": "req_1"})
CUT = OutcomeUnknownError("acme", "the stream was cut", charged="unknown")
GONE = Failed("HTTP 404", gone=True)


def played(
    flow: Flow[Any],
    paid: Reply | ProviderError | None = None,
    polls: Iterable[Reply] = (),
    downloads: Iterable[Fetched | Failed] = (PICTURE,),
    steps: list[Step] | None = None,
    events: Iterable[Event] | None = None,
    *,
    cut: bool = False,
) -> tuple[list[Step], Any]:
    """The steps of the flow and what it returns; `steps` given sees them even if it raises.

    The last poll and the last download are given again and again. An error is raised where it
    was to be paid; ids that are claimed are no other call's. With `events`, a stream has them,
    and is `cut` after the last.
    """
    steps = [] if steps is None else steps
    asked, fetched, streamed = list(polls), list(downloads), list(events or ())
    answer: Answer = None
    trouble: ProviderError | None = None
    while True:
        try:
            steps.append(flow.throw(trouble) if trouble else flow.send(answer))
        except StopIteration as stop:
            return steps, stop.value
        answer = trouble = None
        match steps[-1]:
            case Pay():
                trouble = paid if isinstance(paid, ProviderError) else None
                answer = paid if isinstance(paid, Reply) else None
            case Stream():
                answer = paid if isinstance(paid, Reply) and events is None else HEAD
            case Next() if streamed or not cut:
                answer = streamed.pop(0) if streamed else None
            case Next():
                trouble = CUT
            case Ask():
                answer = asked.pop(0) if len(asked) > 1 else asked[0]
            case Fetch():
                answer = fetched.pop(0) if len(fetched) > 1 else fetched[0]
            case Claim(remote, least, most):
                answer = remote if least <= len(remote) <= most else ()


def kept(steps: list[Step]) -> list[Image]:
    """The images of the steps, in the order they were kept."""
    return [step.image for step in steps if isinstance(step, Keep)]


def pixels(steps: list[Step]) -> dict[int, bytes]:
    """The bytes of the images by their places in the call."""
    return {step.index: step.image.data for step in steps if isinstance(step, Keep)}


def places(steps: list[Step]) -> list[int]:
    return [step.index for step in steps if isinstance(step, Keep)]


def replied(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply with the document as JSON."""
    return Reply(status, headers or {}, json.dumps(document).encode())


def documents(names: list[str], *texts: str) -> st.SearchStrategy[Any]:
    """Any JSON, whose objects have fields of these names and whose texts are sometimes these."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    return st.recursive(
        st.sampled_from(texts) | leaves if texts else leaves,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=4)
        ),
        max_leaves=12,
    )
