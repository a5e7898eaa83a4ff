from __future__ import annotations

import json
from decimal import Decimal

import pytest

from imagelab.domain.money import Cost
from imagelab.errors import DownloadError, OutcomeUnknownError, ProtocolError
from imagelab.providers.steps import Accepted, Ask, Fetch, Keep, Pay, Reply, Wait
from tests.providers.runware_task import (
    EXAMPLE,
    TAKEN_ON,
    TASK,
    complained,
    generation,
    made,
    result,
    said,
)
from tests.providers.tape import GONE, PICTURE, kept, places, played


def test_a_task_is_accepted_asked_for_and_kept() -> None:
    steps, facts = made([TAKEN_ON], [EXAMPLE])

    assert [type(step) for step in steps] == [Pay, Accepted, Wait, Ask, Fetch, Keep]
    assert steps[1] == Accepted((TASK,))
    assert facts.problem is None


def test_the_price_the_vendor_names_stays_exact() -> None:
    steps, facts = made([TAKEN_ON], [EXAMPLE])

    assert facts.cost == Cost(Decimal("0.19961"))
    assert facts.raw == "0.19961"
    assert [image.cost for image in kept(steps)] == [Cost(Decimal("0.19961"))]


def test_what_the_vendor_says_of_an_image_is_kept_with_it() -> None:
    steps, _ = made([TAKEN_ON], [EXAMPLE | {"seed": 771, "NSFWContent": True}])

    [image] = kept(steps)
    assert (image.remote, image.seed, image.flagged) == (EXAMPLE["imageUUID"], 771, True)
    assert image.data == b"picture"


def test_an_image_is_kept_as_soon_as_it_is_there_and_only_once() -> None:
    first, second = result(1), result(2)

    steps, facts = made([TAKEN_ON], [first], [first], [first, second], n=2)

    assert places(steps) == [0, 1]
    assert [image.remote for image in kept(steps)] == ["image-1", "image-2"]
    assert facts.cost == Cost(Decimal("0.0262"))


def test_the_vendors_own_index_gives_the_place() -> None:
    late, early = result(1) | {"resultIndex": 1}, result(2) | {"resultIndex": 0}

    steps, _ = made([TAKEN_ON], [late], [late, early], n=2)

    assert places(steps) == [1, 0]


def test_an_answer_that_has_the_images_at_once_needs_no_question() -> None:
    steps, _ = made([EXAMPLE])

    assert [type(step) for step in steps] == [Pay, Accepted, Fetch, Keep]


@pytest.mark.parametrize(
    "inline",
    [{"imageBase64Data": "cGljdHVyZQ=="}, {"imageDataURI": "data:image/png;base64,cGljdHVyZQ=="}],
)
def test_an_image_inside_the_answer_is_understood(inline: dict[str, str]) -> None:
    steps, _ = made([TAKEN_ON], [TAKEN_ON | {"imageUUID": "image-1", "cost": 0.0131} | inline])

    assert [image.data for image in kept(steps)] == [b"picture"]
    assert not any(isinstance(step, Fetch) for step in steps)


def test_an_unreadable_image_inside_the_answer_is_a_problem() -> None:
    _, facts = made([TAKEN_ON], [TAKEN_ON | {"imageBase64Data": "?", "cost": 0.0131}])

    assert isinstance(facts.problem, ProtocolError)
    assert facts.cost == Cost(Decimal("0.0131"))


def test_a_task_accepted_before_is_asked_for_not_paid_again() -> None:
    steps, _ = played(generation(), complained("conflictTaskUUID", 400), [said(EXAMPLE)])

    assert [type(step) for step in steps] == [Pay, Accepted, Wait, Ask, Fetch, Keep]


def test_a_task_whose_answer_was_lost_is_asked_for() -> None:
    flow = generation()
    flow.send(None)

    after = flow.throw(OutcomeUnknownError("runware", "no answer came", charged="unknown"))
    steps, facts = played(flow, None, [said(EXAMPLE)])

    assert isinstance(after, Wait)
    assert [type(step) for step in steps] == [Ask, Accepted, Fetch, Keep]
    assert facts.cost == Cost(Decimal("0.19961"))


@pytest.mark.parametrize("status", [408, 500, 502, 503])
def test_a_servers_trouble_is_settled_by_asking(status: int) -> None:
    steps, _ = played(generation(), Reply(status, {}, b"<html>"), [said(), said(EXAMPLE)])

    assert [type(step) for step in steps][3:] == [Wait, Ask, Accepted, Fetch, Keep]


def test_a_failed_download_is_asked_for_once_more() -> None:
    fresh = EXAMPLE | {"imageURL": "https://im.runware.ai/fresh.jpg"}

    steps, facts = played(
        generation(), said(TAKEN_ON), [said(EXAMPLE), said(fresh)], [GONE, PICTURE]
    )

    fetched = [step.url for step in steps if isinstance(step, Fetch)]
    assert fetched == [EXAMPLE["imageURL"], "https://im.runware.ai/fresh.jpg"]
    assert len(kept(steps)) == 1
    assert facts.problem is None


def test_an_image_that_cannot_be_fetched_was_paid_for() -> None:
    steps, facts = played(generation(), said(TAKEN_ON), [said(EXAMPLE)], [GONE, GONE])

    assert kept(steps) == []
    assert facts.cost == Cost(Decimal("0.19961"))
    assert isinstance(facts.problem, DownloadError)
    assert facts.problem.charged == "yes"


def test_a_lost_image_does_not_cost_the_others() -> None:
    both = said(result(1), result(2))

    steps, facts = played(generation(2), said(TAKEN_ON), [both], [GONE, PICTURE, GONE])

    assert [image.remote for image in kept(steps)] == ["image-2"]
    assert isinstance(facts.problem, DownloadError)


@pytest.mark.parametrize("cost", ["NaN", "-0.1", "1e9", '"0.13"', "true", "[1]"])
def test_a_price_that_is_none_leaves_the_cost_unknown_and_its_text(cost: str) -> None:
    body = json.dumps({"data": [EXAMPLE]}).replace("0.19961", cost)

    steps, facts = played(generation(), Reply(200, {}, body.encode()), [])

    assert len(kept(steps)) == 1
    assert facts.cost is None
    assert facts.raw


def test_one_image_without_a_price_leaves_the_whole_cost_unknown() -> None:
    _, facts = made([TAKEN_ON], [result(1), result(2) | {"cost": None}], n=2)

    assert facts.cost is None
