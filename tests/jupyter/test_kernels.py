from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from tests.jupyter.server import Server

OPEN = """
import pathlib, time
import imagelab as il
lab = il.open({!r}, sandbox=True)
print("pointer", lab._engine.pointer(), flush=True)
"""
BUSY = """
print("busy", flush=True)
while not pathlib.Path({!r}).exists():
    time.sleep(0.01)
"""


class Kernel:
    """A kernel that the server started, as it does for a notebook."""

    def __init__(self, server: Server) -> None:
        self._server = server
        started = server.client.post("api/kernels", json={"name": "python3"})
        self._address = f"api/kernels/{started.json()['id']}"
        self._line = BlockingKernelClient()
        self._line.load_connection_file(str(server.runtime / f"kernel-{started.json()['id']}.json"))
        self._line.start_channels(hb=False)  # a beat that is late on a busy machine is no death
        self._line.wait_for_ready(timeout=60)

    def first_words(self, code: str, after: str) -> list[str]:
        """The words of the line that a cell prints and that begins so; the cell may go on."""
        cell, printed = self._line.execute(code), ""
        while not (line := re.search(f"^{after}.*\n", printed, re.MULTILINE)):
            told = self._line.get_iopub_msg(timeout=60)
            assert told["msg_type"] != "error", told["content"]
            if told["parent_header"].get("msg_id") == cell:
                printed += told["content"].get("text", "")
        return line[0].split()

    def shut_down(self) -> None:
        """End it as the menu does."""
        self._line.stop_channels()
        self._server.client.delete(self._address)


@pytest.fixture
def kernel(server: Server) -> Iterator[Kernel]:
    started = Kernel(server)
    yield started
    started.shut_down()


def test_a_view_is_answered_while_its_kernel_is_busy(
    server: Server, kernel: Kernel, changing: Path, tmp_path: Path
) -> None:
    _, pointer = kernel.first_words(OPEN.format(str(changing)), "pointer")
    kernel.first_words(BUSY.format(str(tmp_path / "free")), "busy")

    answered = server.ask(pointer, "page", {"pictures": True})

    (tmp_path / "free").touch()
    assert answered.status_code == 200
    assert b'"total":1' in answered.content


def test_closing_the_lab_takes_its_pointer_away(
    server: Server, kernel: Kernel, changing: Path
) -> None:
    _, pointer = kernel.first_words(OPEN.format(str(changing)), "pointer")

    told = kernel.first_words("lab.close(); print('closed', repr(lab._engine.pointer()))", "closed")

    assert told == ["closed", "''"]
    assert server.ask(pointer, "count").status_code == 404


def test_a_kernel_that_is_shut_down_takes_its_pointers_with_it(
    server: Server, changing: Path
) -> None:
    kernel = Kernel(server)
    _, pointer = kernel.first_words(OPEN.format(str(changing)), "pointer")

    kernel.shut_down()

    assert server.ask(pointer, "count").status_code == 404
