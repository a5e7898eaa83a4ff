from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import imagelab as il


@pytest.fixture
def unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[il.Generation]:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "reset_after_charge:1")
    with il.open(tmp_path / "sandbox.db", sandbox=True) as lab:
        generation = lab.submit("A fox", model="openai/gpt-image-2", quality="low", size="square")
        with pytest.raises(il.errors.OutcomeUnknownError, match="may have been billed"):
            generation.wait()
        yield generation


def test_an_unknown_outcome_has_no_cost_until_it_is_settled(unknown: il.Generation) -> None:
    assert (unknown.status, unknown.cost) == ("unknown", None)


def test_settled_as_not_charged_it_is_free(unknown: il.Generation) -> None:
    unknown.settle(charged=False)

    assert unknown.status == "failed"
    assert unknown.cost == il.Cost(Decimal(0))


def test_settled_with_what_was_billed_it_costs_that(unknown: il.Generation) -> None:
    unknown.settle(charged=il.Cost(Decimal("0.006")))

    assert unknown.cost == il.Cost(Decimal("0.006"))


def test_what_is_settled_cannot_be_settled_again(unknown: il.Generation) -> None:
    unknown.settle(charged=False)

    with pytest.raises(il.errors.RequestError, match="g1 is failed; nothing of it is unknown"):
        unknown.settle(charged=False)


def test_resent_it_is_a_new_generation_and_the_old_one_stays(unknown: il.Generation) -> None:
    again = unknown.resend().wait()

    assert (again.status, len(again), unknown.status) == ("succeeded", 1, "unknown")
    assert again.prompt == unknown.prompt


def test_only_a_cost_or_false_settles(unknown: il.Generation) -> None:
    with pytest.raises(
        il.errors.RequestError, match=r"charged=0\.04 is neither a cost, .*nor False"
    ):
        unknown.settle(charged=0.04)  # type: ignore[arg-type] # the mistake that is meant


def test_what_is_known_is_not_resent(lab: il.Lab) -> None:
    generation = lab.generate("A fox", quality="low", size="square")

    with pytest.raises(il.errors.RequestError, match="g1 is succeeded, not unknown"):
        generation.resend()


def test_settled_it_says_by_whom_and_asks_no_more(unknown: il.Generation) -> None:
    unknown.settle(charged=False)

    assert str(unknown.error) == "its outcome was not known; it is settled as not billed"


def test_what_is_billed_in_another_unit_than_the_rest_settles_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "reset_after_charge:1")
    with il.open(tmp_path / "parts.db", sandbox=True) as parts:
        g = parts.submit("A fox", model="openai/gpt-image-2", quality="low", size="square", n=11)
        with pytest.warns(UserWarning, match="partial"):
            g.wait()

        with pytest.raises(il.errors.RequestError, match=r"'24 credits' is not in usd.*g1 was bil"):
            g.settle(charged=il.Cost(Decimal(24), "credits"))
