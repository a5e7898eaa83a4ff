"""Images with captions beside them, as trainers take them: a folder a split, `x.png` and `x.txt`.

kohya's sd-scripts and musubi-tuner read `dataset.toml`, ai-toolkit the lines in
`ai-toolkit.yaml` (kohya-ss/sd-scripts `docs/config_README-en.md`, ostris/ai-toolkit `README.md`).
"""

from __future__ import annotations

from collections.abc import Iterator

from imagelab.export.folder import Folder
from imagelab.export.item import Format, Item, Plan

_TOML = """\
# Paths begin where the trainer is started: there, or written out in full.
[general]
caption_extension = ".txt"

[[datasets]]
{}"""
_SUBSET = """\

  [[datasets.subsets]]
  image_dir = "{}"
  num_repeats = 1
"""
_YAML = """\
# For the `process:` of an ai-toolkit configuration; paths begin where it is started.
datasets:
{}"""
_DATASET = '  - folder_path: "{}"\n    caption_ext: "txt"\n'


def _write(folder: Folder, items: Iterator[Item], plan: Plan) -> None:
    for item in items:
        folder.write(f"{item.split}/{item.file}", item.data, item.sha256)
        words = one_caption(item.record["text"])
        folder.write(f"{item.split}/{item.file.rpartition('.')[0]}.txt", words.encode())
    subsets = [name for name, count in plan.parts.items() if count]
    # What is kept for a test is no trainer's to learn from.
    learnt = subsets[:1] if len(subsets) > 1 else subsets
    folder.write("dataset.toml", _TOML.format("".join(map(_SUBSET.format, learnt))).encode())
    folder.write("ai-toolkit.yaml", _YAML.format("".join(map(_DATASET.format, learnt))).encode())


def one_caption(text: str) -> str:
    r"""On one line: of several a trainer takes the first, or any.

    >>> one_caption("a fox,\n  reading")
    'a fox, reading'
    """
    return " ".join(text.split())


CAPTIONS = Format(_write, plain=True)
