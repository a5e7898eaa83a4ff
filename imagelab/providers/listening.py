"""An account's stream of events, listened to while calls are under way: a wake-up, never the truth.

Nothing that comes of it is believed. It ends a wait early, and whoever waited asks again; a
stream that fails costs no more than that.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from imagelab.providers.discretion import quietly
from imagelab.providers.sse import Events, OverlongEventError, is_event_stream
from imagelab.providers.steps import Send

OPENING_S = 5.0  # for the stream to open; then what is to be paid is paid without it
# Vendors send a comment every fifteen seconds, so silence means that the line is dead.
TIMEOUT = httpx.Timeout(connect=10, read=45, write=10, pool=OPENING_S)
LARGEST_BYTES = 1_000_000  # of one event
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
REMEMBERED = 256  # events, for who begins to wait only after one came


@dataclass(slots=True)
class Ear:
    """One stream, opened for the first who listens and closed after the last.

    `pace` scales the pauses before it is opened again; `heard` counts the events so far.
    """

    client: httpx.AsyncClient
    send: Send
    pace: float
    heard: int = 0
    _listeners: int = 0
    _recent: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _rung: asyncio.Event = field(default_factory=asyncio.Event)
    _open: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    async def listen(self) -> None:
        """Listen from now on; returns once the stream is open, or does not open in time."""
        self._listeners += 1
        if self._task is None:
            self._task = asyncio.ensure_future(self._listen())
        with suppress(TimeoutError):
            async with asyncio.timeout(OPENING_S):
                await self._open.wait()

    def leave(self) -> None:
        """Listen no more."""
        self._listeners -= 1
        if self._listeners == 0 and self._task is not None:
            self._task.cancel()
            self._task = None
            self._open.clear()

    async def named(self, ids: tuple[str, ...], since: int) -> None:
        """Until one of the ids stands in an event later than the first `since`."""
        while not self._tells(ids, since):
            rung = self._rung
            await rung.wait()

    def _tells(self, ids: tuple[str, ...], since: int) -> bool:
        new = list(self._recent)[-(self.heard - since) :] if self.heard > since else []
        return any(each in event for event in new for each in ids)

    async def _listen(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            before = self.heard
            again = await self._once()
            self._open.set()  # whether it opened or not, nobody is to wait for it
            if not again:
                return
            pause = FIRST_PAUSE_S if self.heard > before else min(pause * 2, LONGEST_PAUSE_S)
            await asyncio.sleep(pause * self.pace)

    async def _once(self) -> bool:
        """Listen until the stream ends; False if it is not to be had at all."""
        headers = {
            **self.send.headers,
            "accept": "text/event-stream",
            "accept-encoding": "identity",
        }
        try:
            with quietly():
                async with self.client.stream(
                    self.send.method, self.send.url, headers=headers, timeout=TIMEOUT
                ) as response:
                    if not is_event_stream(response.headers.get("content-type", "")):
                        return response.status_code >= 500
                    self._open.set()
                    await self._read(response)
        except Exception as error:  # noqa: BLE001 - whatever ends it, the calls go on without
            return isinstance(error, httpx.TransportError | OverlongEventError)
        return True

    async def _read(self, response: httpx.Response) -> None:
        events = Events(largest_bytes=LARGEST_BYTES)
        async for part in response.aiter_bytes():
            for event in events.feed(part):
                self._recent.append(event.data)
                self.heard += 1
                rung, self._rung = self._rung, asyncio.Event()
                rung.set()
