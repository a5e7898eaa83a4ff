"""The routes: what a view asks of a catalog, answered by Jupyter's server; they only read.

Everyone who asks has logged in, comes from this server's own pages or with its token, and
names a catalog by a pointer: no path, no file name and no SQL is taken from a request.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError, authenticated

from imagelab import clock
from imagelab.catalog.stamps import settled_stamp, stamp
from imagelab.errors import ImagelabError, RequestError, as_words
from imagelab.jupyter.desk import Desk, NotServedError, Room
from imagelab.widgets.modules import script, style

ASK_CHARACTERS = 16_384  # the longest question names 120 ids
PATH_CHARACTERS = 4_096
POLL_SECONDS, LONGEST_POLL_SECONDS = 0.5, 25.0
POLLS_AT_ONCE = 64  # one a page and catalog; the rest is told to come back

T = TypeVar("T")
Route = tuple[str, type[APIHandler], dict[str, Any]]


def routes(base_url: str, opened: Callable[[], Room]) -> list[Route]:
    """The routes as tornado takes them, under the server's base URL; the first question opens the room."""
    start = re.escape(url_path_join(base_url, "imagelab/api"))
    desk = {"desk": Desk(opened)}
    return [
        (start + "/sidebar", Sidebar, desk),
        (start + "/catalogs", Catalogs, desk),
        (start + "/([^/]+)/changes", Changes, desk),
        (start + "/([^/]+)/([^/]+)", Answers, desk),
    ]


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
        return await self._desk.read(lambda room: room.answer(pointer, name, asked))


class Catalogs(_Handler):
    """Which catalogs a sidebar may show: those beside its notebook, and those that kernels opened.

    The notebook's path is compared with what folders hold, and never opened.
    """

    @authenticated
    @authorized
    async def get(self) -> None:
        self.check_xsrf_cookie()
        notebook = self.get_query_argument("notebook", "")[:PATH_CHARACTERS]
        found = await self.answer(self._desk.read(lambda room: room.catalogs(notebook)))
        if found is not None:
            self.finish(json.dumps({"catalogs": found}))


class Sidebar(_Handler):
    """The sidebar's script and styles: the same modules as the views', from the same package."""

    @authenticated
    @authorized
    async def get(self) -> None:
        self.check_xsrf_cookie()
        view = await self.answer(self._desk.read(lambda _: sidebar_view()))
        if view is not None:
            self.finish(json.dumps(view))


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
        path = await self._desk.read(lambda room: room.path(pointer))
        deadline = clock.monotonic() + LONGEST_POLL_SECONDS
        while settled_stamp(path) == since and clock.monotonic() < deadline:  # noqa: ASYNC110 - other processes commit, and set no event
            await asyncio.sleep(POLL_SECONDS)
        return await self._desk.read(lambda _: stamp(path))


def sidebar_view() -> dict[str, str]:
    """What the page makes a sidebar of."""
    return {
        "script": script("sidebar.js"),
        "style": style("viewer.css", "gallery.css", "inspector.css", "sides.css", "sidebar.css"),
    }


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
