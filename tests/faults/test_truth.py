"""The judge itself: what it must not overlook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.faults.truth import Charge, Lab, Line, Told, broken, paid_twice

CHARGE = Charge("key", "a fox", "runware", 20, 2, "")
KNOWN = (Line(10, None, None), Line(10, None, None))
TOLD = Told(
    id=1,
    prompt="a fox",
    provider="runware",
    status="succeeded",
    n=2,
    quote_high=30,
    calls=(("key", "done", "yes", 2, "[]"),),
    lines=KNOWN,
    images=2,
    whole=True,
)
LOST = replace(TOLD, provider="openai", status="unknown", lines=(Line(None, 30, "?"),), images=0)
PAID = replace(CHARGE, provider="openai")


def lab(*told: Told, check: str = "ok", staged: tuple[str, ...] = ()) -> Lab:
    return Lab(told, 1, staged, check)


@pytest.mark.parametrize(("told", "charge"), [(TOLD, CHARGE), (LOST, PAID)])
def test_what_agrees_with_the_bill_breaks_nothing(told: Told, charge: Charge) -> None:
    assert broken(lab(told), [charge]) == []


@pytest.mark.parametrize(
    ("said", "charges", "sentence"),
    [
        (lab(), [CHARGE], "has no intent"),
        (lab(TOLD), [CHARGE, CHARGE], "was charged 2 times for 1 calls"),
        (lab(replace(TOLD, images=1)), [CHARGE], "was charged for 2 images and has 1"),
        (lab(TOLD), [replace(CHARGE, id="other")], "which no call of it is named"),
        (lab(TOLD), [replace(CHARGE, nano=21)], "was charged 21 and tells of 20 to 20"),
        (lab(TOLD), [replace(CHARGE, nano=19)], "was charged 19 and tells of 20 to 20"),
        (lab(LOST), [replace(PAID, nano=31)], "was charged 31 and tells of 0 to 30"),
        (lab(replace(LOST, quote_high=20)), [PAID], "may be 30 by its lines and 20 by its quote"),
        (lab(replace(LOST, lines=(Line(None, None, "?"),))), [], "without an upper price"),
        (lab(replace(TOLD, status="running")), [CHARGE], "stays running"),
        (lab(replace(TOLD, whole=False)), [CHARGE], "whose bytes are not those of its hash"),
        (lab(TOLD, check="malformed"), [CHARGE], "quick_check says malformed"),
        (lab(TOLD, staged=("a.reply",)), [CHARGE], "is left beside the catalog: a.reply"),
    ],
)
def test_what_does_not_agree_is_told(said: Lab, charges: Sequence[Charge], sentence: str) -> None:
    assert any(sentence in told for told in broken(said, charges))


def test_what_is_paid_twice_is_counted_beyond_the_calls() -> None:
    assert paid_twice(TOLD, [CHARGE]) == 0
    assert paid_twice(TOLD, [CHARGE, CHARGE, CHARGE]) == 2
