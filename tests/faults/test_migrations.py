"""Upgrades that are killed, and upgrades that two processes want to make."""

from __future__ import annotations

import pytest

from imagelab.catalog import schema
from tests.faults.conftest import Campaign

pytestmark = pytest.mark.fault


@pytest.mark.long
def test_an_upgrade_killed_at_any_statement_leaves_the_old_or_the_new(campaign: Campaign) -> None:
    figures = campaign("migrations")

    assert figures["broken"] == []
    assert figures["counted"]["version pairs"] == schema.VERSION
    assert figures["counted"]["killed in an upgrade"] >= 20 * schema.VERSION


def test_of_two_that_open_an_old_catalog_one_upgrades_it(campaign: Campaign) -> None:
    assert campaign("migrations")["counted"]["races for an upgrade"] >= 3 * schema.VERSION
