"""The vendors in the box, each test with a book of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagelab.sandbox import encode
from imagelab.sandbox.book import Book, Charge
from imagelab.sandbox.faults import Faults
from imagelab.sandbox.transport import SandboxTransport

Exchange = Callable[..., httpx.Response]
Bill = Callable[[], list[Charge]]


@pytest.fixture(autouse=True)
def _painted_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time: that equal bodies give equal pictures is what some tests are about."""
    monkeypatch.delenv(encode.SKETCH)
    monkeypatch.setattr(encode, "_rendered", encode._rendered.__wrapped__)


@pytest.fixture
def book_file(tmp_path: Path) -> Path:
    return tmp_path / "book.db"


@pytest.fixture
def bill(book_file: Path) -> Bill:
    return lambda: Book(book_file).bill()


@pytest.fixture
def exchange(book_file: Path) -> Exchange:
    """One exchange over a new transport each time: whatever is remembered is in the book."""

    def send(
        method: str,
        url: str,
        *,
        key: str | None = "sandbox",
        fault: str | None = None,
        pace: float = 0.0,
        **more: Any,
    ) -> httpx.Response:
        faults = Faults({fault: 1}) if fault else None
        transport = SandboxTransport(book_file, pace=pace, faults=faults)
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return asyncio.run(_sent(transport, headers, method, url, more))

    return send


@pytest.fixture
def openai(exchange: Exchange) -> Exchange:
    """Posts to the image API of OpenAI, "generations" or "edits"."""

    def post(path: str, **more: Any) -> httpx.Response:
        return exchange("POST", f"https://api.openai.com/v1/images/{path}", **more)

    return post


@pytest.fixture
def runware(exchange: Exchange) -> Exchange:
    """Posts tasks to Runware."""

    def post(*tasks: dict[str, Any], **more: Any) -> httpx.Response:
        return exchange("POST", "https://api.runware.ai/v1", json=tasks, **more)

    return post


@pytest.fixture
def cloudflare(exchange: Exchange) -> Exchange:
    """Runs a model at Cloudflare, under an account of the right form."""
    account = "0123456789abcdef0123456789abcdef"

    def post(**more: Any) -> httpx.Response:
        url = f"https://api.cloudflare.com/client/v4/accounts/{account}/ai/run"
        return exchange("POST", url, **more)

    return post


@pytest.fixture
def download(exchange: Exchange) -> Exchange:
    """Reads a result's address, without a key."""

    def read(url: str, **more: Any) -> httpx.Response:
        return exchange("GET", url, key=None, **more)

    return read


async def _sent(
    transport: SandboxTransport,
    headers: dict[str, str],
    method: str,
    url: str,
    more: dict[str, Any],
) -> httpx.Response:
    async with httpx.AsyncClient(transport=transport, headers=headers) as client:
        return await client.request(method, url, **more)
