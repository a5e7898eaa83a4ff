from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from imagelab.domain.params import Params
from imagelab.domain.request import Call, Input, Request
from imagelab.providers.apiframe import PROVIDER as APIFRAME
from imagelab.providers.code import as_curl, as_python, file_name, paying, recipe_of
from imagelab.providers.openai import PROVIDER as OPENAI
from imagelab.providers.provider import Provider
from imagelab.providers.recipe import Recipe
from imagelab.providers.runware import PROVIDER as RUNWARE

PROMPT = 'it\'s a "fox" $HOME `id` curl '
FOX = Input("ab" * 32, "input", b"\x89PNG fox", "png", 8, 8)
DEN = Input("cd" * 32, "input", b"den", "jpeg", 8, 8)
TASK = "3d582d50-3e2b-47b2-bd02-839f962a7b38"
POLL_S = 0.01

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="this machine has no curl")
EACH_LANGUAGE = pytest.mark.parametrize("shell", [False, True], ids=["python", "curl"])


class Vendor(BaseHTTPRequestHandler):
    """Gives the replies of its path one after the other, the last again and again."""

    heard: list[tuple[str, dict[str, str], bytes]]
    replies: dict[str, list[Any]]

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["content-length"])))

    def do_GET(self) -> None:
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.heard.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        left = self.replies[self.path]
        told = json.dumps(left.pop(0) if len(left) > 1 else left[0], indent=1).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def vendor() -> Iterator[tuple[str, type[Vendor]]]:
    handler = type("Handler", (Vendor,), {"heard": [], "replies": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(POLL_S,)).start()
        yield f"http://127.0.0.1:{listening.server_port}/v2", handler
        listening.shutdown()


def call_of(provider: Provider, inputs: tuple[Input, ...] = (), n: int = 1) -> Call:
    offer, low = provider.offers[0], Params(quality="low")
    request = Request(provider.name, offer.model, offer.native, PROMPT, low, n, inputs)
    return Call("0190-u", TASK, request, n)


def run(provider: Provider, call: Call, base: str, folder: Path, *, in_shell: bool) -> str:
    """What the script of a call prints."""
    around = recipe_of(provider, call, base)
    assert around.asking
    quick = replace(around, asking=replace(around.asking, seconds=0.01))
    write: Callable[..., str] = as_curl if in_shell else as_python
    script = write(paying(provider, call, base), provider.key_variable, quick)
    for image in call.request.images:
        (folder / file_name(image)).write_bytes(image.data)
    command = ["sh", "-c", script] if in_shell else [sys.executable, "-c", script]
    environment = {**os.environ, provider.key_variable: "afk_1", "NO_PROXY": "127.0.0.1"}
    return subprocess.run(
        command, cwd=folder, env=environment, timeout=60, check=True, capture_output=True, text=True
    ).stdout


@EACH_LANGUAGE
def test_a_script_uploads_orders_and_asks_until_the_job_has_ended(
    vendor: tuple[str, type[Vendor]], tmp_path: Path, *, shell: bool
) -> None:
    base, heard = vendor[0], vendor[1].heard
    vendor[1].replies |= {
        "/v2/uploads": [{"id": "1", "url": f"{base}/u/1?s=1"}, {"id": "2", "url": f"{base}/u/2"}],
        "/v2/images/generate": [{"jobId": "j-1", "status": "QUEUED"}],
        "/v2/jobs/j-1": [{"status": "QUEUED"}, {"status": "PROCESSING"}, {"status": "COMPLETED"}],
    }

    said = run(APIFRAME, call_of(APIFRAME, (FOX, DEN, FOX)), base, tmp_path, in_shell=shell)

    paths = [path for path, *_ in heard]
    asked = ["/v2/jobs/j-1"] * 3
    assert [p for p in paths if p != "/v2/uploads"] == ["/v2/images/generate", *asked]
    assert {headers["x-api-key"] for _, headers, _ in heard} == {"afk_1"}
    posted = json.loads(next(body for path, _, body in heard if path.endswith("generate")))
    assert posted["prompt"] == PROMPT
    [first, second, again] = posted["gptImageParams"]["input_images"]
    assert (first, second) == (f"{base}/u/1?s=1", f"{base}/u/2")
    assert again in (first, second)
    assert json.loads(said) == {"status": "COMPLETED"}


@EACH_LANGUAGE
def test_a_script_repeats_the_key_of_its_call_so_that_running_it_twice_pays_once(
    vendor: tuple[str, type[Vendor]], tmp_path: Path, *, shell: bool
) -> None:
    vendor[1].replies["/v2/images/generate"] = [{"jobId": "j-1", "status": "COMPLETED"}]

    for _ in range(2):
        run(APIFRAME, call_of(APIFRAME), vendor[0], tmp_path, in_shell=shell)

    assert [headers["idempotency-key"] for _, headers, _ in vendor[1].heard] == [TASK, TASK]


def test_a_command_that_was_not_taken_on_asks_for_nothing(
    vendor: tuple[str, type[Vendor]], tmp_path: Path
) -> None:
    vendor[1].replies["/v2/images/generate"] = [{"error": "Insufficient credits"}]

    said = run(APIFRAME, call_of(APIFRAME), vendor[0], tmp_path, in_shell=True)

    assert len(vendor[1].heard) == 1
    assert "Insufficient credits" in said


@EACH_LANGUAGE
def test_a_task_is_asked_for_until_all_its_images_are_there(
    vendor: tuple[str, type[Vendor]], tmp_path: Path, *, shell: bool
) -> None:
    image = {"imageURL": "https://im.runware.ai/1.jpg", "status": "success"}
    vendor[1].replies["/v2"] = [
        {"data": [{"taskUUID": TASK}]},
        {"data": [image, {"status": "processing"}]},
        {"data": [image, image]},
    ]

    said = run(RUNWARE, call_of(RUNWARE, n=2), vendor[0], tmp_path, in_shell=shell)

    asked = [json.loads(body)[0]["taskType"] for _, _, body in vendor[1].heard]
    assert asked == ["imageInference", "getResponse", "getResponse"]
    assert json.loads(said) == {"data": [image, image]}


def test_who_answers_at_once_needs_nothing_around() -> None:
    assert recipe_of(OPENAI, call_of(OPENAI), "https://api.example/v1") == Recipe()
