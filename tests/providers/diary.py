"""A journal that writes down in what order it was called."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from imagelab.providers.steps import Head, Image, Reply, Send
from tests.providers.vendor import Vendor


@dataclass(slots=True)
class Diary:
    """Its `lines` tell what was made durable; `slow` seconds pass before each, or the disk is `full`."""

    vendor: Vendor = field(repr=False)
    lines: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    stream: bytes = b""
    images: dict[int, Image] = field(default_factory=dict)
    slow: float = 0
    full: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    staging: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    async def sent(self, send: Send, sha256: str) -> None:
        assert send.body is not None
        self.bodies.append(json.loads(send.body.record()))
        await self._write(f"sent {sha256[:8]} before {len(self.vendor.requests)}")

    async def partial(self, reply: Reply) -> None:
        if self.full:
            raise OSError("no space left")
        self.replies.append(reply)
        await self._write("partial")

    async def staged(self, reply: Reply) -> None:
        self.staging.set()
        self.replies.append(reply)
        await self._write("staged")

    async def accepted(self, remote: tuple[str, ...]) -> None:
        await self._write(f"accepted {','.join(remote)}")

    async def claimed(self, remote: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
        await self._write(f"claimed {','.join(remote)}")
        return remote if least <= len(remote) <= most else ()

    async def keep(self, index: int, image: Image) -> None:
        self.images[index] = image
        await self._write(f"keep {index}")

    async def streamed(self, head: Head, at: int, part: bytes, *, whole: bool) -> None:
        if self.full:
            raise OSError("no space left")
        assert at == len(self.stream)
        self.stream += part
        self.news.set()
        await self._write(f"streamed {head.status} {'events' if whole else 'a part'}")

    async def show(self, fraction: float | None, preview: bytes | None = None) -> None:
        await self._write(f"show {fraction}" + (f" {preview!r}" if preview else ""))

    async def _write(self, line: str) -> None:
        await asyncio.sleep(self.slow)
        self.lines.append(line)
        self.news.set()
