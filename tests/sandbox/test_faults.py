from __future__ import annotations

import pytest

from imagelab.errors import RequestError
from imagelab.sandbox.faults import Faults


def test_a_fault_strikes_as_often_as_it_is_told_to() -> None:
    faults = Faults({"rate_limit": 2})

    assert [faults.take("pay") for _ in range(3)] == ["rate_limit", "rate_limit", None]


def test_a_fault_strikes_only_in_its_place() -> None:
    faults = Faults({"expired": 1})

    assert faults.take("pay") is None
    assert faults.take("download") == "expired"


def test_the_environment_names_faults_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "connect, poll_reset:2")

    faults = Faults.from_environment()

    assert [faults.take("pay"), faults.take("pay")] == ["connect", None]
    assert [faults.take("poll") for _ in range(3)] == ["poll_reset", "poll_reset", None]


def test_an_unknown_fault_is_refused_by_name() -> None:
    with pytest.raises(RequestError, match="no fault 'flood'; there are 'connect'"):
        Faults({"flood": 1})


def test_a_count_that_is_no_number_is_refused() -> None:
    with pytest.raises(RequestError, match="the count of 'stall' is 'often', not a number"):
        Faults.parsed("stall:often")
