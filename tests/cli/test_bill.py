from __future__ import annotations

from decimal import Decimal

import imagelab as il
from imagelab.cli.bill import aligned, bill
from imagelab.domain.money import Cost


def test_dollars_have_equally_many_places() -> None:
    costs = [Cost(Decimal("0.2")), Cost(Decimal("0.007379"))]

    assert aligned(costs) == ["$0.200000", "$0.007379"]


def test_what_is_not_known_is_said_so_and_never_nothing() -> None:
    assert aligned([None, Cost(Decimal(3))]) == ["unknown", "$3.00"]


def test_credits_stay_credits() -> None:
    assert aligned([Cost(Decimal(24), "credits")]) == ["24 credits"]


def test_a_bill_names_who_how_many_how_much_and_how_that_is_known(lab: il.Lab) -> None:
    generation = lab.generate("A fox", model="openai/gpt-image-2", quality="low")

    head, row, together = bill([generation]).splitlines()

    assert head.split() == ["provider", "model", "images", "quoted", "cost", "known", "time"]
    assert row.split()[:3] == ["openai", "gpt-image-2", "1"]
    assert "computed" in row
    assert together.split() == ["together", "1", row.split()[3], row.split()[4]]
