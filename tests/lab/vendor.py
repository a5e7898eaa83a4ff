"""A server on this machine that speaks OpenAI's API, for labs in real mode."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

USAGE = {
    "input_tokens": 10,
    "input_tokens_details": {"text_tokens": 10, "image_tokens": 0},
    "output_tokens": 272,
    "total_tokens": 282,
}
Answer = Callable[["Vendor"], tuple[int, object]]


def picture(colour: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "PNG")
    return file.getvalue()


def coded(vendor: Vendor) -> tuple[int, object]:
    del vendor
    one = {"b64_json": base64.b64encode(picture()).decode()}
    return 200, {"created": 1, "data": [one], "size": "1024x1024", "usage": USAGE}


def by_address(vendor: Vendor) -> tuple[int, object]:
    return 200, {"created": 1, "data": [{"url": f"{vendor.origin}/result.png"}], "usage": USAGE}


class Vendor:
    """A server on this machine that speaks OpenAI's API, and gives pictures by GET."""

    def __init__(self) -> None:
        self.answer: Answer = coded
        self.speaks = "application/json"
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.tell(body)
                status, document = vendor.answer(vendor)
                text = document if isinstance(document, bytes) else json.dumps(document).encode()
                self.reply(status, text, vendor.speaks)

            def do_GET(self) -> None:
                self.tell(b"")
                self.reply(200, picture("red"), "image/png")

            def tell(self, body: bytes) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                vendor.asked.append((self.command, self.path, headers, body))

            def reply(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
