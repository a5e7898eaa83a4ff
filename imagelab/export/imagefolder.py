"""A Hugging Face ImageFolder: a folder a split, its images, and `metadata.jsonl` that says what they are.

`datasets.load_dataset(path)` reads it, with the splits that the card names (datasets 5.2,
`packaged_modules/folder_based_builder`).
"""

from __future__ import annotations

from collections.abc import Iterator

from imagelab.export.folder import Folder
from imagelab.export.item import Format, Item, Plan
from imagelab.export.parts import Parts
from imagelab.export.record import as_json, typed


def _write(folder: Folder, items: Iterator[Item], _: Plan) -> None:
    with Parts(folder, "{}/metadata.jsonl") as lines:
        for item in items:
            name = f"images/{item.file}"
            folder.write(f"{item.split}/{name}", item.data, item.sha256)
            line = as_json({"file_name": name, **typed(item.record)})
            lines.of(item.split).write(line.encode() + b"\n")


def parts_of(plan: Plan, pattern: str) -> str:
    """The card's lines that name each split's files; `pattern` has braces for the split."""
    listed = "".join(
        f'      - split: {name}\n        path: "{pattern.format(name)}"\n'
        for name, count in plan.parts.items()
        if count
    )
    return f"configs:\n  - config_name: default\n    data_files:\n{listed}" if listed else ""


IMAGEFOLDER = Format(_write, card=lambda plan: parts_of(plan, "{}/**"))
