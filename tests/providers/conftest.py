"""A vendor on this machine, the wires that lead to it, and the tape a flow is played with."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from imagelab.providers.wire import Wire, open_wire
from tests.providers.acme import Acme
from tests.providers.diary import Diary
from tests.providers.vendor import Vendor, listening


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    async with listening() as here:
        yield here


@pytest.fixture
async def elsewhere() -> AsyncIterator[Vendor]:
    async with listening() as here:
        yield here


@pytest.fixture
def nobody() -> Iterator[Vendor]:
    """A port that is taken, and where nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        yield Vendor(closed.getsockname()[1])


@pytest.fixture(params=[True, False], ids=["direct", "httpx"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[Wire]:
    """For an API on this machine, over either transport; every wait is a thousandth of itself."""
    opened = open_wire(loopback=True, pace=0.001, direct=request.param)
    yield opened
    await opened.aclose()


@pytest.fixture
async def public_wire() -> AsyncIterator[Wire]:
    """For an API out in the world, so nothing on this machine may be reached."""
    opened = open_wire()
    yield opened
    await opened.aclose()


@pytest.fixture
def diary(vendor: Vendor) -> Diary:
    return Diary(vendor)


@pytest.fixture
def acme(vendor: Vendor, wire: Wire, diary: Diary) -> Acme:
    return Acme(vendor, wire, diary)
