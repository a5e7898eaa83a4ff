"""A limit that four processes race, with replies that are lost on the way."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Campaign

pytestmark = pytest.mark.fault


@pytest.mark.long
def test_no_race_ends_over_the_limit(campaign: Campaign) -> None:
    figures = campaign("budget")

    assert figures["broken"] == []
    assert (figures["runs"], figures["counted"]["bills over the limit"]) == (50, 0)


def test_the_races_are_tight(campaign: Campaign) -> None:
    counted = campaign("budget")["counted"]

    assert counted["sent"] >= 100
    assert counted["refused"] >= 100
    assert counted["generations unknown"] >= 10
