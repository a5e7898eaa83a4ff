from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.domain.request import Call, Request
from imagelab.errors import (
    DownloadError,
    ProtocolError,
)
from imagelab.providers.runware import PROVIDER
from imagelab.providers.steps import (
    Accepted,
    Answer,
    Ask,
    Facts,
    Failed,
    Fetch,
    Fetched,
    Flow,
    Keep,
    Pay,
    Reply,
    Step,
    Wait,
)

BASE = "https://api.runware.ai/v1"
# The task of the first example on https://runware.ai/docs/models/openai-gpt-image-1-5
TASK = "3d582d50-3e2b-47b2-bd02-839f962a7b38"
EXAMPLE = {
    "taskType": "imageInference",
    "taskUUID": TASK,
    "imageUUID": "bab1270c-0382-49dc-9644-4509a33c7da7",
    "imageURL": "https://im.runware.ai/image/os/a13d12/ws/3/ii/bab1270c.jpg",
    "cost": 0.19961,
}
ACK = {"taskType": "imageInference", "taskUUID": TASK}
CONFLICT = {"data": [], "errors": [{"code": "conflictTaskUUID", "taskUUID": TASK}]}
GIVEN = Fetched(b"picture")
GONE = Failed("HTTP 404", gone=True)


def test_a_task_is_accepted_asked_for_and_kept() -> None:
    steps, facts = _made([ACK], [EXAMPLE])

    assert [type(step) for step in steps] == [Pay, Accepted, Wait, Ask, Fetch, Keep]
    assert steps[1] == Accepted((TASK,))
    assert facts.problem is None


def test_the_price_the_vendor_names_stays_exact() -> None:
    steps, facts = _made([ACK], [EXAMPLE])

    assert facts.cost == Cost(Decimal("0.19961"))
    assert facts.raw == "0.19961"
    assert [image.cost for image in _images(steps)] == [Cost(Decimal("0.19961"))]


def test_what_the_vendor_says_of_an_image_is_kept_with_it() -> None:
    steps, _ = _made([ACK], [EXAMPLE | {"seed": 771, "NSFWContent": True}])

    [image] = _images(steps)
    assert (image.remote, image.seed, image.flagged) == (EXAMPLE["imageUUID"], 771, True)
    assert image.data == b"picture"


def test_an_image_is_kept_as_soon_as_it_is_there_and_only_once() -> None:
    first, second = _image(1), _image(2)

    steps, facts = _made([ACK], [first], [first], [first, second], n=2)

    keeps = [(step.index, step.image.remote) for step in steps if isinstance(step, Keep)]
    assert keeps == [(0, "image-1"), (1, "image-2")]
    assert facts.cost == Cost(Decimal("0.0262"))


def test_the_vendors_own_index_gives_the_place() -> None:
    late, early = _image(1) | {"resultIndex": 1}, _image(2) | {"resultIndex": 0}

    steps, _ = _made([ACK], [late], [late, early], n=2)

    assert [step.index for step in steps if isinstance(step, Keep)] == [1, 0]


def test_an_answer_that_has_the_images_at_once_needs_no_question() -> None:
    steps, _ = _made([EXAMPLE])

    assert [type(step) for step in steps] == [Pay, Accepted, Fetch, Keep]


@pytest.mark.parametrize(
    "inline",
    [{"imageBase64Data": "cGljdHVyZQ=="}, {"imageDataURI": "data:image/png;base64,cGljdHVyZQ=="}],
)
def test_an_image_inside_the_answer_is_understood(inline: dict[str, str]) -> None:
    steps, _ = _made([ACK], [ACK | {"imageUUID": "image-1", "cost": 0.0131} | inline])

    assert [image.data for image in _images(steps)] == [b"picture"]
    assert not any(isinstance(step, Fetch) for step in steps)


def test_an_unreadable_image_inside_the_answer_is_a_problem() -> None:
    _, facts = _made([ACK], [ACK | {"imageBase64Data": "?", "cost": 0.0131}])

    assert isinstance(facts.problem, ProtocolError)
    assert facts.cost == Cost(Decimal("0.0131"))


def test_a_task_accepted_before_is_asked_for_not_paid_again() -> None:
    steps, _ = _run(_generate(), _reply(CONFLICT, 400), [_data(EXAMPLE)])

    assert [type(step) for step in steps] == [Pay, Accepted, Wait, Ask, Fetch, Keep]


@pytest.mark.parametrize("status", [408, 500, 502, 503])
def test_a_servers_trouble_is_settled_by_asking(status: int) -> None:
    steps, _ = _run(_generate(), Reply(status, {}, b"<html>"), [_data(), _data(EXAMPLE)])

    assert [type(step) for step in steps][3:] == [Wait, Ask, Accepted, Fetch, Keep]


def test_a_failed_download_is_asked_for_once_more() -> None:
    fresh = EXAMPLE | {"imageURL": "https://im.runware.ai/fresh.jpg"}

    steps, facts = _run(_generate(), _data(ACK), [_data(EXAMPLE), _data(fresh)], [GONE, GIVEN])

    fetched = [step.url for step in steps if isinstance(step, Fetch)]
    assert fetched == [EXAMPLE["imageURL"], "https://im.runware.ai/fresh.jpg"]
    assert len(_images(steps)) == 1
    assert facts.problem is None


def test_an_image_that_cannot_be_fetched_was_paid_for() -> None:
    steps, facts = _run(_generate(), _data(ACK), [_data(EXAMPLE)], [GONE, GONE])

    assert _images(steps) == []
    assert facts.cost == Cost(Decimal("0.19961"))
    assert isinstance(facts.problem, DownloadError)
    assert facts.problem.charged == "yes"


def test_a_lost_image_does_not_cost_the_others() -> None:
    both = _data(_image(1), _image(2))

    steps, facts = _run(_generate(2), _data(ACK), [both], [GONE, GIVEN, GONE])

    assert [image.remote for image in _images(steps)] == ["image-2"]
    assert isinstance(facts.problem, DownloadError)


@pytest.mark.parametrize("cost", ["NaN", "-0.1", "1e9", '"0.13"', "true", "[1]"])
def test_a_price_that_is_none_leaves_the_cost_unknown_and_its_text(cost: str) -> None:
    body = json.dumps({"data": [EXAMPLE]}).replace("0.19961", cost)

    steps, facts = _run(_generate(), Reply(200, {}, body.encode()), [])

    assert len(_images(steps)) == 1
    assert facts.cost is None
    assert facts.raw


def test_one_image_without_a_price_leaves_the_whole_cost_unknown() -> None:
    _, facts = _made([ACK], [_image(1), _image(2) | {"cost": None}], n=2)

    assert facts.cost is None


def _call(n: int = 1) -> Call:
    params = Params(size="1536x1024", quality="high", background="opaque")
    request = Request("runware", "gpt-image-1.5", "openai:4@1", "an observatory", params, n)
    return Call("0190-u", TASK, request, n)


def _generate(n: int = 1) -> Flow[Facts]:
    return PROVIDER.generate(_call(n), "k", BASE)


def _image(number: int) -> dict[str, Any]:
    url = f"https://im.runware.ai/{number}.png"
    return ACK | {"imageUUID": f"image-{number}", "imageURL": url, "cost": 0.0131}


def _data(*items: dict[str, Any]) -> Reply:
    return _reply({"data": list(items)})


def _reply(document: Any, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(document).encode())


def _made(paid: list[Any], *polls: list[Any], n: int = 1) -> tuple[list[Step], Facts]:
    return _run(_generate(n), _data(*paid), [_data(*poll) for poll in polls])


def _run(
    flow: Flow[Any],
    paid: Reply | None,
    polls: Iterable[Reply],
    downloads: Iterable[Fetched | Failed] = (GIVEN,),
    seen: list[Step] | None = None,
) -> tuple[list[Step], Any]:
    """Answer each step; the last poll and the last download are given again and again."""
    steps: list[Step] = [] if seen is None else seen
    asked, fetched = list(polls), list(downloads)
    answer: Answer = None
    while True:
        try:
            steps.append(flow.send(answer))
        except StopIteration as stop:
            return steps, stop.value
        match steps[-1]:
            case Pay():
                answer = paid
            case Ask():
                answer = asked.pop(0) if len(asked) > 1 else asked[0]
            case Fetch():
                answer = fetched.pop(0) if len(fetched) > 1 else fetched[0]
            case _:
                answer = None


def _images(steps: list[Step]) -> list[Any]:
    return [step.image for step in steps if isinstance(step, Keep)]
