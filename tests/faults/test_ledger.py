"""What a lab says it spent, held against what the vendors billed."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Campaign

pytestmark = pytest.mark.fault


@pytest.mark.long
def test_the_bill_lies_inside_the_ledger_whatever_happens(campaign: Campaign) -> None:
    figures = campaign("ledger")

    assert figures["broken"] == []
    counted = figures["counted"]
    low, possibly = counted["nano-dollars known"], counted["nano-dollars possibly"]
    assert low <= counted["nano-dollars billed"] <= low + possibly


def test_the_random_runs_meet_kills_and_lost_replies(campaign: Campaign) -> None:
    counted = campaign("ledger")["counted"]

    assert counted["generations"] >= 300
    assert counted["kills"] >= 10
    assert 10 <= counted["generations unknown"] <= counted["generations"] / 3
