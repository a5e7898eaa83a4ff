from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import httpcore
import httpx
import pytest
from hypothesis import given, settings, strategies as st

from imagelab.providers.addresses import allowed, is_loopback
from imagelab.providers.download import download
from imagelab.providers.guard import GuardError, PinnedBackend, check
from imagelab.providers.steps import Failed, Fetched
from imagelab.providers.wire import FETCH, Wire, open_wire

# Forms of an address that lead to this machine, inside, or nowhere; {port} is the canary's.
FORBIDDEN = [
    "https://127.0.0.1:{port}/",
    "https://127.1:{port}/",
    "https://127.255.255.254:{port}/",
    "https://0x7f.1:{port}/",
    "https://0x7f000001:{port}/",
    "https://0177.0.0.1:{port}/",
    "https://017700000001:{port}/",
    "https://2130706433:{port}/",
    "https://0:{port}/",
    "https://0.0.0.0:{port}/",
    "https://localhost:{port}/",
    "https://LOCALHOST.:{port}/",
    "https://a.localhost:{port}/",
    "https://[::1]:{port}/",
    "https://[::]:{port}/",
    "https://[0:0:0:0:0:0:0:1]:{port}/",
    "https://[::127.0.0.1]:{port}/",
    "https://[::ffff:127.0.0.1]:{port}/",
    "https://[::ffff:7f00:1]:{port}/",
    "https://[64:ff9b::7f00:1]:{port}/",
    "https://[64:ff9b:1::7f00:1]:{port}/",
    "https://[2002:7f00:1::]:{port}/",
    "https://[2001:0:7f00:1::]:{port}/",
    "https://[fe80::1]:{port}/",
    "https://[fc00::1]:{port}/",
    "https://[fec0::1]:{port}/",
    "https://[ff02::1]:{port}/",
    "https://[2001:db8::1]:{port}/",
    "https://10.0.0.1:{port}/",
    "https://172.16.0.1:{port}/",
    "https://192.168.0.1:{port}/",
    "https://100.64.0.1:{port}/",
    "https://169.254.169.254:{port}/",
    "https://168.63.129.16:{port}/",
    "https://192.88.99.1:{port}/",
    "https://198.18.0.1:{port}/",
    "https://224.0.0.1:{port}/",
    "https://240.0.0.1:{port}/",
    "https://255.255.255.255:{port}/",
    "http://127.0.0.1:{port}/",
    "http://cdn.test:{port}/",
    "https://user:pass@cdn.test:{port}/",
    "https://cdn.test\r\n:{port}/",
    "https:///path:{port}",
    "https://[::1:{port}/",
    "file:///etc/passwd?{port}",
    "ftp://127.0.0.1:{port}/",
    "data:image/png;base64,{port}",
    "javascript:{port}",
    "//127.0.0.1:{port}/",
    "{port}",
]

# Of those, what only a resolver knows to be numbers.
SPELLINGS = {"127.1", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "2130706433", "0"}

pytestmark = pytest.mark.anyio


@dataclass(slots=True)
class Canary:
    """A listener on this machine; by path it answers an image, a redirect or an error."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.read(65_536)
        self.heads.append(head)
        path = head.split(b" ")[1].decode() if head.startswith(b"GET ") else ""
        with suppress(OSError):
            writer.write(self.answers.get(path, b"HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n"))
            await writer.drain()
        writer.close()


class FirstHop(httpx.AsyncBaseTransport):
    """Stands for a public file host: it redirects to `target`; anything else goes on to `rest`."""

    def __init__(self, target: str, rest: httpx.AsyncClient) -> None:
        self.target, self.rest = target, rest
        self.hosts: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.hosts.append(request.url.host)
        if request.url.host == "cdn.test":
            location = self.target.encode("latin-1", "replace")
            return httpx.Response(302, headers={b"location": location})
        return await self.rest.send(request)


class Dialled(httpcore.AsyncNetworkBackend):
    """Writes down what is dialled, and dials nothing."""

    def __init__(self) -> None:
        self.numbers: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        del port, timeout, local_address, socket_options
        self.numbers.append(host)
        raise httpcore.ConnectError("not dialled")


class Answers:
    """A resolver that gives its answers one after the other, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        del host, port
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    here = Canary()
    listener = await asyncio.start_server(here.talk, "127.0.0.1", 0)
    here.port = listener.sockets[0].getsockname()[1]
    yield here
    listener.close()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    opened = open_wire()
    yield opened
    await opened.aclose()


@pytest.fixture
async def local() -> AsyncIterator[Wire]:
    opened = open_wire(loopback=True)
    yield opened
    await opened.aclose()


def redirect(location: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n".encode()


def image(body: bytes, length: int | None = None) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (length or len(body), body)


@pytest.mark.parametrize("form", FORBIDDEN)
async def test_a_forbidden_address_is_never_connected_to(
    wire: Wire, canary: Canary, form: str
) -> None:
    came = await download(wire, form.format(port=canary.port))

    assert canary.heads == []
    assert isinstance(came, Failed)
    assert came.gone


@pytest.mark.parametrize("form", FORBIDDEN)
async def test_a_redirect_to_a_forbidden_address_is_never_connected_to(
    wire: Wire, canary: Canary, form: str
) -> None:
    hop = FirstHop(form.format(port=canary.port), wire.files)
    async with httpx.AsyncClient(transport=hop) as files:
        came = await download(replace(wire, files=files), "https://cdn.test/image.png")

    assert canary.heads == []
    assert isinstance(came, Failed)


@pytest.mark.parametrize("form", FORBIDDEN)
async def test_a_redirect_is_judged_by_its_text_before_it_is_followed(
    wire: Wire, form: str
) -> None:
    hop = FirstHop(form.format(port=1), wire.files)
    sandbox = open_wire(transport=hop)

    came = await download(sandbox, "https://cdn.test/image.png")

    assert isinstance(came, Failed)
    assert set(hop.hosts) <= {"cdn.test", *SPELLINGS}


async def test_the_canary_sings_when_it_may_be_reached(local: Wire, canary: Canary) -> None:
    canary.answers["/i.png"] = image(b"pixels")

    came = await download(local, f"http://localhost:{canary.port}/i.png?sig=1")
    again = await download(local, f"http://127.0.0.1:{canary.port}/i.png")

    assert isinstance(came, Failed)
    assert came.reason == "the address answers HTTP 404"
    assert again == Fetched(b"pixels")
    assert len(canary.heads) == 2


async def test_a_name_that_also_means_this_machine_is_refused(canary: Canary) -> None:
    wire = open_wire(resolver=Answers(["93.184.216.34", "127.0.0.1"]))
    came = await download(wire, f"https://cdn.test:{canary.port}/")
    await wire.aclose()

    assert came == Failed("the address leads to a number that is not public", gone=True)
    assert canary.heads == []


async def test_a_name_that_is_rebound_is_still_dialled_by_the_number_that_was_judged() -> None:
    resolver, dialled = Answers(["93.184.216.34"], ["127.0.0.1"]), Dialled()
    pinned = PinnedBackend(loopback=False, resolver=resolver, inner=dialled)

    with pytest.raises(httpcore.ConnectError, match="not dialled"):
        await pinned.connect_tcp("rebound.test", 443)
    with pytest.raises(GuardError, match="a number that is not public"):
        await pinned.connect_tcp("rebound.test", 443)

    assert dialled.numbers == ["93.184.216.34"]
    assert resolver.asked == 2


async def test_every_number_of_a_name_is_tried_in_order() -> None:
    dialled = Dialled()
    names = Answers(["93.184.216.34", "93.184.216.35", "93.184.216.34"])
    pinned = PinnedBackend(loopback=False, resolver=names, inner=dialled)

    with pytest.raises(httpcore.ConnectError, match="not dialled"):
        await pinned.connect_tcp("cdn.test", 443)

    assert dialled.numbers == ["93.184.216.34", "93.184.216.35"]


async def test_a_name_without_numbers_may_have_one_later() -> None:
    wire = open_wire(resolver=Answers([]))
    came = await download(wire, "https://cdn.test/")
    await wire.aclose()

    assert came == Failed("no connection: the name has no address", gone=False)


async def test_the_server_is_told_the_name_and_not_the_number(canary: Canary) -> None:
    wire = open_wire(loopback=True, resolver=Answers(["127.0.0.1"]))
    await download(wire, f"https://cdn.test:{canary.port}/")
    await download(wire, f"http://cdn.localhost:{canary.port}/")
    await wire.aclose()

    assert b"cdn.test" in canary.heads[0]
    assert f"Host: cdn.localhost:{canary.port}".encode() in canary.heads[1]


async def test_redirects_are_followed_three_times_and_no_further(
    local: Wire, canary: Canary
) -> None:
    canary.answers |= {f"/{hop}": redirect(f"/{hop + 1}") for hop in range(4)}
    canary.answers["/4"] = image(b"pixels")

    three = await download(local, f"http://127.0.0.1:{canary.port}/1")
    four = await download(local, f"http://127.0.0.1:{canary.port}/0")

    assert three == Fetched(b"pixels")
    assert four == Failed("the address redirects more than 3 times", gone=True)


async def test_a_redirect_from_https_to_http_is_refused(local: Wire, canary: Canary) -> None:
    hop = FirstHop(f"http://127.0.0.1:{canary.port}/", local.files)
    async with httpx.AsyncClient(transport=hop) as files:
        came = await download(replace(local, files=files), "https://cdn.test/image.png")

    assert came == Failed("the address redirects from https to http", gone=True)
    assert canary.heads == []


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        (b"HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n", True),
        (b"HTTP/1.1 410 No\r\ncontent-length: 0\r\n\r\n", True),
        (b"HTTP/1.1 429 No\r\ncontent-length: 0\r\n\r\n", False),
        (b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n", False),
        (image(b"half", length=99), False),
        (image(b"x" * 2000), True),
    ],
)
async def test_a_failure_says_whether_asking_again_may_help(
    local: Wire, canary: Canary, answer: bytes, *, gone: bool
) -> None:
    canary.answers["/i.png"] = answer
    small = replace(local, fetch=replace(FETCH, largest_bytes=1000))

    came = await download(small, f"http://127.0.0.1:{canary.port}/i.png")

    assert isinstance(came, Failed)
    assert came.gone is gone


async def test_no_key_and_no_cookie_goes_to_a_file_host(local: Wire, canary: Canary) -> None:
    canary.answers["/i.png"] = image(b"pixels").replace(b"OK\r\n", b"OK\r\nset-cookie: a=1\r\n")

    await download(local, f"http://127.0.0.1:{canary.port}/i.png")
    await download(local, f"http://127.0.0.1:{canary.port}/i.png")

    said = b"".join(canary.heads).lower()
    assert b"authorization" not in said
    assert b"cookie" not in said
    assert said.count(b"accept-encoding: identity") == 2


@pytest.mark.parametrize(
    ("url", "reason"),
    [
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
    ],
)
async def test_a_refusal_says_why(url: str, reason: str) -> None:
    with pytest.raises(GuardError, match=reason):
        check(url, loopback=False)


async def test_with_the_api_on_this_machine_any_of_its_names_and_ports_will_do() -> None:
    urls = [
        "http://localhost:8000/i",
        "http://127.0.0.1:9/i",
        "http://[::1]:9/i",
        "https://a.test/",
    ]

    assert [str(check(url, loopback=True)) for url in urls] == urls
    with pytest.raises(GuardError, match="does not begin with https://"):
        check("http://a.test/", loopback=True)


@given(st.text())
@settings(deadline=None)
def test_no_text_gets_past_the_policy_but_an_https_address(text: str) -> None:
    with suppress(GuardError):
        assert check(text, loopback=False).scheme == "https"


@given(st.ip_addresses(v=4))
@settings(deadline=None)
def test_an_ipv4_address_in_ipv6_clothes_is_never_allowed(number: object) -> None:
    assert not allowed(f"::ffff:{number}", loopback=False)
    assert not allowed(f"64:ff9b::{number}", loopback=False)


@given(st.ip_addresses())
@settings(deadline=None)
def test_what_is_allowed_is_public_unicast(number: object) -> None:
    mine = is_loopback(str(number))

    assert not (mine and allowed(str(number), loopback=False))
    assert allowed(str(number), loopback=True) is (mine or allowed(str(number), loopback=False))


@pytest.mark.parametrize("number", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450::1"])
def test_a_public_number_is_allowed(number: str) -> None:
    assert allowed(number, loopback=False)


@pytest.mark.parametrize("text", ["", "localhost", "fe80::1%eth0", "127.1", "1.2.3.4.5", "::g"])
def test_what_is_no_number_is_not_allowed(text: str) -> None:
    assert not allowed(text, loopback=False)
