from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.domain.money import Cost
from imagelab.errors import (
    AuthError,
    CancelledError,
    DownloadError,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    QuotaError,
    RefusedError,
    UnavailableError,
)
from imagelab.providers.oxen import PROVIDER
from imagelab.providers.oxen_errand import MISSES
from imagelab.providers.steps import (
    Accepted,
    Ask,
    Claim,
    Facts,
    Failed,
    Fetch,
    Listen,
    Pay,
    PostponedError,
    Reply,
    Step,
    Wait,
)
from tests.providers.oxen_call import (
    AT_ONCE,
    BASE,
    FOUR_CENTS,
    PAGES,
    boat_call,
    entry,
    listed,
    made,
    queued,
    stands,
)
from tests.providers.tape import GONE, PICTURE, documents, kept, pixels, played, replied
from tests.sandbox.pictures import png

LOST = OutcomeUnknownError("oxen", "no whole answer came", charged="unknown")
MISSING = replied(PAGES["missing"], 404)
FIELDS = [
    *("generations", "generation_id", "status", "result_url", "error_message", "prompt"),
    *("model_name", "enqueued_at", "started_at", "error", "detail", "images", "url", "b64_json"),
]
TEXTS = ("g-1", "g-2", "succeeded", "failed", "cancelled", "processing", "https://a.example/a.png")


def test_each_image_is_kept_at_the_place_of_its_id() -> None:
    call = boat_call(2)
    polls = [stands("g-1", "processing"), stands("g-2"), stands("g-1")]

    steps, facts = made(queued("g-1", "g-2"), *polls, call=call)

    assert Accepted(("g-1", "g-2")) in steps
    assert [(image.remote, image.cost) for image in kept(steps)] == [
        ("g-2", FOUR_CENTS),
        ("g-1", FOUR_CENTS),
    ]
    assert pixels(steps) == {0: PICTURE.data, 1: PICTURE.data}
    assert facts.cost == Cost(Decimal("0.08"), source="estimated")


def test_the_ids_are_durable_before_anything_is_asked() -> None:
    steps, _ = made(queued("g-1"), stands("g-1"))

    kinds = [type(step) for step in steps]
    assert kinds[:4] == [Listen, Pay, Accepted, Wait]
    assert Wait(1.5, wake=("g-1",)) in steps


def test_the_documented_ids_are_read() -> None:
    names = [each["generation_id"] for each in PAGES["enqueued"]["generations"]]

    steps, _ = made(replied(PAGES["enqueued"]), *map(stands, names), call=boat_call(2))

    assert Accepted(tuple(names)) in steps


def test_the_documented_states_are_understood() -> None:
    name = PAGES["processing"]["generation_id"]
    polls = [replied(PAGES["processing"]), replied(PAGES["succeeded"])]

    steps, facts = made(queued(name), *polls)

    assert Fetch("https://hub.oxen.ai/api/repos/...") in steps
    assert (len(kept(steps)), facts.problem) == (1, None)


def test_a_documented_failure_says_why_and_that_it_was_free() -> None:
    with pytest.raises(QuotaError, match=r"'Insufficient credits'; add credit") as caught:
        made(queued(PAGES["failed"]["generation_id"]), replied(PAGES["failed"]))

    assert caught.value.charged == "no"


def test_what_the_vendor_chose_is_read_from_the_image() -> None:
    _, facts = made(queued("g-1"), stands("g-1"), downloads=[_fetched(png((64, 96)))])

    assert facts.used == {"size": "64x96", "format": "png"}


def test_an_image_without_a_known_price_has_no_cost() -> None:
    steps, facts = made(queued("g-1"), stands("g-1"), call=boat_call(price=None))

    assert facts.cost is None
    assert [image.cost for image in kept(steps)] == [None]


@pytest.mark.parametrize(
    ("told", "kind", "charged"),
    [
        ({"status": "failed", "error_message": "rejected by the safety system"}, RefusedError, "?"),
        ({"status": "failed", "error_message": "Insufficient credits"}, QuotaError, "no"),
        ({"status": "failed", "error_message": "worker fell over"}, UnavailableError, "?"),
        ({"status": "failed"}, UnavailableError, "?"),
        ({"status": "cancelled", "started_at": None}, CancelledError, "no"),
        ({"status": "cancelled"}, CancelledError, "?"),
    ],
)
def test_a_generation_that_ended_without_an_image_is_told_by_its_words(
    told: dict[str, Any], kind: type[ProviderError], charged: str
) -> None:
    with pytest.raises(kind, match="oxen: ") as caught:
        made(queued("g-1"), stands("g-1", **told))

    assert caught.value.charged == ("unknown" if charged == "?" else charged)


def test_one_that_failed_leaves_the_others_and_the_bill_open() -> None:
    polls = [stands("g-1"), stands("g-2", "failed", error_message="worker fell over")]

    steps, facts = made(queued("g-1", "g-2"), *polls, call=boat_call(2))

    assert len(kept(steps)) == 1
    assert facts.cost is None
    assert isinstance(facts.problem, UnavailableError)


def test_fewer_ids_than_images_are_said() -> None:
    steps, facts = made(queued("g-1"), stands("g-1"), call=boat_call(2))

    assert (len(kept(steps)), facts.cost) == (1, FOUR_CENTS)
    assert "1 of the 2 images asked for were queued" in str(facts.problem)


def test_more_than_was_asked_for_is_kept_and_counted() -> None:
    steps, facts = made(queued("g-1", "g-2"), stands("g-1"), stands("g-2"))

    assert [image.remote for image in kept(steps)] == ["g-1", "g-2"]
    assert facts.cost == Cost(Decimal("0.08"), source="estimated")


def test_an_id_that_is_not_known_any_more_is_lost_and_said_so() -> None:
    with pytest.raises(OutcomeUnknownError, match=r"took on generation g-1 and does not know") as e:
        made(queued("g-1"), MISSING)

    assert e.value.charged == "unknown"


def test_one_not_found_is_not_believed_at_once() -> None:
    polls = [*[MISSING] * (MISSES - 1), stands("g-1")]

    steps, _ = made(queued("g-1"), *polls)

    assert len(kept(steps)) == 1


def test_a_page_in_between_says_nothing_of_a_generation() -> None:
    polls = [*[Reply(404, {}, b"<html>proxy</html>")] * (MISSES + 1), stands("g-1")]

    assert len(kept(made(queued("g-1"), *polls)[0])) == 1


def test_a_key_that_is_not_taken_any_more_leaves_the_call_open() -> None:
    refused = replied({"error": {"type": "unauthenticated"}}, 401)

    with pytest.raises(PostponedError, match="did not accept the key") as caught:
        made(queued("g-1"), refused)

    assert isinstance(caught.value.why, AuthError)


def test_after_long_enough_it_is_unknown_and_can_be_recovered() -> None:
    with pytest.raises(OutcomeUnknownError, match=r"not done with g-1 .*lab\.recover\(\)"):
        made(queued("g-1"), stands("g-1", "processing"))


def test_an_address_that_is_gone_is_asked_for_anew_once() -> None:
    steps, _ = made(queued("g-1"), stands("g-1"), downloads=[GONE, PICTURE])

    assert [type(step) for step in steps].count(Fetch) == 2
    assert len(kept(steps)) == 1


def test_an_address_that_stays_gone_was_paid_for_all_the_same() -> None:
    _, facts = made(queued("g-1"), stands("g-1"), downloads=[GONE])

    assert isinstance(facts.problem, DownloadError)
    assert facts.cost == FOUR_CENTS


def test_an_address_that_does_not_answer_leaves_the_call_open() -> None:
    with pytest.raises(PostponedError, match="made and billed"):
        made(queued("g-1"), stands("g-1"), downloads=[Failed("HTTP 503")])


def test_a_success_without_an_address_is_a_problem_that_was_billed() -> None:
    _, facts = made(queued("g-1"), stands("g-1", result_url=None))

    assert isinstance(facts.problem, ProtocolError)
    assert facts.cost == FOUR_CENTS


@pytest.mark.parametrize(
    "lost",
    [LOST, Reply(502, {}, b"<html>"), Reply(200, {}, b"null"), replied({"error": "x"}, 500)],
    ids=["no answer", "bad gateway", "null", "server error"],
)
def test_a_lost_answer_is_looked_for_in_the_list(lost: Reply | ProviderError) -> None:
    steps, facts = made(lost, listed(entry("g-1")), *[listed()] * 3, stands("g-1"))

    assert Claim(("g-1",), 1, 1) in steps
    assert (len(kept(steps)), facts.cost) == (1, FOUR_CENTS)


@pytest.mark.parametrize(
    "entries", [(), (entry("g-1"), entry("g-2"))], ids=["none", "two that look alike"]
)
def test_what_cannot_be_told_apart_stays_unknown(entries: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(OutcomeUnknownError, match="no whole answer came"):
        made(LOST, listed(*entries))


def test_resuming_asks_at_once_and_pays_nothing() -> None:
    flow = PROVIDER.resume(boat_call(remote=("g-1",)), "x-1", BASE)

    steps, facts = played(flow, polls=[stands("g-1")])

    assert [type(step) for step in steps[:3]] == [Listen, Ask, Fetch]
    assert facts.cost == FOUR_CENTS


def test_resuming_without_an_id_is_unknown() -> None:
    with pytest.raises(OutcomeUnknownError, match=r"list has nothing that can only be it"):
        played(PROVIDER.resume(boat_call(), "x-1", BASE))
    with pytest.raises(OutcomeUnknownError, match="asked for at once is in no list"):
        played(PROVIDER.resume(boat_call(extra=AT_ONCE), "x-1", BASE))


@pytest.mark.parametrize(
    ("told", "free"),
    [
        ({"status": "cancelled", "started_at": None}, True),
        ({"status": "cancelled"}, False),
        ({"status": "succeeded", "started_at": None}, False),
    ],
)
def test_only_what_never_began_is_cancelled_free(told: dict[str, Any], *, free: bool) -> None:
    flow = PROVIDER.cancel(boat_call(remote=("g/1",)), "x-1", BASE)

    steps, said = played(flow, polls=[replied(PAGES["deleted"]), stands("g/1", **told)])

    asked = [(step.send.method, step.send.url) for step in steps if isinstance(step, Ask)]
    assert asked == [("DELETE", f"{BASE}/ai/queue/g%2F1"), ("GET", f"{BASE}/ai/queue/g%2F1")]
    assert said is free


def test_all_of_a_call_must_be_free_to_say_so() -> None:
    begun, free = stands("g-1", "cancelled"), stands("g-2", "cancelled", started_at=None)
    polls = [begun, begun, free]

    assert not played(
        PROVIDER.cancel(boat_call(2, remote=("g-1", "g-2")), "x-1", BASE), polls=polls
    )[1]


@pytest.mark.parametrize("document", PAGES["given"], ids=["url", "base64"])
def test_an_image_given_at_once_is_kept(document: dict[str, Any]) -> None:
    coded = base64.b64encode(b"inline").decode()
    [image] = document["images"]
    document = {**document, "images": [{k: v if k == "url" else coded for k, v in image.items()}]}

    steps, facts = made(replied(document), call=boat_call(extra=AT_ONCE))

    assert pixels(steps) == {0: PICTURE.data if "url" in image else b"inline"}
    assert facts.cost == FOUR_CENTS
    assert not any(isinstance(step, Listen | Wait | Ask) for step in steps)


def test_an_image_given_at_once_whose_address_is_down_is_asked_for_later() -> None:
    with pytest.raises(PostponedError, match="made and billed"):
        made(
            replied({"images": [{"url": "https://a.example/a.png"}]}),
            call=boat_call(extra=AT_ONCE),
            downloads=[Failed("HTTP 503")],
        )


@pytest.mark.parametrize("image", [{"b64_json": "no base64!"}, {"url": "https://a.example/a.png"}])
def test_an_image_given_at_once_that_is_none_was_billed(image: dict[str, str]) -> None:
    call = boat_call(extra=AT_ONCE)

    _, facts = made(replied({"images": [image]}), call=call, downloads=[GONE])

    assert isinstance(facts.problem, DownloadError)
    assert facts.cost == FOUR_CENTS


def test_what_was_asked_at_once_is_in_no_list() -> None:
    assert played(PROVIDER.find(boat_call(extra=AT_ONCE), "x-1", BASE)) == ([], ())


@given(
    document=documents(FIELDS, *TEXTS),
    told=documents(FIELDS, *TEXTS),
    status=st.sampled_from([200, 400, 401, 402, 404, 408, 429, 500, 302]),
    at_once=st.booleans(),
)
@settings(deadline=None, max_examples=300)
def test_any_answer_ends_in_an_image_or_a_typed_error_and_is_paid_once(
    document: Any, told: Any, status: int, *, at_once: bool
) -> None:
    reply, steps = replied(document, status), list[Step]()
    call = boat_call(extra=AT_ONCE if at_once else {})

    try:
        flow = PROVIDER.generate(call, "x-1", BASE)
        _, ended = played(flow, reply, [replied(told)], steps=steps)
    except (ProviderError, PostponedError) as error:
        ended = Facts(problem=error)

    assert kept(steps) or isinstance(ended.problem, Exception)
    assert [type(step) for step in steps].count(Pay) == 1
    assert PROVIDER.verdict(reply).charged in ("yes", "no", "unknown")


def _fetched(data: bytes) -> Any:
    return type(PICTURE)(data)
