"""A disk that is full, or fails, at any operation of a run in which two vendors are paid."""

from __future__ import annotations

import pytest

from tests.faults import disk, vfs

UNREACHED = vfs.why_not()
pytestmark = [pytest.mark.fault, pytest.mark.skipif(bool(UNREACHED), reason=UNREACHED)]


@pytest.mark.long
def test_whichever_operation_fails_what_was_paid_for_is_kept_paid_once_and_accounted_for() -> None:
    figures = disk.run()

    assert figures.wrongs == ()
    assert figures.struck > 0.95 * figures.cases
    assert figures.charges > figures.cases


def test_a_lab_that_did_not_insist_would_lose_what_it_was_sent() -> None:
    figures = disk.run(only="/staging/", insists=False)

    assert "images lost" in "".join(figures.wrongs)
