"""The Jupyter server's extension: routes that answer for a catalog while its kernel is busy."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from tornado.web import Application

from imagelab.jupyter.desk import Room
from imagelab.jupyter.routes import routes


class Server(Protocol):
    """What is asked of Jupyter's server; its own class takes seconds to import."""

    web_app: Application
    base_url: str
    runtime_dir: str
    root_dir: str


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Server) -> None:
    def opened() -> Room:
        from imagelab.jupyter.reading_room import ReadingRoom  # noqa: PLC0415 - a starting server does not wait for it

        return ReadingRoom(Path(server.runtime_dir), Path(server.root_dir))

    server.web_app.add_handlers(".*$", routes(server.base_url, opened))
