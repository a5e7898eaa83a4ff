"""The keys are pressed while a lab generates."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Campaign

pytestmark = pytest.mark.fault


def test_an_interrupt_loses_nothing_and_leaves_no_transaction_open(campaign: Campaign) -> None:
    figures = campaign("interrupts")

    assert figures["broken"] == []
    counted = figures["counted"]
    assert (figures["runs"], counted["transactions left open"]) == (40, 0)
    assert counted["interrupts felt"] >= 25
