"""Answers without end, and ones that unfold; how much memory and time they cost, in a child.

    python -m tests.attack.without_end

prints a line for each: by which client it was read, what was said, the seconds, and the megabytes
of memory that were needed so far beyond those of the client itself. What is measured is
`ru_maxrss`, which only grows; so the light ones come first, in a process for each client.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import resource
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from imagelab.providers.download import download
from imagelab.providers.steps import Send
from imagelab.providers.wire import FETCH, PAY, Exchange, Wire, exchange, open_wire

SECONDS = 20.0  # an exchange has, where it has minutes otherwise
DRIP_SECONDS = 1.0  # one that only time can end
DRIPS = ("byte by byte", "a head byte by byte", "hints without end")
NAMES = (
    "byte by byte",
    "a head byte by byte",
    "hints without end",
    "a head without end",
    "300 MB in gzip in gzip",
    "300 MB in gzip",
    "300 MB in deflate",
    "60 MB of nothing in gzip",
    "without end",
    "in chunks without end",
    "of ten gigabytes",
)
UNFOLDED = 300  # megabytes
_OK = b"HTTP/1.1 200 OK\r\n"
_MEGABYTE = bytes(1_000_000)

ROOT = Path(__file__).parents[2]

Say = Callable[[socket.socket], None]


def _endless(head: bytes, piece: bytes, pause: float = 0.0) -> Say:
    def say(line: socket.socket) -> None:
        line.sendall(head)
        while True:
            line.sendall(piece)
            time.sleep(pause)

    return say


def _packed(coding: bytes, body: bytes) -> Say:
    head = _OK + b"content-encoding: %b\r\ncontent-length: %d\r\n\r\n" % (coding, len(body))
    return lambda line: line.sendall(head + body)


def _bomb(times: int, wbits: int = 31) -> bytes:
    packing = zlib.compressobj(9, wbits=wbits)
    packed = b"".join(packing.compress(_MEGABYTE) for _ in range(UNFOLDED)) + packing.flush()
    for _ in range(times - 1):
        packed = gzip.compress(packed)
    return packed


def _answers() -> dict[str, Say]:
    chunk = b"%x\r\n%b\r\n" % (len(_MEGABYTE), _MEGABYTE)
    return {
        "byte by byte": _endless(_OK + b"content-length: 1000000\r\n\r\n", b"x", 0.02),
        "a head byte by byte": _endless(_OK + b"x-more: ", b"x", 0.02),
        "hints without end": _endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000),
        "a head without end": _endless(_OK, b"x-more: " + b"x" * 120_000 + b"\r\n"),
        "300 MB in gzip in gzip": _packed(b"gzip, gzip", _bomb(2)),
        "300 MB in gzip": _packed(b"gzip", _bomb(1)),
        "300 MB in deflate": _packed(b"deflate", _bomb(1, 15)),
        "60 MB of nothing in gzip": _packed(b"gzip", gzip.compress(bytes(60_000_000))),
        "without end": _endless(_OK + b"\r\n", _MEGABYTE),
        "in chunks without end": _endless(_OK + b"transfer-encoding: chunked\r\n\r\n", chunk),
        "of ten gigabytes": _endless(_OK + b"content-length: 10000000000\r\n\r\n", _MEGABYTE),
    }


@contextmanager
def serving() -> Iterator[int]:
    """The port where each of them is said, by the path that is its number."""
    answers = _answers()
    said = [answers[name] for name in NAMES]
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(line: socket.socket) -> None:
        with suppress(OSError), line:
            path = line.recv(65_536).split(b" ")[1]
            said[int(path[1:])](line)

    def listen() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                threading.Thread(target=talk, args=(line,), daemon=True).start()

    listening = threading.Thread(target=listen)
    listening.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    listening.join()


@dataclass(frozen=True)
class Came:
    """What one of them came to."""

    answer: str
    client: str
    said: str
    seconds: float
    megabytes: float


def measured() -> list[Came]:
    """All of them, read by the client for files and by the one that pays."""
    with serving() as port, ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda client: _measured(port, client), ("files", "paying"))
        return [came for each in found for came in each]


def _measured(port: int, client: str) -> list[Came]:
    command = [sys.executable, "-m", "tests.attack.without_end", client, str(port)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd=ROOT)
    return [Came(**found) for found in json.loads(ran.stdout)]


async def _read_all(client: str, port: int) -> list[Came]:
    wire = open_wire(loopback=True)
    await download(wire, "http://127.0.0.1:1/")  # what the client itself needs
    before, found = _memory(), []
    for number, name in enumerate(NAMES):
        began = time.monotonic()
        seconds = DRIP_SECONDS if name in DRIPS else SECONDS
        said = await _read(wire, client, f"http://127.0.0.1:{port}/{number}", seconds)
        took, memory = time.monotonic() - began, _memory() - before
        found.append(Came(name, client, said, round(took, 2), round(memory, 1)))
    await wire.aclose()
    return found


async def _read(wire: Wire, client: str, url: str, seconds: float) -> str:
    if client == "files":
        quick = replace(wire, fetch=replace(FETCH, total_s=seconds))
        return str(await download(quick, url))
    came = Exchange()
    await exchange(wire.paying, Send("POST", url), replace(PAY, total_s=seconds), came)
    return came.trouble or f"{len(came.data)} bytes"


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    """One of them for a parent, or a line for each."""
    if len(sys.argv) > 1:
        client, port = sys.argv[1:]
        found = asyncio.run(_read_all(client, int(port)))
        print(json.dumps([asdict(came) for came in found]))  # noqa: T201 - a command talks
        return
    for came in measured():
        print(*asdict(came).values(), sep=" | ")  # noqa: T201 - a command talks


if __name__ == "__main__":
    main()
