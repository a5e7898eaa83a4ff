from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from imagelab.providers.download import download
from imagelab.providers.steps import Failed, Fetched
from imagelab.providers.wire import FETCH, Wire, open_wire
from tests.providers.names import FirstHop
from tests.providers.vendor import Vendor, says

pytestmark = pytest.mark.anyio

# By where they lead; {port} is that of a vendor on this machine, who must not hear of them.
KINDS: dict[str, list[str]] = json.loads(
    (Path(__file__).parent / "forbidden_addresses.json").read_text()
)
FORBIDDEN = [form for forms in KINDS.values() for form in forms]
ONLY_A_RESOLVER_KNOWS = {
    urlsplit(form).netloc.partition(":")[0]
    for form in KINDS["this machine, in spellings that only a resolver knows to be numbers"]
}
IMAGE = says(200, b"pixels")


@pytest.mark.parametrize("form", FORBIDDEN)
async def test_a_forbidden_address_is_never_connected_to(
    public_wire: Wire, vendor: Vendor, form: str
) -> None:
    came = await download(public_wire, form.format(port=vendor.port))

    assert vendor.requests == []
    assert isinstance(came, Failed)
    assert came.gone


@pytest.mark.parametrize("form", FORBIDDEN)
async def test_a_redirect_to_a_forbidden_address_is_never_connected_to(
    public_wire: Wire, vendor: Vendor, form: str
) -> None:
    hop = FirstHop(form.format(port=vendor.port), public_wire.files)

    async with httpx.AsyncClient(transport=hop) as files:
        came = await download(replace(public_wire, files=files), "https://cdn.test/image.png")

    assert vendor.requests == []
    assert isinstance(came, Failed)


@pytest.mark.parametrize("form", FORBIDDEN)
async def test_a_redirect_is_judged_by_its_text_before_it_is_followed(
    public_wire: Wire, form: str
) -> None:
    hop = FirstHop(form.format(port=1), public_wire.files)

    came = await download(open_wire(transport=hop), "https://cdn.test/image.png")

    assert isinstance(came, Failed)
    assert set(hop.hosts) <= {"cdn.test", *ONLY_A_RESOLVER_KNOWS}


async def test_this_machine_is_reached_when_the_api_is_on_it(wire: Wire, vendor: Vendor) -> None:
    vendor.files["/i.png"] = IMAGE

    came = await download(wire, f"{vendor.url}/i.png")

    assert came == Fetched(b"pixels")
    assert len(vendor.requests) == 1


async def test_another_query_is_another_address(wire: Wire, vendor: Vendor) -> None:
    vendor.files["/i.png"] = IMAGE

    came = await download(wire, f"http://localhost:{vendor.port}/i.png?sig=1")

    assert came == Failed("the address answers HTTP 404", gone=True)
    assert len(vendor.requests) == 1


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("/1", Fetched(b"pixels")),
        ("/0", Failed("the address redirects more than 3 times", gone=True)),
    ],
    ids=["three times", "four times"],
)
async def test_redirects_are_followed_three_times_and_no_further(
    wire: Wire, vendor: Vendor, start: str, expected: Fetched | Failed
) -> None:
    vendor.files = {f"/{hop}": says(302, headers={"location": f"/{hop + 1}"}) for hop in range(4)}
    vendor.files["/4"] = IMAGE

    assert await download(wire, vendor.url + start) == expected


async def test_a_redirect_from_https_to_http_is_refused(wire: Wire, vendor: Vendor) -> None:
    hop = FirstHop(f"{vendor.url}/", wire.files)

    async with httpx.AsyncClient(transport=hop) as files:
        came = await download(replace(wire, files=files), "https://cdn.test/image.png")

    assert came == Failed("the address redirects from https to http", gone=True)
    assert vendor.requests == []


FAILURES = {
    "forbidden": (says(403), True),
    "gone": (says(410), True),
    "too many requests": (says(429), False),
    "unavailable": (says(503), False),
    "cut short": (b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf", False),
    "too large": (says(200, b"x" * 2000), True),
}


@pytest.mark.parametrize(("answer", "gone"), FAILURES.values(), ids=FAILURES)
async def test_a_failure_says_whether_asking_again_may_help(
    wire: Wire, vendor: Vendor, answer: bytes, *, gone: bool
) -> None:
    vendor.answers = [answer]
    small = replace(wire, fetch=replace(FETCH, largest_bytes=1000))

    came = await download(small, f"{vendor.url}/i.png")

    assert isinstance(came, Failed)
    assert came.gone is gone


async def test_no_key_and_no_cookie_goes_to_a_file_host(wire: Wire, vendor: Vendor) -> None:
    vendor.answers = [says(200, b"pixels", {"set-cookie": "a=1"})]

    await download(wire, f"{vendor.url}/i.png")
    await download(wire, f"{vendor.url}/i.png")

    assert b"authorization" not in vendor.heads
    assert b"cookie" not in vendor.heads
    assert vendor.heads.count(b"accept-encoding: identity") == 2
