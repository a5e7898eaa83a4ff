"""What people do most, each as they meet it: in a new process, and then in a lab that is open.

Held against what a person feels: 0.1 s is at once, 1 s is a train of thought kept
(J. Nielsen, "Usability Engineering", 1993, chapter 5). The catalog is the large one, copied,
since much of this writes; the sandbox takes no time of its own but for what it paints.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import synthetic
from tests.benchmarks.measure import Result, median

_AT_ONCE_MS, _SOON_MS = 100.0, 1000.0
_ROUNDS = 3
_FEW = 100  # images that are added and exported
# Done in one process, one after the other: name, limit in milliseconds, code.
_ACTIONS = (
    ("import imagelab, open a lab", _SOON_MS, "import imagelab as il; lab = il.open(path)"),
    ("a search and its line", _AT_ONCE_MS, "repr(lab.search('word12 rating:>=3'))"),
    ("the first gallery", _SOON_MS, "lab.gallery('')._repr_mimebundle_()"),
    ("a quote", _AT_ONCE_MS, "lab.quote('A fox', quality='low')"),
    ("the first generate", _SOON_MS, "foxes = lab.generate('A fox', quality='low')"),
    ("an edit", _SOON_MS, "night = foxes[0].edit('at night', quality='low')[0]"),
    ("stars and a tag", _AT_ONCE_MS, "night.rate(5).tag('best')"),
    ("a tag for 1,000", _SOON_MS, "lab.search('word700')[:1000].tag('seen')"),
    ("undo of that", _SOON_MS, "lab.undo()"),
    ("a lineage and its line", _AT_ONCE_MS, "repr(night.lineage())"),
    ("what was spent", _SOON_MS, "lab.spend()"),
    ("1,000 as a DataFrame", _SOON_MS, "lab.search('word700')[:1000].to_pandas()"),
    (f"a folder of {_FEW} added", _SOON_MS, "lab.add(folder)"),
    (f"{_FEW} images exported", _SOON_MS, "lab.export(out, 'is:imported')"),
)
_PROCESS = """
import json, sys, time
path, folder, out, actions = sys.argv[1:]
for name, _, code in json.loads(actions):
    began = time.perf_counter()
    exec(code)
    print("took", json.dumps([name, (time.perf_counter() - began) * 1000]), flush=True)
lab.close()
"""


def run(rows: int) -> list[Result]:
    """Each some times, each time in a process and on a copy of its own."""
    taken: dict[str, list[float]] = {name: [] for name, *_ in _ACTIONS}
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as compiled:
        for _ in range(_ROUNDS):  # the first compiles, which a median leaves out
            with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
                for name, ms in _done(Path(folder), rows, compiled):
                    taken[name].append(ms)
    return [
        Result(f"{name}, {rows:,} assets", median(taken[name]), limit, f"{limit / 1000:g} s", 1)
        for name, limit, _ in _ACTIONS
    ]


def _done(folder: Path, rows: int, compiled: str) -> Iterator[tuple[str, float]]:
    """What each action took, in milliseconds; `compiled` is where Python keeps its modules."""
    catalog, pictures = synthetic.copied(folder, rows), folder / "pictures"
    pictures.mkdir()
    for number in range(_FEW):  # none of which is in the catalog
        picture = synthetic.picture(synthetic.PICTURES + number)
        (pictures / f"{number}.png").write_bytes(picture)
    environment = {**os.environ, "IMAGELAB_SANDBOX_PACE": "0"}
    environment["PYTHONPYCACHEPREFIX"] = compiled
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    places = (catalog, pictures, folder / "out")
    said = subprocess.run(
        [sys.executable, "-c", _PROCESS, *map(str, places), json.dumps(_ACTIONS)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ).stdout
    for line in said.splitlines():
        if line.startswith("took "):
            name, ms = json.loads(line.removeprefix("took "))
            yield name, ms
