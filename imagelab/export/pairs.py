"""Pairs of an edit and what it was made from, as an ImageFolder whose rows name several images.

Presets rename columns: `instructpix2pix` as diffusers' `train_instruct_pix2pix.py` reads them
(`DATASET_NAME_MAPPING`), `magicbrush` as the card of osunlp/MagicBrush has them. A mask is
white where the image may change, as MagicBrush has it; services want it clear there.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

from imagelab.domain.records import AssetRow
from imagelab.export.folder import Folder
from imagelab.export.imagefolder import parts_of
from imagelab.export.item import PLAIN_PRESET, Format, Item, Plan
from imagelab.export.parts import Parts
from imagelab.export.record import as_json, file_name, typed
from imagelab.imaging.mask import white_where_clear

# What each calls our columns; of an image the name without `_file_name`.
PRESETS: Mapping[str, Mapping[str, str]] = {
    PLAIN_PRESET: {},
    "instructpix2pix": {
        "source": "original_image",
        "target": "edited_image",
        "instruction": "edit_prompt",
    },
    "magicbrush": {
        "source": "source_img",
        "target": "target_img",
        "mask": "mask_img",
        "lineage_id": "img_id",
    },
}
_IMAGES = ("source", "mask", "target")
_OF_TARGET = ("id", "provider", "model", "seed", "params", "created_at", "sha256", "copy_sha256")


class _Images:
    """The images of pairs, each written once in a split however many pairs it is in."""

    def __init__(self, folder: Folder, plan: Plan) -> None:
        self._folder, self._plan = folder, plan

    def other(self, split: str, number: int) -> str:
        """Any image of the catalog, by its number; its name."""
        row, data = self._plan.copy(number)
        name = file_name(row)
        if self._is_new(split, name):
            self._put(split, name, data)
        return f"images/{name}"

    def own(self, item: Item) -> str:
        if self._is_new(item.split, item.file):
            self._put(item.split, item.file, item.data)
        return f"images/{item.file}"

    def mask(self, item: Item, source: AssetRow) -> str:
        """Its mask, or white all over: without one everything may change.

        Readers want a column to be of one type in every split, which a missing image is not.
        """
        sha256 = item.origin.mask
        name = f"mask-{item.file.rpartition('.')[0]}.png"
        if sha256 is None:
            name = f"mask-white-{source.width}x{source.height}.png"
        if self._is_new(item.split, name):
            size = (source.width, source.height)
            mask = white_where_clear(self._plan.original(sha256)) if sha256 else _white(size)
            self._put(item.split, name, mask)
        return f"images/{name}"

    def _is_new(self, split: str, name: str) -> bool:
        return f"{split}/images/{name}" not in self._folder.files

    def _put(self, split: str, name: str, data: bytes) -> None:
        self._folder.write(f"{split}/images/{name}", data)


def _write(folder: Folder, items: Iterator[Item], plan: Plan) -> None:
    images, names = _Images(folder, plan), PRESETS[plan.preset]
    with Parts(folder, "{}/metadata.jsonl") as lines:
        for item in items:
            row = {_named(column, names): value for column, value in _row(item, images, plan)}
            lines.of(item.split).write(as_json(row).encode() + b"\n")


def _row(item: Item, images: _Images, plan: Plan) -> Iterator[tuple[str, Any]]:
    number, split = item.row.id, item.split
    assert item.origin.source is not None, "what is no edit was left out"
    source = plan.asset(item.origin.source)
    yield "source", images.other(split, source.id)
    yield "mask", images.mask(item, source)
    yield "target", images.own(item)
    yield "instruction", item.record["prompt"]
    yield "turn_index", _turn(number, plan)
    yield "lineage_id", plan.families[number]
    yield "references", json.dumps([images.other(split, n) for n in item.origin.references])
    yield "masked", item.origin.mask is not None
    yield "mask_convention", "white"
    yield from (("source_id", source.uuid), ("source_sha256", source.sha256))
    told = typed(item.record)
    yield from ((name, told[name]) for name in _OF_TARGET)


def _named(column: str, names: Mapping[str, str]) -> str:
    name = names.get(column, column)
    return f"{name}_file_name" if column in _IMAGES else name


def _turn(number: int, plan: Plan) -> int:
    """How many edits lead to it from the root: 1 for the first; a circle is walked once."""
    walked: list[int] = []
    while number not in walked:
        walked.append(number)
        number = next(iter(plan.edits.get(number, ())), number)
    return len(walked) - 1


def _white(size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("L", size, 255).save(file, "PNG")
    return file.getvalue()


PAIRS = Format(_write, pairs=True, card=lambda plan: parts_of(plan, "{}/**"))
