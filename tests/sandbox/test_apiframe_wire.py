from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from imagelab import clock
from tests.providers.apiframe_call import PAGES
from tests.sandbox.conftest import Bill, Exchange
from tests.sandbox.pictures import difference, opened, png

API = "https://api.apiframe.ai/v2"
LOW: dict[str, Any] = {"quality": "low", "output_format": "png"}
Apiframe = Callable[..., httpx.Response]


@pytest.fixture
def apiframe(exchange: Exchange) -> Apiframe:
    """Asks Apiframe, with its header for a key."""

    def send(method: str, path: str, *, key: str | None = "afk_sandbox", **more: Any) -> Any:
        headers = ({"x-api-key": key} if key else {}) | more.pop("headers", {})
        return exchange(method, f"{API}/{path}", key=None, headers=headers, **more)

    return send


def asked(model: str = "1.5", **fields: Any) -> dict[str, Any]:
    params = "gptImageParams" if model == "1.5" else "gptImage2Params"
    return {"prompt": "a paper boat", "model": f"gpt-image-{model}", params: {**LOW, **fields}}


def posted(apiframe: Apiframe, body: object, key: str = "", **more: Any) -> httpx.Response:
    headers = {"idempotency-key": key} if key else {}
    return apiframe("POST", "images/generate", json=body, headers=headers, **more)


def told(apiframe: Apiframe, reply: httpx.Response, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = apiframe("GET", f"jobs/{reply.json()['jobId']}", **more).json()
    return answer


@pytest.mark.parametrize("example", PAGES["requests"], ids=lambda e: e["prompt"][:24])
def test_every_example_of_the_pages_is_answered_as_they_say(
    apiframe: Apiframe, download: Exchange, example: dict[str, Any]
) -> None:
    reply = posted(apiframe, example)

    assert reply.status_code == 202
    assert set(reply.json()) == set(PAGES["accepted"])
    job = told(apiframe, reply)
    assert set(job) == set(PAGES["job"])
    assert (job["status"], job["creditCost"]) == ("COMPLETED", 24)
    assert set(job["result"]) == set(PAGES["result"])
    [address] = job["result"]["images"]
    assert address.startswith("https://cdn2.apiframe.ai/images/")
    image = opened(download(address).content)
    assert (image.format, image.size) == ("PNG", (1536, 1024))


def test_a_job_is_queued_then_at_work_then_done(apiframe: Apiframe) -> None:
    reply = posted(apiframe, asked())

    seen = [told(apiframe, reply, pace=pace)["status"] for pace in (100_000, 0)]

    assert seen == ["QUEUED", "COMPLETED"]


@pytest.mark.parametrize(
    ("model", "quality", "each"),
    [
        *(("1.5", quality, n) for quality, n in (("low", 4), ("medium", 9), ("high", 24))),
        *(("1.5", "auto", 24), ("2", "low", 4), ("2", "auto", 23)),
    ],
)
def test_the_bill_is_in_credits_a_picture(
    apiframe: Apiframe, bill: Bill, model: str, quality: str, each: int
) -> None:
    reply = posted(apiframe, asked(model, quality=quality, number_of_images=3))

    [line] = bill()
    assert (line.nano, line.images, line.provider) == (3 * each * 10**9, 3, "apiframe")
    assert line.id == reply.json()["jobId"]
    assert told(apiframe, reply)["creditCost"] == 3 * each


def test_the_same_key_gives_the_same_job_and_one_charge(apiframe: Apiframe, bill: Bill) -> None:
    first, again = (posted(apiframe, asked(), "k1") for _ in range(2))
    other = posted(apiframe, asked(), "k2")

    assert first.json()["jobId"] == again.json()["jobId"] != other.json()["jobId"]
    assert again.json()["status"] == "COMPLETED"
    assert len(bill()) == 2


def test_the_same_key_with_another_body_is_a_conflict(apiframe: Apiframe, bill: Bill) -> None:
    posted(apiframe, asked(), "k1")

    reply = posted(apiframe, asked(quality="high"), "k1")

    assert reply.status_code == 409
    assert len(bill()) == 1


def test_a_day_later_a_key_is_forgotten_and_the_files_are_gone(
    apiframe: Apiframe, download: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = posted(apiframe, asked(), "k1")
    [address] = told(apiframe, first)["result"]["images"]
    monkeypatch.setattr(clock, "_shift", clock._shift + timedelta(hours=25))

    assert posted(apiframe, asked(), "k1").json()["jobId"] != first.json()["jobId"]
    assert told(apiframe, first)["expired"] is True
    assert download(address).status_code == 404


def test_the_jobs_are_listed_newest_first_page_by_page(apiframe: Apiframe) -> None:
    names = [posted(apiframe, asked(model)).json()["jobId"] for model in ("1.5", "2", "1.5")]

    page = apiframe("GET", "jobs", params={"model": "gpt-image-1.5", "limit": 1}).json()
    rest = apiframe("GET", "jobs", params={"cursor": page["nextCursor"], "limit": 100}).json()

    assert [job["id"] for job in page["jobs"]] == [names[2]]
    assert page["hasMore"]
    assert [job["id"] for job in rest["jobs"]] == [names[1], names[0]]
    assert (rest["nextCursor"], rest["hasMore"]) == (None, False)


def test_an_upload_lies_at_an_address_of_its_own_for_an_hour(
    apiframe: Apiframe, download: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"file": ("fox.png", png(), "image/png")}

    first, again = (apiframe("POST", "uploads", files=files) for _ in range(2))

    assert first.status_code == 201
    assert set(first.json()) == set(PAGES["upload"])
    assert first.json()["url"] != again.json()["url"]
    assert download(first.json()["url"]).content == png()
    monkeypatch.setattr(clock, "_shift", clock._shift + timedelta(hours=2))
    assert download(first.json()["url"]).status_code == 404


def test_input_images_come_from_uploads_and_are_seen_in_the_picture(
    apiframe: Apiframe, download: Exchange
) -> None:
    file = {"file": ("fox.png", png((1024, 1024), colour="blue"), "image/png")}
    url = apiframe("POST", "uploads", files=file).json()["url"]

    pictures = [
        opened(download(told(apiframe, posted(apiframe, body))["result"]["images"][0]).content)
        for body in (asked(), asked(input_images=[url]))
    ]

    assert difference(*(picture.convert("RGB") for picture in pictures)) > 1


def test_an_input_that_cannot_be_fetched_fails_the_job_and_is_not_billed(
    apiframe: Apiframe, bill: Bill
) -> None:
    reply = posted(apiframe, asked(input_images=["https://nowhere.example/x.png"]))

    assert told(apiframe, reply)["error"] == "An input image could not be fetched."
    assert bill() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (asked("3"), "model"),
        (asked(quality="max"), "gptImageParams.quality"),
        (asked(aspect_ratio="16:9"), "gptImageParams.aspect_ratio"),
        (asked(size="1024x1024"), "gptImageParams.size"),
        (asked(moderation="low"), "gptImageParams.moderation"),
        (asked(number_of_images=11), "gptImageParams.number_of_images"),
        (asked(input_images=["data:image/png;base64,x"]), "gptImageParams.input_images"),
        (asked("2", background="transparent"), "gptImage2Params.background"),
        (asked("2", input_fidelity="high"), "gptImage2Params.input_fidelity"),
        ({**asked(), "prompt": ""}, "prompt"),
        ({**asked(), "prompt": "a" * 2001}, "prompt"),
        ({**asked(), "n": 2}, "n"),
        ({**asked(), "webhookUrl": "x"}, "webhookUrl"),
        ({**asked(), "webhookEvents": ["started"]}, "webhookEvents"),
        ({**asked(), "gptImageParams": 7}, "gptImageParams"),
        ([], ""),
    ],
)
def test_what_the_pages_do_not_have_is_refused_and_costs_nothing(
    apiframe: Apiframe, bill: Bill, body: object, field: str
) -> None:
    reply = posted(apiframe, body)

    assert reply.status_code == 400
    assert list(reply.json()["details"]) == [field]
    assert bill() == []


@pytest.mark.parametrize(
    ("content", "said"), [(b"no image", "not an image"), (bytes(26 * 2**20), "larger than 25 MB")]
)
def test_what_is_no_upload_is_refused(apiframe: Apiframe, content: bytes, said: str) -> None:
    reply = apiframe("POST", "uploads", files={"file": ("a.png", content, "image/png")})

    assert reply.status_code in (400, 413)
    assert said in reply.json()["error"]


@pytest.mark.parametrize("key", [None, "invalid-key"])
def test_a_key_that_is_missing_or_wrong_is_401(apiframe: Apiframe, key: str | None) -> None:
    reply = apiframe("GET", "me", key=key)

    assert reply.status_code == 401
    assert "invalid-key" not in reply.text


def test_the_balance_is_what_was_not_spent(apiframe: Apiframe) -> None:
    posted(apiframe, asked(quality="high"))

    assert apiframe("GET", "me").json()["team"]["credits"] == 10_000 - 24


@pytest.mark.parametrize("path", ["jobs/00000000-0000-4000-8000-000000000000", "nowhere"])
def test_what_is_not_there_is_404(apiframe: Apiframe, path: str) -> None:
    assert apiframe("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("rate_limit", 429),
        ("quota", 402),
        ("auth", 401),
        ("model_gone", 400),
        ("server_error_before_charge", 500),
        ("server_error_after_charge", 500),
        ("bad_gateway", 502),
    ],
)
def test_a_fault_speaks_as_apiframe_does(
    apiframe: Apiframe, bill: Bill, fault: str, status: int
) -> None:
    reply = posted(apiframe, asked(), fault=fault)

    assert reply.status_code == status
    assert len(bill()) == (fault in {"server_error_after_charge", "bad_gateway"})


@pytest.mark.parametrize("fault", ["truncated", "null"])
def test_a_reply_spoiled_on_the_way_back_is_billed_all_the_same(
    apiframe: Apiframe, bill: Bill, fault: str
) -> None:
    assert b"}" not in posted(apiframe, asked(), fault=fault).content
    assert len(bill()) == 1


def test_a_refusal_is_told_when_the_job_is_asked_for(apiframe: Apiframe, bill: Bill) -> None:
    job = told(apiframe, posted(apiframe, asked(), fault="moderation"))

    assert job["status"] == "FAILED"
    assert "safety system" in job["error"]
    assert bill() == []


@pytest.mark.parametrize("fault", ["fewer", "partial"])
def test_the_last_picture_can_be_missing_and_is_not_billed(
    apiframe: Apiframe, bill: Bill, fault: str
) -> None:
    job = told(apiframe, posted(apiframe, asked(number_of_images=3), fault=fault))

    assert len(job["result"]["images"]) == 2
    assert job["creditCost"] == 8
    assert [line.nano for line in bill()] == [8 * 10**9]


def test_a_question_can_fail(apiframe: Apiframe) -> None:
    assert apiframe("GET", "jobs", fault="poll_server_error").status_code == 500
    with pytest.raises(httpx.ReadError, match=r"sandbox, as api\.apiframe\.ai"):
        apiframe("GET", "jobs", fault="poll_reset")


@pytest.mark.parametrize(("fault", "status"), [("expired", 404), ("download_server_error", 503)])
def test_a_download_can_fail_once(
    apiframe: Apiframe, download: Exchange, fault: str, status: int
) -> None:
    [address] = told(apiframe, posted(apiframe, asked()))["result"]["images"]

    assert download(address, fault=fault).status_code == status
    assert download(address).status_code == 200
