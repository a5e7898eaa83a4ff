from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import imagelab as il
from imagelab.errors import RequestError
from imagelab.export import swap


def folder(path: Path, word: str) -> Path:
    path.mkdir()
    (path / "word").write_text(word)
    return path


def test_a_folder_takes_the_place_of_another_in_one_move(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "set", "old"), folder(tmp_path / "aside", "new")

    swap.put(new, old)

    assert (tmp_path / "set/word").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_where_names_cannot_be_exchanged_it_is_done_in_two_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_exchanged", lambda *_: False)
    old, new = folder(tmp_path / "set", "old"), folder(tmp_path / "aside", "new")

    swap.put(new, old)

    assert (tmp_path / "set/word").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_what_a_kill_between_two_moves_left_is_put_back(tmp_path: Path) -> None:
    folder(swap.set_aside(tmp_path / "set"), "old")

    swap.restore(tmp_path / "set")

    assert (tmp_path / "set/word").read_text() == "old"


def test_two_do_not_export_to_one_place_at_once(lab: il.Lab, tmp_path: Path) -> None:
    lab.generate("A fox", quality="low", size="square")
    (tmp_path / ".set.imagelab-part").mkdir()
    holder = "import fcntl, os, sys; f = os.open(sys.argv[1], 0); fcntl.flock(f, 2); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path / ".set.imagelab-part")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(RequestError, match=r"another process is exporting to '.*set'"):
            lab.export(tmp_path / "set")
        other.kill()


@pytest.mark.parametrize(("killed_at", "there"), [(1, "old"), (4, "old"), (7, "old"), (8, "new")])
def test_a_kill_leaves_the_old_or_the_new(
    lab: il.Lab, catalog_path: Path, tmp_path: Path, killed_at: int, there: str
) -> None:
    lab.generate("A fox", quality="low", size="square")
    lab.export(tmp_path / "set", caption="prompt")
    texts = {"old": (tmp_path / "set/imagelab-export.json").read_bytes()}
    lab.export(tmp_path / "new", caption="{prompt}!")
    texts["new"] = (tmp_path / "new/imagelab-export.json").read_bytes()
    lab.close()
    script = (
        "import itertools, os, signal, sys, imagelab as il\n"
        "lab = il.open(sys.argv[1]); real, count = os.fsync, itertools.count(1)\n"
        "def fsync(f):\n"
        f"    if next(count) == {killed_at}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    real(f)\n"
        "os.fsync = fsync\n"
        "lab.export(sys.argv[2], caption='{prompt}!')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(catalog_path), str(tmp_path / "set")],
        capture_output=True,
        check=False,
    )

    left = (tmp_path / "set/imagelab-export.json").read_bytes()
    assert ended.returncode == -signal.SIGKILL
    assert left == texts[there]
