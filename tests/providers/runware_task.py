"""One task at Runware as its documentation shows it, and what can be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagelab.domain.params import Params
from imagelab.domain.request import Call, Input, Request
from imagelab.providers.runware import PROVIDER
from imagelab.providers.steps import Facts, Flow, Reply, Step
from tests.providers.tape import played, replied

BASE = "https://api.runware.ai/v1"
# The task of the first example on https://runware.ai/docs/models/openai-gpt-image-1-5
TASK = "3d582d50-3e2b-47b2-bd02-839f962a7b38"
TAKEN_ON = {"taskType": "imageInference", "taskUUID": TASK}
EXAMPLE = TAKEN_ON | {
    "imageUUID": "bab1270c-0382-49dc-9644-4509a33c7da7",
    "imageURL": "https://im.runware.ai/image/os/a13d12/ws/3/ii/bab1270c.jpg",
    "cost": 0.19961,
}


def task_call(
    n: int = 1,
    *,
    params: Params | None = None,
    inputs: tuple[Input, ...] = (),
    extra: Mapping[str, Any] | None = None,
) -> Call:
    """A call for a square unless told, under the documented id."""
    asked = params or Params(size="1024x1024")
    text = "an observatory"
    request = Request("runware", "gpt-image-1.5", "openai:4@1", text, asked, n, inputs, extra or {})
    return Call("0190-u", TASK, request, n)


def generation(n: int = 1) -> Flow[Facts]:
    """The flow of a call at the quality of the example."""
    params = Params(size="1536x1024", quality="high", background="opaque")
    return PROVIDER.generate(task_call(n, params=params), "k", BASE)


def made(paid: list[Any], *polls: list[Any], n: int = 1) -> tuple[list[Step], Facts]:
    """A generation played to its end: what the POST answers, then each poll."""
    return played(generation(n), said(*paid), [said(*poll) for poll in polls])


def said(*items: dict[str, Any]) -> Reply:
    return replied({"data": list(items)})


def complained(code: str, status: int = 200, *items: dict[str, Any]) -> Reply:
    """An error about the task, beside the items."""
    error = {"code": code, "message": "it did not work", "taskUUID": TASK}
    return replied({"data": list(items), "errors": [error]}, status)


def result(number: int) -> dict[str, Any]:
    """The entry of a finished image, of low quality by its cost."""
    url = f"https://im.runware.ai/{number}.png"
    return TAKEN_ON | {"imageUUID": f"image-{number}", "imageURL": url, "cost": 0.0131}
