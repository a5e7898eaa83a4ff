"""The routes: what a view asks of a catalog, answered by Jupyter's server; they only read.

Everyone who asks has logged in, comes from this server's own pages or with its token, and
names a catalog by a pointer: no path, no file name and no SQL is taken from a request.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError, authenticated

from imagelab import clock
from imagelab.catalog.stamps import settled_stamp, stamp
from imagelab.errors import ImagelabError, RequestError, as_words
from imagelab.jupyter.reading_room import NotServedError, ReadingRoom

ASK_CHARACTERS = 16_384  # the longest question names 120 ids
POLL_SECONDS, LONGEST_POLL_SECONDS = 0.5, 25.0
POLLS_AT_ONCE = 64  # one a page and catalog; the rest is told to come back
IDLE_SECONDS = 60.0
_THREADS = 4

T = TypeVar("T")
Route = tuple[str, type[APIHandler], dict[str, Any]]


def routes(base_url: str, room: ReadingRoom) -> list[Route]:
    """The routes as tornado takes them, under the server's base URL."""
    start = re.escape(url_path_join(base_url, "imagelab/api")) + "/([^/]+)/"
    desk = {"desk": Desk(room)}
    return [(start + "changes", Changes, desk), (start + "([^/]+)", Answers, desk)]


class Desk:
    """Where the handlers hand in their questions: the room, and the threads that read in it.

    SQLite's connections are one a thread, so the threads are few and of their own.
    """

    def __init__(self, room: ReadingRoom, idle_seconds: float = IDLE_SECONDS) -> None:
        self.room = room
        self.polls = 0
        self._idle_seconds = idle_seconds
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="imagelab-read")
        self._tidies = False

    def read(self, work: Callable[..., T], *given: object) -> asyncio.Future[T]:
        """Have something read on a thread; what still waits there can be cancelled."""
        if not self._tidies:
            self._tidy()
        return asyncio.get_running_loop().run_in_executor(self._threads, work, *given)

    def _tidy(self) -> None:
        """Come back for what is idle by then, for as long as anything is open."""
        self._tidies = True
        asyncio.get_running_loop().call_later(self._idle_seconds, self._tidied)

    def _tidied(self) -> None:
        self._threads.submit(self.room.close_idle, self._idle_seconds)
        self._tidies = False
        if self.room.has_open:
            self._tidy()


class _Handler(APIHandler):
    """A question to the desk, given up when whoever asked it goes away."""

    auth_resource = "imagelab"
    _asking: asyncio.Future[Any] | None = None
    _quiet = False

    def initialize(self, desk: Desk) -> None:
        self._desk = desk

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Cache-Control", "private, no-store")

    def compute_etag(self) -> None:
        """None: nobody keeps an answer, and hashing megabytes would hold the server up."""

    def on_connection_close(self) -> None:
        super().on_connection_close()
        if self._asking:
            self._asking.cancel()

    async def answer(self, asking: Awaitable[T]) -> T | None:
        """What it comes to; None where nobody waits for it any more."""
        self._asking = asked = asyncio.ensure_future(asking)
        try:
            return await asked
        except asyncio.CancelledError:
            return None
        except NotServedError as error:
            raise HTTPError(404, str(error)) from error
        except ImagelabError as error:
            self._quiet = True
            self.set_status(400)
            self.finish(json.dumps(as_words(error)))
            return None

    def _log(self) -> None:
        # A search that is half typed is asked about at every key; it is no news for the server's log.
        if not self._quiet:
            super()._log()


class Answers(_Handler):
    """One question of a view, answered with a parcel: a header and what belongs to it."""

    @authenticated
    @authorized
    async def get(self, pointer: str, name: str) -> None:
        self.check_xsrf_cookie()
        parcel = await self.answer(self._parcel(pointer, name))
        if parcel is not None:
            self.finish(parcel, set_content_type="application/octet-stream")

    async def _parcel(self, pointer: str, name: str) -> bytes:
        asked = _asked(self.get_query_argument("ask", "{}"))
        return await self._desk.read(self._desk.room.answer, pointer, name, asked)


class Changes(_Handler):
    """A poll that is answered when the catalog is not in the state the view knows any more."""

    _track_activity = False  # a page left open is nobody at work

    @authenticated
    @authorized
    async def get(self, pointer: str) -> None:
        self.check_xsrf_cookie()
        if self._desk.polls >= POLLS_AT_ONCE:
            raise HTTPError(429, "too many views wait for changes")
        self._desk.polls += 1
        try:
            state = await self.answer(self._changed(pointer, self.get_query_argument("since", "")))
        finally:
            self._desk.polls -= 1
        if state is not None:
            self.finish(json.dumps({"stamp": state}))

    async def _changed(self, pointer: str, since: str) -> str:
        path: Path = await self._desk.read(self._desk.room.path, pointer)
        deadline = clock.monotonic() + LONGEST_POLL_SECONDS
        while settled_stamp(path) == since and clock.monotonic() < deadline:  # noqa: ASYNC110 - other processes commit, and set no event
            await asyncio.sleep(POLL_SECONDS)
        return await self._desk.read(stamp, path)


def _asked(text: str) -> dict[str, Any]:
    if len(text) > ASK_CHARACTERS:
        raise RequestError(f"ask has {len(text)} characters; it may have {ASK_CHARACTERS}")
    try:
        asked = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise RequestError(f'ask={text[:60]!r} is not a JSON object, such as {{"id": 206}}')
    return asked


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)  # NaN and Infinity are not JSON
