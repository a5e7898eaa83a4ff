"""One call at Apiframe, and a job in all the ways it is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imagelab.domain.params import Params
from imagelab.domain.request import Call, Input, Request, Sent
from imagelab.providers.apiframe import PROVIDER
from imagelab.providers.steps import Facts, Failed, Fetched, Pay, Reply, Step
from tests.providers.tape import PICTURE, played, replied

BASE = "https://api.apiframe.ai/v2"
KEY = "afk_CANARY_0123456789"
PAGES: dict[str, Any] = json.loads(Path(__file__).with_name("apiframe_pages.json").read_text())
JOB = PAGES["accepted"]["jobId"]
ACCEPTED = replied(PAGES["accepted"], 202)
FOX = Input("a" * 64, "input", b"fox", "png", 1024, 1024)
DEN = Input("b" * 64, "input", b"den", "jpeg", 8, 8, url="https://pictures.example/den.jpg?key=k")


def boat_call(
    *,
    model: str = "gpt-image-1.5",
    prompt: str = "a paper boat",
    n: int = 1,
    params: Params | None = None,
    inputs: tuple[Input, ...] = (),
    extra: Mapping[str, Any] | None = None,
    remote: tuple[str, ...] = (),
    sent: Sent | None = None,
) -> Call:
    """A call for a paper boat."""
    asked = params or Params()
    request = Request("apiframe", model, model, prompt, asked, n, inputs, extra or {})
    key = "6f1a9f0e-8a55-4c0e-9c57-2f4f3f0f7a11"
    return Call("0190-u", key, request, n, remote=remote, sent=sent)


def job(status: str = "COMPLETED", images: int = 1, **told: Any) -> Reply:
    """What is told of the job."""
    addresses = [f"https://cdn2.apiframe.ai/images/{JOB}-{n + 1}.png" for n in range(images)]
    result = {"images": addresses} if status == "COMPLETED" else None
    return replied({**PAGES["job"], "status": status, "result": result, **told})


def paying(call: Call, uploads: tuple[Reply, ...] = ()) -> tuple[Pay, list[Step]]:
    """The paying step of a call, and the steps before it."""
    flow, answers = PROVIDER.generate(call, KEY, BASE), list(uploads)
    before: list[Step] = []
    step = next(flow)
    while not isinstance(step, Pay):
        before.append(step)
        step = flow.send(answers.pop(0))
    return step, before


def made(
    *polls: Reply, call: Call | None = None, downloads: tuple[Fetched | Failed, ...] = (PICTURE,)
) -> tuple[list[Step], Facts]:
    """A generation that is accepted and told of so, played to its end."""
    flow = PROVIDER.generate(call or boat_call(), KEY, BASE)
    return played(flow, ACCEPTED, polls, downloads)
