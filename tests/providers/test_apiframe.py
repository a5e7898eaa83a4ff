from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.errors import (
    AuthError,
    DownloadError,
    ImagelabError,
    OutcomeUnknownError,
    ProtocolError,
    RefusedError,
    UnavailableError,
)
from imagelab.providers.apiframe import PROVIDER
from imagelab.providers.steps import (
    Accepted,
    Ask,
    Failed,
    Fetch,
    Fetched,
    Keep,
    Pay,
    PostponedError,
    Reply,
    Show,
    Wait,
)
from tests.providers.apiframe_call import (
    ACCEPTED,
    BASE,
    JOB,
    KEY,
    PAGES,
    boat_call,
    job,
    made,
)
from tests.providers.tape import GONE, PICTURE, documents, kept, pixels, played, replied

LOW = Params(quality="low", size="1024x1024")
DOWN = Failed("no connection")


def test_a_job_is_accepted_asked_for_and_its_image_kept() -> None:
    steps, facts = made(job("QUEUED", progress=None), job())

    kinds = [type(step) for step in steps if not isinstance(step, Show)]
    assert kinds == [Pay, Accepted, Wait, Ask, Wait, Ask, Fetch, Keep]
    assert steps[1] == Accepted((JOB,))
    assert [image.data for image in kept(steps)] == [PICTURE.data]
    assert facts.problem is None


def test_the_question_is_for_the_job_and_carries_the_key() -> None:
    steps, _ = made(job())

    [ask] = [step for step in steps if isinstance(step, Ask)]
    assert (ask.send.method, ask.send.url) == ("GET", f"{BASE}/jobs/{JOB}")
    assert ask.send.headers == {"X-API-Key": KEY}


def test_the_documented_result_is_understood() -> None:
    steps, facts = made(job(result=PAGES["result"]))

    assert [s.url for s in steps if isinstance(s, Fetch)] == PAGES["result"]["images"]
    assert facts.cost == Cost(Decimal(24), "credits")
    assert facts.raw == "creditCost 24"


def test_several_images_are_kept_by_their_places() -> None:
    downloads = (Fetched(b"one"), Fetched(b"two"))

    steps, _ = made(job(images=2), call=boat_call(n=2), downloads=downloads)

    assert pixels(steps) == {0: b"one", 1: b"two"}


def test_waits_grow_to_five_seconds() -> None:
    steps, _ = made(*[job("PROCESSING", progress=40)] * 4, job())

    assert [s.seconds for s in steps if isinstance(s, Wait)] == [2.0, 2.0, 3.0, 4.5, 5.0]
    assert Show(0.4) in steps


def test_a_job_still_under_way_stays_open_and_is_not_given_up() -> None:
    with pytest.raises(PostponedError, match=f"job {JOB} is still under way"):
        made(job("PROCESSING"))


def test_a_status_that_no_page_knows_is_waited_for() -> None:
    steps, _ = made(job("DREAMING"), job())

    assert len(kept(steps)) == 1


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("Your request was rejected by the safety system", RefusedError),
        ("moderation_blocked", RefusedError),
        ("The provider timed out", UnavailableError),
        (None, UnavailableError),
    ],
)
def test_a_job_that_failed_may_have_been_billed(words: str | None, error: type[Exception]) -> None:
    _, facts = made(job("FAILED", error=words, creditCost=24))

    assert isinstance(facts.problem, error)
    assert (facts.charged, facts.cost, facts.raw) == ("unknown", None, "creditCost 24")


def test_a_cancelled_job_is_told_as_failed() -> None:
    _, facts = made(job("CANCELLED"))

    assert isinstance(facts.problem, UnavailableError)
    assert facts.charged == "unknown"


@pytest.mark.parametrize("told", [None, 400, 2400, "24", -1, True])
def test_credits_that_cannot_be_believed_are_estimated_and_their_text_kept(told: object) -> None:
    _, facts = made(job(creditCost=told), call=boat_call(params=LOW))

    assert facts.cost == Cost(Decimal(4), "credits", "estimated")
    assert facts.raw == (None if told is None else f"creditCost {told}")


def test_without_a_price_list_nothing_is_estimated() -> None:
    _, facts = made(job(creditCost=None), call=boat_call(model="gpt-image-2", params=LOW))

    assert facts.cost is None


def test_credits_left_to_the_service_are_estimated_as_it_bills_them() -> None:
    _, facts = made(job(creditCost=None))

    assert facts.cost == Cost(Decimal(24), "credits", "estimated")


def test_fewer_images_than_asked_for_are_said() -> None:
    steps, facts = made(job(images=1, creditCost=4), call=boat_call(n=2))

    assert len(kept(steps)) == 1
    assert isinstance(facts.problem, ProtocolError)
    assert "1 of the 2 images asked for came" in str(facts.problem)


def test_an_address_that_is_gone_is_asked_for_once_more() -> None:
    steps, facts = made(job(), downloads=(GONE, PICTURE))

    assert len(kept(steps)) == 1
    assert facts.problem is None


def test_an_image_that_is_gone_for_good_is_lost_and_the_other_kept() -> None:
    downloads = (GONE, Fetched(b"two"), GONE)

    steps, facts = made(job(images=2), call=boat_call(n=2), downloads=downloads)

    assert pixels(steps) == {1: b"two"}
    assert isinstance(facts.problem, DownloadError)
    assert facts.cost == Cost(Decimal(24), "credits")


def test_files_that_the_service_deleted_are_lost_and_it_says_so() -> None:
    _, facts = made(job(expired=True), downloads=(GONE,))

    assert "deleted it after its 24 hours" in str(facts.problem)
    assert facts.charged == "yes"


def test_an_address_that_does_not_answer_now_is_asked_again_later() -> None:
    with pytest.raises(PostponedError, match="does not give it: no connection"):
        made(job(), downloads=(DOWN,))


def test_a_job_is_resumed_by_its_id_without_paying() -> None:
    flow = PROVIDER.resume(boat_call(remote=(JOB,)), KEY, BASE)

    steps, facts = played(flow, None, [job()])

    assert [type(s) for s in steps] == [Ask, Show, Fetch, Keep]
    assert facts.cost == Cost(Decimal(24), "credits")


def test_without_an_id_nobody_knows_and_it_says_what_to_do() -> None:
    with pytest.raises(OutcomeUnknownError, match=r"lab\.recover\(\) sends it again"):
        next(PROVIDER.resume(boat_call(), KEY, BASE))


def test_a_key_that_is_refused_says_nothing_of_the_job() -> None:
    with pytest.raises(PostponedError, match="Invalid API key") as caught:
        made(replied({"error": "Invalid API key"}, 401))

    assert isinstance(caught.value.why, AuthError)


def test_not_found_is_believed_after_five_times() -> None:
    missing = replied({"error": "Job not found"}, 404)

    assert len(kept(made(*[missing] * 4, job())[0])) == 1
    with pytest.raises(OutcomeUnknownError, match="does not know it any more"):
        made(missing)


def test_no_job_can_be_cancelled() -> None:
    assert played(PROVIDER.cancel(boat_call(), KEY, BASE)) == ([], False)


@given(
    documents(
        [*PAGES["job"], "images"], "COMPLETED", "FAILED", JOB, "https://cdn2.apiframe.ai/images/a"
    )
    | st.fixed_dictionaries(
        {"id": st.just(JOB), "status": st.sampled_from(["COMPLETED", "FAILED"])},
        optional={
            name: documents(["images", "message"], "https://x.example/1.png")
            for name in ("result", "error", "creditCost", "progress", "expired")
        },
    )
)
def test_whatever_is_told_of_a_job_it_ends_in_facts_or_our_own_errors(told: object) -> None:
    flow = PROVIDER.generate(boat_call(), KEY, BASE)
    with suppress(ImagelabError, PostponedError):
        facts = played(flow, ACCEPTED, [replied(told)])[1]
        assert facts.raw is None or len(facts.raw) <= 80


@pytest.mark.parametrize(
    "body", [b"<html>", b"null", b"[1]", b'{"jobId": ""}', b'{"jobId": 7}', b""]
)
def test_a_reply_without_a_job_is_unknown(body: bytes) -> None:
    with pytest.raises(ProtocolError, match="not understood") as caught:
        played(PROVIDER.generate(boat_call(), KEY, BASE), Reply(202, {}, body))

    assert caught.value.charged == "unknown"


@pytest.mark.parametrize("left", [976, Decimal("976.5"), 0])
def test_the_balance_is_the_credits_of_the_team(left: Any) -> None:
    flow = PROVIDER.balance(KEY, BASE)  # type: ignore[attr-defined] # not every vendor has it

    steps, told = played(
        flow, None, [Reply(200, {}, f'{{"team": {{"credits": {left}}}}}'.encode())]
    )

    assert [step.send.url for step in steps if isinstance(step, Ask)] == [f"{BASE}/me"]
    assert told == Cost(Decimal(left), "credits")


def test_a_balance_that_nobody_can_read_is_no_balance() -> None:
    flow = PROVIDER.balance(KEY, BASE)  # type: ignore[attr-defined] # not every vendor has it

    with pytest.raises(ProtocolError, match="not understood"):
        played(flow, None, [replied({"team": {"credits": "many"}})])
