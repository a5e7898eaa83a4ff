"""Power lost at any operation of a life in the lab, and what was vouched for looked for."""

from __future__ import annotations

import pytest

from tests.faults import power, vfs
from tests.faults.record import Omission

POINTS = 300
UNREACHED = vfs.why_not()
pytestmark = [pytest.mark.fault, pytest.mark.skipif(bool(UNREACHED), reason=UNREACHED)]


def test_nothing_that_was_vouched_for_is_lost_when_the_power_fails() -> None:
    figures = power.run(POINTS, seed=1)

    assert figures.checked > 10 * POINTS
    assert (figures.lost, figures.corrupt, figures.examples) == (0, 0, ())


@pytest.mark.parametrize("omitted", ["catalog", "journal end", "staging", "folders"])
def test_the_same_campaign_misses_what_is_not_synced(omitted: Omission) -> None:
    figures = power.run(POINTS, seed=1, omitted=omitted)

    assert figures.lost + figures.corrupt > 0, figures
