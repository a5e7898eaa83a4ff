"""Eight processes with one catalog, one of which opens the file plainly all the while."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Campaign

pytestmark = pytest.mark.fault


@pytest.mark.long
def test_eight_processes_lose_nothing_and_none_is_told_to_wait(campaign: Campaign) -> None:
    figures = campaign("races")

    assert figures["broken"] == []
    counted = figures["counted"]
    assert (counted["processes at once"], counted["transactions acknowledged"]) == (8, 1_600)
    assert (counted["transactions lost"], counted["told the catalog is busy"]) == (0, 0)


def test_the_file_is_opened_plainly_in_the_midst_of_transactions(campaign: Campaign) -> None:
    counted = campaign("races")["counted"]

    assert counted["plain reads inside a transaction"] == 200
    assert counted["turns between processes"] >= 100


def test_of_eight_that_open_at_once_one_takes_an_orphan_up(campaign: Campaign) -> None:
    assert campaign("races")["counted"]["took an orphan up"] == 2  # one of each vendor


def test_several_that_generate_at_once_pay_once_for_each(campaign: Campaign) -> None:
    assert campaign("races")["counted"]["generated at once"] == 12
