"""All vendors in one street of this machine: the sandbox behind a real socket, for labs in real mode.

Every address they give out leads back here, and `heard` has all that was said to any of them.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from imagelab.sandbox.faults import Faults
from imagelab.sandbox.transport import SandboxTransport

BASES = {
    "OPENAI_BASE_URL": "api.openai.com/v1",
    "RUNWARE_BASE_URL": "api.runware.ai/v1",
    "CLOUDFLARE_BASE_URL": "api.cloudflare.com/client/v4",
    "APIFRAME_BASE_URL": "api.apiframe.ai/v2",
    "OXEN_BASE_URL": "hub.oxen.ai/api",
}
ECHO = "echo"  # a refusal that repeats the key in all its words
SILENT_SECONDS = 3
_OURS = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}


class Street:
    """`strike` names what goes wrong with the next paying POST, as the sandbox's faults do."""

    def __init__(self, book: Path) -> None:
        self._faults = Faults()
        self._sandbox = SandboxTransport(book, pace=0, faults=self._faults)
        self.echoes = False
        self.heard: list[tuple[str, str, dict[str, str]]] = []
        street = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                street.serve(self, self.rfile.read(int(self.headers.get("content-length") or 0)))

            def do_GET(self) -> None:
                street.serve(self, b"")

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def bases(self) -> dict[str, str]:
        """The variables that lead a lab here."""
        return {name: f"{self.origin}/{base}" for name, base in BASES.items()}

    def strike(self, fault: str) -> None:
        self.echoes = fault == ECHO
        self._faults._left = {} if self.echoes or not fault else {fault: 1}

    def serve(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.heard.append((handler.command, handler.path, headers))
        if self.echoes and handler.command == "POST":
            return self._send(handler, 401, _echo(headers), "application/json")
        if handler.path.endswith("/api/events"):
            return self._send(handler, 404, b"", "text/plain")
        try:
            reply, text = asyncio.run(self._asked(handler, headers, body))
        except httpx.ReadTimeout:
            threading.Event().wait(SILENT_SECONDS)
            return self._reset(handler)
        except httpx.HTTPError:
            return self._reset(handler)
        text = text.replace(b"https://", f"{self.origin}/".encode())
        return self._send(handler, reply.status_code, text, reply.headers.get("content-type", ""))

    async def _asked(
        self, handler: BaseHTTPRequestHandler, headers: dict[str, str], body: bytes
    ) -> tuple[httpx.Response, bytes]:
        kept = {name: value for name, value in headers.items() if name not in _OURS}
        request = httpx.Request(
            handler.command, f"https:/{handler.path}", headers=kept, content=body
        )
        reply = await self._sandbox.handle_async_request(request)
        return reply, await reply.aread()

    def _send(self, handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str) -> None:
        with suppress(OSError):
            handler.send_response(status)
            handler.send_header("content-type", kind)
            handler.send_header("content-length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

    def _reset(self, handler: BaseHTTPRequestHandler) -> None:
        linger = struct.pack("ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        handler.close_connection = True

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        asyncio.run(self._sandbox.aclose())


@contextmanager
def street(book: Path) -> Iterator[Street]:
    """The vendors, gone at the end."""
    opened = Street(book)
    yield opened
    opened.stop()


def _echo(headers: dict[str, str]) -> bytes:
    key = headers.get("x-api-key") or headers.get("authorization", "").partition(" ")[2]
    said = f"the key {key} is not known here"
    one = {"message": said, "code": "invalid_api_key", "title": said, "type": "x"}
    return json.dumps({"error": one, "errors": [one], "message": said, "success": False}).encode()
