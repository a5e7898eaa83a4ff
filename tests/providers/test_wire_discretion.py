from __future__ import annotations

import logging

import httpx
import pytest

from imagelab.providers.steps import Send
from imagelab.providers.wire import ASK, Exchange, Wire, exchange, open_wire
from tests.providers.vendor import Answer, Vendor, resets, says

pytestmark = pytest.mark.anyio


async def test_no_cookie_is_ever_returned(wire: Wire, vendor: Vendor) -> None:
    vendor.answers = [says(200, headers={"Set-Cookie": "session=1; Path=/"})]

    await _asked(wire, vendor.url)
    await _asked(wire, vendor.url)

    assert len(vendor.requests) == 2
    assert b"cookie" not in vendor.heads


@pytest.mark.parametrize(
    "answer",
    [says(200, b"hello", {"Location": "https://cdn.test/x?sig=CANARY"}), resets],
    ids=["an answer", "a reset"],
)
async def test_no_key_and_no_signed_address_is_logged_at_debug(
    wire: Wire, vendor: Vendor, caplog: pytest.LogCaptureFixture, answer: Answer
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.answers = [answer]

    await _asked(wire, vendor.url + "/image?sig=CANARY")

    assert "CANARY" not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith("http")]


async def test_other_users_of_httpx_keep_their_logs(
    wire: Wire, vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "httpx")

    await _asked(wire, vendor.url)
    async with httpx.AsyncClient(trust_env=False) as theirs:
        await theirs.get(vendor.url + "/theirs")

    assert [record.name for record in caplog.records] == ["httpx"]
    assert "/theirs" in caplog.text


@pytest.mark.parametrize("answer", [says(407), b""], ids=["a refusal", "nothing"])
async def test_the_proxy_of_the_environment_is_used_for_an_api_elsewhere(
    monkeypatch: pytest.MonkeyPatch, vendor: Vendor, answer: bytes
) -> None:
    vendor.answers, came = [answer], Exchange()
    monkeypatch.setenv("HTTPS_PROXY", vendor.url)
    wire = open_wire()

    await exchange(wire.paying, Send("POST", "https://api.test/v1"), ASK, came)
    await wire.aclose()

    assert vendor.heads.startswith(b"connect api.test:443 ")
    assert (came.left, came.whole, came.passing) == (False, False, True)


async def test_no_proxy_stands_between_us_and_this_machine(
    monkeypatch: pytest.MonkeyPatch, vendor: Vendor, elsewhere: Vendor
) -> None:
    vendor.answers = [says(200, b"api")]
    monkeypatch.setenv("HTTP_PROXY", elsewhere.url)
    wire = open_wire(loopback=True)

    came = await _asked(wire, vendor.url)
    await wire.aclose()

    assert bytes(came.data) == b"api"
    assert elsewhere.requests == []


async def _asked(wire: Wire, url: str) -> Exchange:
    came = Exchange()
    await exchange(wire.asking, Send("GET", url, {"authorization": "Bearer sk-CANARY"}), ASK, came)
    return came
