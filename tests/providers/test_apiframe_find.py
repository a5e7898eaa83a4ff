from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from imagelab.domain.params import Params
from imagelab.domain.request import Sent
from imagelab.providers.apiframe import PROVIDER
from imagelab.providers.steps import Ask, Claim, PostponedError, Reply, Step
from tests.providers.apiframe_call import BASE, KEY, PAGES, boat_call
from tests.providers.tape import played, replied

AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
SENT = Sent(AT, "{}")


def listed(name: str = "1", *, after: float = 1, **told: Any) -> dict[str, Any]:
    """A job in the list, so many seconds after the call was sent."""
    at = (AT + timedelta(seconds=after)).isoformat().replace("+00:00", "Z")
    return {
        **PAGES["job"],
        "id": name,
        "input": {"prompt": "a paper boat"},
        "createdAt": at,
        **told,
    }


def page(*jobs: dict[str, Any], cursor: str | None = None) -> Reply:
    return replied({"jobs": list(jobs), "nextCursor": cursor, "hasMore": cursor is not None})


def found(
    *pages: Reply, sent: Sent | None = SENT, steps: list[Step] | None = None, **asked: Any
) -> tuple[str, ...]:
    answer: tuple[str, ...] = played(
        PROVIDER.find(boat_call(sent=sent, **asked), KEY, BASE), None, pages, steps=steps
    )[1]
    return answer


def test_the_only_job_of_that_prompt_at_that_time_is_the_calls() -> None:
    steps: list[Step] = []

    assert found(page(listed()), steps=steps) == ("1",)
    ask, _ = steps
    assert isinstance(ask, Ask)
    assert ask.send.url == f"{BASE}/jobs?model=gpt-image-1.5&limit=100"


@pytest.mark.parametrize(
    "other",
    [
        {"input": {"prompt": "a paper plane"}},
        {"input": None},
        {"model": "gpt-image-2"},
        {"after": -600},
        {"after": 7200},
        {"createdAt": "2026-11-20T18:00:01"},
        {"createdAt": None},
        {"id": None},
    ],
    ids=str,
)
def test_any_other_job_is_not(other: dict[str, Any]) -> None:
    assert found(page(listed(**other))) == ()


def test_where_several_fit_none_is_taken() -> None:
    assert found(page(listed("1"), listed("2"))) == ()


def test_what_is_found_is_claimed_so_that_one_call_has_it() -> None:
    steps: list[Step] = []

    found(page(listed("1"), listed("2")), steps=steps)

    claimed = steps[-1]
    assert isinstance(claimed, Claim)
    assert (set(claimed.remote), claimed.least, claimed.most) == ({"1", "2"}, 1, 1)


def test_where_an_equal_call_has_lost_its_job_too_nobody_can_tell() -> None:
    assert found(page(listed()), sent=Sent(AT, "{}", rivalled=True)) == ()


def test_parameters_that_are_repeated_have_to_be_those_that_were_asked_for() -> None:
    low = Params(quality="low")
    told = {"prompt": "a paper boat", "gptImageParams": {"quality": "high"}}
    same = {"prompt": "a paper boat", "gptImageParams": {"quality": "low", "background": "auto"}}

    assert found(page(listed(input=told)), params=low) == ()
    assert found(page(listed(input=same)), params=low) == ("1",)


def test_the_list_is_read_until_it_comes_to_what_is_older() -> None:
    steps: list[Step] = []
    older = page(listed("9", after=-600), cursor="c3")

    assert found(page(cursor="c1"), steps=steps) == ()
    assert len(steps) == 1
    steps.clear()
    pages = [page(listed("8", input={}), cursor="c2"), page(listed("1"), cursor="c3"), older]
    assert found(*pages, steps=steps) == ("1",)
    urls = [step.send.url for step in steps if isinstance(step, Ask)]
    assert [url.partition("cursor=")[2] for url in urls] == ["", "c2", "c3"]


def test_a_list_that_cannot_be_read_to_its_end_proves_nothing() -> None:
    assert found(page(listed(), cursor="c2"), Reply(200, {}, b"<html>")) == ()
    assert found(page(listed(), cursor="c2")) == ()


def test_a_call_that_no_earlier_run_sent_is_not_looked_for() -> None:
    assert found(sent=None) == ()


def test_a_key_that_is_refused_postpones_the_search() -> None:
    with pytest.raises(PostponedError, match="Invalid API key"):
        found(replied({"error": "Invalid API key"}, 401))
