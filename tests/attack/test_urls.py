"""No address, however it is written and wherever it leads in the end, reaches what is not public.

Whatever number is dialled, a canary on this machine answers in its place: the guard alone
decides whether it hears of it.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpcore
import httpx
import pytest
import trustme

from imagelab.providers.clients import client, tls_context
from imagelab.providers.download import download
from imagelab.providers.guard import GuardedTransport, PinnedBackend
from imagelab.providers.steps import Failed, Fetched
from imagelab.providers.wire import Wire, open_wire
from tests.providers.names import Answers
from tests.providers.vendor import Vendor, listening, says

pytestmark = pytest.mark.anyio

PUBLIC = "93.184.216.34"
FORMS: list[str] = [
    form
    for kind in json.loads(
        (Path(__file__).parents[1] / "providers/forbidden_addresses.json").read_text()
    ).values()
    for form in kind
]


def number_of(form: str) -> str | None:
    """The number an address leads to, as the system's resolver reads even odd spellings."""
    with suppress(OSError, UnicodeError, ValueError):
        host = urlsplit(form.replace(":{port}", "")).hostname or ""
        return host if ":" in host else socket.inet_ntoa(socket.inet_aton(host))
    return None


NUMBERS = sorted({number for form in FORMS if (number := number_of(form))} | {
    *(f"10.{n}.0.1" for n in (1, 255)), "172.20.0.1", "192.168.255.255", "127.0.0.53",
    "169.254.170.2", "100.64.0.53", "0.1.2.3", "224.0.0.251", "233.252.0.1", "248.0.0.1",
    "192.0.0.8", "198.19.255.255", "fe80::a9fe:a9fe", "ff0e::1",
    "64:ff9b::a00:1", "64:ff9b:1::a00:1", "::ffff:192.168.0.1", "::10.0.0.1", "2002:a00:1::1",
    "2001:0:a00:1::", "fd12:3456:789a::1", "2001:2::1", "2001:10::1", "fe80::1%lo",
})  # fmt: skip


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Everywhere(httpcore.AsyncNetworkBackend):
    """Dials for real, and always here: a public number is the file host, any other the canary."""

    def __init__(self, host: Vendor, canary: Vendor) -> None:
        self._ports = {PUBLIC: host.port}
        self._canary = canary.port
        self._dial = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        del port
        there = self._ports.get(host, self._canary)
        return await self._dial.connect_tcp(
            "127.0.0.1", there, timeout, local_address, socket_options
        )


@dataclass
class World:
    """A public file host, `cdn.test`, whose certificate is trusted, and the canary."""

    host: Vendor
    canary: Vendor

    @asynccontextmanager
    async def wire(self, *answers: list[str]) -> AsyncIterator[Wire]:
        """One whose names get these answers, one after the other."""
        dial = Everywhere(self.host, self.canary)
        pinned = PinnedBackend(loopback=False, resolver=Answers(*answers), inner=dial)
        files = client(transport=GuardedTransport(tls_context(), httpx.Limits(), pinned))
        opened = open_wire()
        yield replace(opened, files=files)
        await files.aclose()
        await opened.aclose()

    def reached(self, came: Fetched | Failed) -> bool:
        """Whether the canary heard anything, which it then forgets."""
        heard = bool(self.canary.requests) or isinstance(came, Fetched)
        self.canary.requests.clear()
        return heard


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "trusted.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    tls_context.cache_clear()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("cdn.test").configure_cert(tls)
    async with listening(tls) as host, listening() as canary:
        yield World(host, canary)
    tls_context.cache_clear()


def test_there_are_enough_of_them() -> None:
    assert len(FORMS) >= 100
    assert len(NUMBERS) >= 60


async def test_no_address_reaches_the_canary_directly_or_by_a_redirect(world: World) -> None:
    reached: list[str] = []
    async with world.wire([PUBLIC]) as wire:
        for form in FORMS:
            address = form.format(port=world.canary.port)
            world.host.answers = [says(302, headers={"location": _on_the_wire(address)})]
            starts = (address, "https://cdn.test/image.png")
            reached += [s for s in starts if world.reached(await download(wire, s))]

    assert reached == []
    assert len(world.host.requests) >= len(FORMS)


async def test_no_name_reaches_the_canary_once_it_means_another_number(world: World) -> None:
    reached = []
    world.host.answers = [says(302, headers={"location": "https://cdn.test/again.png"})]
    for number in NUMBERS:
        async with world.wire([PUBLIC], [number]) as wire:
            if world.reached(await download(wire, "https://cdn.test/image.png")):
                reached.append(number)

    assert reached == []
    assert len(world.host.requests) == len(NUMBERS)


async def test_no_name_reaches_anybody_that_means_a_public_number_as_well(world: World) -> None:
    reached = []
    for number in NUMBERS:
        async with world.wire([PUBLIC, number]) as wire:
            if world.reached(await download(wire, "https://cdn.test/image.png")):
                reached.append(number)

    assert reached == []
    assert world.host.requests == []


async def test_the_canary_does_hear_of_a_number_that_is_public(world: World) -> None:
    async with world.wire(["8.8.8.8"]) as wire:
        await download(wire, "https://cdn.test/image.png")

    assert (len(world.canary.requests), len(world.host.requests)) == (1, 0)


def _on_the_wire(address: str) -> str:
    """As a server may write it into a header: no line ends early there."""
    text = address.encode("utf-8", "replace").decode("latin-1")
    return text.translate(dict.fromkeys((0, 10, 13)))
