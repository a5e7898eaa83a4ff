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
from imagelab.errors import RequestError
from imagelab.providers.account_id import shown_base
from imagelab.providers.cloudflare import PROVIDER as CLOUDFLARE
from imagelab.providers.code import as_curl, as_python, file_name, paying
from imagelab.providers.openai import PROVIDER as OPENAI
from imagelab.providers.provider import Provider
from imagelab.providers.runware import PROVIDER as RUNWARE
from imagelab.providers.steps import Pay, Send

PROMPT = 'it\'s a "fox" $HOME `id` @den \\ é'
FOX = Input("ab" * 32, "input", b"\x89PNG fox", "png", 8, 8)
TASK = "3d582d50-3e2b-47b2-bd02-839f962a7b38"
POLL_S = 0.01  # a listener asked to stop does so this soon

EACH_PROVIDER = pytest.mark.parametrize(
    "provider", [OPENAI, RUNWARE, CLOUDFLARE], ids=["openai", "runware", "cloudflare"]
)
ACCOUNT = "0123456789abcdef0123456789abcdef"
GATEWAY = {"cf-aig-max-attempts": "1", "cf-aig-skip-cache": "true"}
WITH_AND_WITHOUT_IMAGES = pytest.mark.parametrize("inputs", [(), (FOX,)], ids=["words", "images"])
Heard = list[tuple[dict[str, str], bytes]]


class Listener(BaseHTTPRequestHandler):
    heard: Heard

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {k.lower(): v for k, v in self.headers.items()} | {":path": self.path}
        self.heard.append((headers, body))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, Heard]]:
    heard: Heard = []
    handler = type("Handler", (Listener,), {"heard": heard})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(POLL_S,)).start()
        yield f"http://127.0.0.1:{listening.server_port}/v1", heard
        listening.shutdown()


@pytest.mark.parametrize("written", [as_python, as_curl])
@EACH_PROVIDER
@WITH_AND_WITHOUT_IMAGES
def test_no_key_and_no_image_is_in_the_code(
    provider: Provider, inputs: tuple[Input, ...], written: Callable[[Send, str], str]
) -> None:
    send = _send(provider, "https://api.example/v1", inputs)

    code = written(send, provider.key_variable)

    assert "sk-CANARY" not in code
    assert provider.key_variable in code
    assert "iVBORw" not in code
    assert (file_name(FOX) in code) == bool(inputs)


@EACH_PROVIDER
@WITH_AND_WITHOUT_IMAGES
def test_the_python_script_sends_what_the_flow_would(
    provider: Provider, inputs: tuple[Input, ...], tmp_path: Path, server: tuple[str, Heard]
) -> None:
    base, heard = server
    send = _send(provider, base, inputs)

    script = as_python(send, provider.key_variable)
    _run([sys.executable, "-c", script], provider, tmp_path)

    _assert_same(heard, send)


@pytest.mark.skipif(shutil.which("curl") is None, reason="this machine has no curl")
@EACH_PROVIDER
@WITH_AND_WITHOUT_IMAGES
def test_the_shell_command_sends_what_the_flow_would(
    provider: Provider, inputs: tuple[Input, ...], tmp_path: Path, server: tuple[str, Heard]
) -> None:
    base, heard = server
    send = _send(provider, base, inputs)

    command = as_curl(send, provider.key_variable)
    _run(["sh", "-c", command], provider, tmp_path)

    _assert_same(heard, send)


@EACH_PROVIDER
def test_the_paying_post_of_a_call_can_be_seen_without_sending(provider: Provider) -> None:
    send = paying(provider, _call(provider, ()), "https://api.example/v1")

    assert send.url.startswith("https://api.example/v1")
    assert send.headers["Authorization"] == f"Bearer {provider.key_variable}"
    beside = {"cf-aig-metadata": '{"imagelab":"0190-u"}', **GATEWAY}
    rest = {name: told for name, told in send.headers.items() if name != "Authorization"}
    assert rest == (beside if provider is CLOUDFLARE else {})


@pytest.mark.skipif(shutil.which("curl") is None, reason="this machine has no curl")
@pytest.mark.parametrize("shell", [False, True], ids=["python", "curl"])
def test_an_account_in_the_address_is_read_from_its_variable(
    tmp_path: Path, server: tuple[str, Heard], monkeypatch: pytest.MonkeyPatch, *, shell: bool
) -> None:
    base, heard = server
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", ACCOUNT)
    send = paying(CLOUDFLARE, _call(CLOUDFLARE, (FOX,)), shown_base(CLOUDFLARE, base))

    written = (as_curl if shell else as_python)(send, CLOUDFLARE.key_variable)
    _run([*(["sh"] if shell else [sys.executable]), "-c", written], CLOUDFLARE, tmp_path)

    _assert_same(heard, send)
    assert heard[0][0][":path"] == f"/v1/accounts/{ACCOUNT}/ai/run"
    assert GATEWAY.items() <= heard[0][0].items()


def test_what_cannot_be_sent_is_refused_when_it_is_looked_at() -> None:
    call = _call(OPENAI, ())
    odd = replace(call, request=replace(call.request, params=Params(input_fidelity="high")))

    with pytest.raises(RequestError, match="only with images="):
        paying(OPENAI, odd, "https://api.example/v1")


def _send(provider: Provider, base: str, inputs: tuple[Input, ...]) -> Send:
    step = next(provider.generate(_call(provider, inputs), "sk-CANARY", base))
    assert isinstance(step, Pay)
    return step.send


def _call(provider: Provider, inputs: tuple[Input, ...]) -> Call:
    native = next(offer.native for offer in provider.offers if offer.default)
    params = Params(size="1024x1024", quality="low")
    request = Request(provider.name, native, native, PROMPT, params, 1, inputs)
    return Call("0190-u", TASK, request, 1)


def _run(command: list[str], provider: Provider, folder: Path) -> None:
    (folder / file_name(FOX)).write_bytes(FOX.data)
    environment = {**os.environ, provider.key_variable: "sk-CANARY", "NO_PROXY": "127.0.0.1"}
    subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True, timeout=60
    )


def _assert_same(heard: Heard, send: Send) -> None:
    [(headers, body)] = heard
    assert send.body is not None
    kind, content = send.body.content()
    assert headers["authorization"] == "Bearer sk-CANARY"
    if kind == "application/json":
        assert headers["content-type"] == kind
        assert json.loads(body) == json.loads(content)
    else:
        assert headers["content-type"].startswith("multipart/form-data")
        assert _parts(body, headers["content-type"]) == _parts(content, kind)


def _parts(body: bytes, kind: str) -> list[tuple[bytes, bytes]]:
    """Each part's field name and content, whatever else its headers say."""
    boundary = kind.partition("boundary=")[2].encode()
    parts = [part.strip(b"\r\n-").partition(b"\r\n\r\n") for part in body.split(boundary)]
    named = [(head.partition(b'name="')[2].partition(b'"')[0], text) for head, _, text in parts]
    return sorted((name, text) for name, text in named if name)
