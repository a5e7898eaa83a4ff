from __future__ import annotations

from contextlib import suppress

import httpcore
import pytest
from hypothesis import given, settings, strategies as st

from imagelab.providers.download import download
from imagelab.providers.guard import GuardError, PinnedBackend, check
from imagelab.providers.steps import Failed
from imagelab.providers.wire import open_wire
from tests.providers.names import Answers, Dialled
from tests.providers.vendor import Vendor

ASYNC = pytest.mark.anyio
PUBLIC, PUBLIC_TOO = "93.184.216.34", "93.184.216.35"

REFUSED = [
    ("https://a.test/" + "x" * 8200, "longer than 8192 characters"),
    ("https://a.test/\x00", "control characters"),
    ("https://a.test/\x85", "control characters"),
    ("https://a.test:port/", "cannot be read"),
    ("https://\udcff/", "cannot be read"),
    ("http://a.test/", "does not begin with https://"),
    ("https://me@a.test/", "a user name in it"),
    ("https:///x", "names no host"),
    ("https://localhost/", "leads to this machine"),
    ("https://10.0.0.1/", "a number that is not public"),
]


@pytest.mark.parametrize(("url", "reason"), REFUSED, ids=[repr(url[:24]) for url, _ in REFUSED])
def test_a_refusal_says_why(url: str, reason: str) -> None:
    with pytest.raises(GuardError, match=reason):
        check(url, loopback=False)


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8000/i", "http://127.0.0.1:9/i", "http://[::1]:9/i", "https://a.test/"],
)
def test_with_the_api_on_this_machine_any_of_its_names_and_ports_will_do(url: str) -> None:
    assert str(check(url, loopback=True)) == url


def test_with_the_api_on_this_machine_others_still_need_https() -> None:
    with pytest.raises(GuardError, match="does not begin with https://"):
        check("http://a.test/", loopback=True)


@given(st.text())
@settings(deadline=None)
def test_no_text_gets_past_the_policy_but_an_https_address(text: str) -> None:
    with suppress(GuardError):
        assert check(text, loopback=False).scheme == "https"


@ASYNC
async def test_a_name_that_is_rebound_is_still_dialled_by_the_number_that_was_judged() -> None:
    resolver, dialled = Answers([PUBLIC], ["127.0.0.1"]), Dialled()
    pinned = PinnedBackend(loopback=False, resolver=resolver, inner=dialled)

    with pytest.raises(httpcore.ConnectError, match="not dialled"):
        await pinned.connect_tcp("rebound.test", 443)
    with pytest.raises(GuardError, match="a number that is not public"):
        await pinned.connect_tcp("rebound.test", 443)

    assert dialled.numbers == [PUBLIC]
    assert resolver.asked == 2


@ASYNC
async def test_every_number_of_a_name_is_tried_once_in_order() -> None:
    resolver, dialled = Answers([PUBLIC, PUBLIC_TOO, PUBLIC]), Dialled()
    pinned = PinnedBackend(loopback=False, resolver=resolver, inner=dialled)

    with pytest.raises(httpcore.ConnectError, match="not dialled"):
        await pinned.connect_tcp("cdn.test", 443)

    assert dialled.numbers == [PUBLIC, PUBLIC_TOO]


@ASYNC
async def test_a_name_that_also_means_this_machine_is_refused(vendor: Vendor) -> None:
    wire = open_wire(resolver=Answers([PUBLIC, "127.0.0.1"]))

    came = await download(wire, f"https://cdn.test:{vendor.port}/")
    await wire.aclose()

    assert came == Failed("the address leads to a number that is not public", gone=True)
    assert vendor.requests == []


@ASYNC
async def test_a_name_without_numbers_may_have_one_later() -> None:
    wire = open_wire(resolver=Answers([]))

    came = await download(wire, "https://cdn.test/")
    await wire.aclose()

    assert came == Failed("no connection: the name has no address", gone=False)


@ASYNC
async def test_the_server_is_told_the_name_and_not_the_number(vendor: Vendor) -> None:
    wire = open_wire(loopback=True, resolver=Answers(["127.0.0.1"]))

    await download(wire, f"https://cdn.test:{vendor.port}/")
    await download(wire, f"http://cdn.localhost:{vendor.port}/")
    await wire.aclose()

    over_tls, plainly = (request.head for request in vendor.requests)
    assert b"cdn.test" in over_tls
    assert f"Host: cdn.localhost:{vendor.port}".encode() in plainly
