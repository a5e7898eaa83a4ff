from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

import imagelab as il
from imagelab.sandbox.book import Book
from tests.executing import ThisInterpreter, execute

OPEN = "import imagelab as il\nlab = il.open('sandbox.db', sandbox=True, reuse={reuse})"
SLOW = {"IMAGELAB_SANDBOX_FAULT": "slow:9", "IMAGELAB_SANDBOX_PACE": "3"}  # three seconds a call
BRISK = {"IMAGELAB_SANDBOX_FAULT": "slow:9", "IMAGELAB_SANDBOX_PACE": "1"}


@dataclass
class Cell:
    text: str = ""
    error: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)
    updated: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    seconds: float = 0.0


class Kernel:
    """A real kernel, and the cells that are run in it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        # ipc: the messages stay on this machine, and no port has to be free.
        self.manager = KernelManager(
            kernel_name="here",
            kernel_spec_manager=ThisInterpreter(),
            transport="ipc",
            ip=str(folder / "k"),
        )
        surroundings = {**os.environ, **environment, "IPYTHONDIR": str(folder / "ipython")}
        self.manager.shutdown_wait_time = 20  # as long as a call in flight may take to come home
        self.manager.start_kernel(cwd=str(folder), env=surroundings)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=30)

    def begin(self, code: str) -> str:
        return str(self.client.execute(textwrap.dedent(code)))

    def end(self, request: str) -> Cell:
        cell, started = Cell(), time.monotonic()
        while True:
            message = self.client.get_iopub_msg(timeout=30)
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    cell.text += content["text"]
                case "error":
                    cell.error = f"{content['ename']}: {content['evalue']}"
                case "display_data" | "execute_result":
                    cell.shown.append(content["data"])
                case "update_display_data":
                    cell.updated.append((content["transient"]["display_id"], content["data"]))
                case "status" if content["execution_state"] == "idle":
                    cell.seconds = time.monotonic() - started
                    return cell

    def run(self, code: str) -> Cell:
        return self.end(self.begin(code))

    def wait_for(self, request: str, kind: str) -> dict[str, Any]:
        while True:
            message = self.client.get_iopub_msg(timeout=30)
            if message["parent_header"].get("msg_id") == request and message["msg_type"] == kind:
                return dict(message["content"])

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("n")  # short: a socket's path has at most 107 characters


@pytest.fixture
def kernel(folder: Path) -> Iterator[Kernel]:
    running = Kernel(folder, {"IMAGELAB_SANDBOX_PACE": "0"})
    yield running
    running.close()


@pytest.fixture
def slow_kernel(folder: Path) -> Iterator[Kernel]:
    running = Kernel(folder, SLOW)
    yield running
    running.close()


def bill(folder: Path) -> int:
    return len(Book(folder / "sandbox.book").bill())


@pytest.mark.fault
def test_a_cell_that_generates_shows_pictures_and_facts(kernel: Kernel) -> None:
    opened = kernel.run(OPEN.format(reuse=False))

    cell = kernel.run("lab.generate('a red fox', n=2)")

    assert opened.text.startswith("imagelab: sandbox.db, new; sandbox")
    assert cell.error == ""
    shown = cell.shown[-1]  # before it there may have been a card of its progress
    assert shown["text/plain"].startswith("Generation(g1 succeeded 2/2 in ")
    assert shown["text/html"].count("<img src") == 2
    assert "a red fox" in shown["text/html"]


@pytest.mark.fault
def test_the_magic_takes_a_cell_as_its_prompt(kernel: Kernel, folder: Path) -> None:
    kernel.run(OPEN.format(reuse=False) + "\n%load_ext imagelab\nanimal = 'fox'")

    priced = kernel.run("%imagine --quote -q low a {animal}")
    made = kernel.run("%%imagine -q low -o foxes\na red {animal}")
    slip = kernel.run("%%imagine --qualty low\na red fox")

    assert priced.shown[-1]["text/plain"].startswith("Quote(1 image at openai/gpt-image-2")
    assert "a red fox" in made.shown[-1]["text/html"]
    assert kernel.run("print(foxes[0])").text.startswith("Asset(#1 ")
    assert slip.text.startswith("UsageError: --qualty is no option of imagine")
    assert bill(folder) == 1


@pytest.mark.fault
def test_a_generation_can_be_awaited_in_a_cell(kernel: Kernel) -> None:
    kernel.run(OPEN.format(reuse=False))

    cell = kernel.run("""
        import asyncio
        g = await lab.submit('a red fox')
        two = await asyncio.gather(lab.submit('a hare'), lab.submit('an owl'))
        print(g.status, [len(h) for h in two], g is not None and len(g))
    """)

    assert (cell.error, cell.text) == ("", "succeeded [1, 1] 1\n")


@pytest.mark.fault
def test_everything_shown_has_words_for_a_page_and_for_a_terminal(kernel: Kernel) -> None:
    kernel.run(OPEN.format(reuse=False))
    kernel.run("g = lab.generate('a red fox'); quote = lab.quote('a fox', n=3)")

    cell = kernel.run("display(g, g[0], lab.search(), lab.search('zebra'), quote)")
    tables = kernel.run("display(lab.models(), lab.spend())")

    assert all({"text/html", "text/plain"} <= set(shown) for shown in [*cell.shown, *tables.shown])
    assert [shown["text/plain"].partition("(")[0] for shown in cell.shown] == [
        "Generation",
        "Asset",
        "Assets",
        "Assets",
        "Quote",
    ]
    assert [index for index, shown in enumerate(cell.shown) if "image/jpeg" in shown] == [1]
    assert "\n" not in "".join(shown["text/plain"] for shown in cell.shown)


@pytest.mark.fault
def test_progress_is_one_card_that_is_empty_in_the_end(slow_kernel: Kernel) -> None:
    slow_kernel.run(OPEN.format(reuse=False))

    cell = slow_kernel.run("g = lab.generate('a red fox')")

    (card,) = cell.shown
    assert card["text/plain"].startswith("g1: 0 of 1, ")
    assert "openai/gpt-image-2" in card["text/html"]
    assert len({display for display, _ in cell.updated}) == 1
    assert 2 <= len(cell.updated) <= 4 * cell.seconds + 2
    assert cell.updated[-1][1] == {"text/plain": "", "text/html": ""}


@pytest.mark.fault
@pytest.mark.parametrize(
    "code",
    [
        "b = lab.batch(['a fox', 'a hare'])",
        "t = il.wait([lab.submit('a fox'), lab.batch(['a hare'], wait=False)])",
    ],
)
def test_many_show_one_card_with_a_bar_and_the_cost_so_far(slow_kernel: Kernel, code: str) -> None:
    slow_kernel.run(OPEN.format(reuse=False))

    cell = slow_kernel.run(code)

    (card,) = cell.shown
    assert '<progress max="2" value="0"' in card["text/html"]
    assert "0 of 2, $0.00 so far" in card["text/plain"]
    assert cell.updated[-1][1] == {"text/plain": "", "text/html": ""}


@pytest.mark.fault
def test_an_interrupted_batch_goes_on_and_the_cell_run_again_joins_it(slow_kernel: Kernel) -> None:
    slow_kernel.run(OPEN.format(reuse=False))
    request = slow_kernel.begin("b = lab.batch(['a fox', 'a hare'])")
    slow_kernel.wait_for(request, "display_data")

    slow_kernel.manager.interrupt_kernel()
    cell = slow_kernel.end(request)
    after = slow_kernel.run("b = lab.batch(['a fox', 'a hare']); print(b.status, len(b.assets))")

    assert cell.error.startswith("KeyboardInterrupt")
    assert "stopped waiting; b1 goes on in the background" in cell.text
    assert "batch b1 is under way already, 0 of 2 rows here" in after.text
    assert "succeeded 2" in after.text


@pytest.mark.fault
@pytest.mark.parametrize("waiting", ["g.wait()", "await g"])
def test_an_interrupt_stops_the_waiting_and_not_the_job(slow_kernel: Kernel, waiting: str) -> None:
    slow_kernel.run(OPEN.format(reuse=False))
    request = slow_kernel.begin(f"g = lab.submit('a red fox'); {waiting}")
    slow_kernel.wait_for(request, "display_data")

    slow_kernel.manager.interrupt_kernel()
    cell = slow_kernel.end(request)
    after = slow_kernel.run("print(g.status); g.wait(); print(g.status, len(g))")

    assert cell.error.partition(":")[0] in {"KeyboardInterrupt", "CancelledError"}
    assert "stopped waiting; g1 is still running (≈ $" in cell.text
    assert "lab.generation(1).wait() waits again" in cell.text
    assert after.text == "running\nsucceeded 1\n"


@pytest.mark.fault
def test_restart_and_run_all_with_reuse_costs_nothing(folder: Path) -> None:
    cells = [
        OPEN.format(reuse=True),
        "g = lab.generate('a red fox', n=2)",
        "lamp = g[0].edit('add a lamp'); lamp",
        "quoted = lab.generate('a red fox', provider='runware'); lab.spend()",
    ]
    execute(cells, folder)
    before = bill(folder)

    notebook = execute(cells, folder)

    assert before == bill(folder) == 3
    assert "Generation(g2 succeeded" in notebook["cells"][2]["outputs"][0]["data"]["text/plain"]


@pytest.mark.fault
def test_a_saved_notebook_holds_no_rubbish(folder: Path) -> None:
    cells = [OPEN.format(reuse=False), "g = lab.generate('a red fox')", "g", "lab.search('zebra')"]

    notebook = execute(cells, folder, {"IMAGELAB_SANDBOX_PACE": "2"})

    saved = json.dumps(notebook)
    assert len(saved) < 120_000
    assert "\x1b" not in saved
    assert str(Path.home()) not in saved
    assert [output["data"]["text/html"] for output in notebook["cells"][1]["outputs"]] == [""]


@pytest.mark.fault
def test_a_kernel_that_is_shut_down_in_flight_loses_nothing(
    slow_kernel: Kernel, folder: Path
) -> None:
    slow_kernel.run(OPEN.format(reuse=False))
    slow_kernel.run("g = lab.submit('a red fox')\nwhile g.status != 'running': pass")

    slow_kernel.manager.shutdown_kernel(now=False)

    with il.open(folder / "sandbox.db", sandbox=True) as lab:
        generation = lab.generation(1).wait()
        assert (generation.status, len(generation)) == ("succeeded", 1)
    assert bill(folder) == 1


@pytest.mark.fault
def test_a_kernel_that_is_killed_in_flight_leaves_what_can_be_settled(
    slow_kernel: Kernel, folder: Path
) -> None:
    slow_kernel.run(OPEN.format(reuse=False))
    slow_kernel.run("g = lab.submit('a red fox')\nwhile g.status != 'running': pass")

    slow_kernel.manager.shutdown_kernel(now=True)

    with il.open(folder / "sandbox.db", sandbox=True) as lab:
        with pytest.raises(il.errors.OutcomeUnknownError, match="usage page") as caught:
            lab.generation(1).wait(20)
        assert caught.value.generation == lab.generation(1)


@pytest.mark.fault
def test_ipython_in_a_terminal_shows_one_line_for_each_thing(tmp_path: Path) -> None:
    script = """
        import imagelab as il
        lab = il.open('sandbox.db', sandbox=True)
        g = lab.generate('a red fox')
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance(colors='nocolor')
        shell.enable_html_pager = False
        shell.user_ns.update(lab=lab, g=g)
        for thing in ['g', 'g[0]', 'lab.search()', 'lab.quote("a fox")', 'lab', 'await g']:
            shell.run_cell(thing, store_history=True)
        lab.close()
        shell.history_manager.end_session()
    """

    lines = python(script, tmp_path).splitlines()

    assert [line.partition("(")[0] for line in lines[1:]] == [
        "Out[1]: Generation",
        "Out[2]: Asset",
        "Out[3]: Assets",
        "Out[4]: Quote",
        "Out[5]: Lab",
        "Out[6]: Generation",
    ]


@pytest.mark.fault
def test_a_script_is_silent_while_it_waits(tmp_path: Path) -> None:
    said = python(
        OPEN.format(reuse=False) + "\nlab.generate('a fox'); lab.close()", tmp_path, BRISK
    )

    assert said.splitlines()[1:] == []


@pytest.mark.fault
def test_a_terminal_shows_one_line_and_wipes_it(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    code = OPEN.format(reuse=False) + "\nlab.generate('a fox'); lab.close(); print('end')"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=slave, env={**os.environ, **BRISK}
    ) as process:
        os.close(slave)
        seen = b"".join(iter(lambda: read(master), b"")).decode()
    os.close(master)

    assert process.returncode == 0
    first, *drawn = seen.replace("\r\n", "\n").split("\r")
    assert first.count("\n") == 1
    assert drawn[0].startswith("g1: 0 of 1, ")
    assert drawn[-2].strip() == ""
    assert drawn[-1] == "end\n"


def python(
    code: str, folder: Path, environment: dict[str, str] | None = None, *arguments: str
) -> str:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        cwd=folder,
        env={**os.environ, **(environment or {}), "IPYTHONDIR": str(folder / "ipython")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1024)
    except OSError:  # the other end is closed
        return b""
