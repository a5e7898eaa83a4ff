"""The first lines of a new user, outside a notebook: as a script, and typed into IPython."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LINES = """\
import imagelab as il
lab = il.open(sandbox=True)
fox = lab.generate("a fox", quality="low")[0]
fox.rate(5).tag("hero")
print(lab.search("tag:hero rating:5"))
print(lab.spend()["images"].tolist())
"""
TYPED = """\
import imagelab as il
lab = il.open(sandbox=True)
g = await lab.submit("a koi", quality="low")
g[0]
lab.search("ratng:5")
%load_ext imagelab
%imagine --quote a koi
"""


def typed(folder: Path, *command: str, lines: str = "") -> subprocess.CompletedProcess[str]:
    own = {**os.environ, "IPYTHONDIR": str(folder / ".ipython"), "PYTHONUNBUFFERED": "1"}
    return subprocess.run(
        [sys.executable, *command],
        input=lines,
        cwd=folder,
        env=own,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_script_runs_from_its_first_line_to_its_last(tmp_path: Path) -> None:
    (tmp_path / "first.py").write_text(LINES)

    done = typed(tmp_path, "first.py")

    opened, found, spent = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert opened.startswith("imagelab: .imagelab/sandbox.db, new; sandbox: nothing is sent")
    assert found.startswith("Assets(1 asset, $0.0")
    assert spent == "[1]"


def test_ipython_awaits_shows_one_line_an_image_and_one_sentence_a_mistake(tmp_path: Path) -> None:
    ipython = ("-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor")

    done = typed(tmp_path, *ipython, lines=TYPED)

    assert "Asset(#1 1024×1024 png, openai/gpt-image-2, $0.0" in done.stdout
    assert "QueryError: there is no field 'ratng'; did you mean rating:?" in done.stdout
    assert "Quote(1 image at openai/gpt-image-2" in done.stdout
