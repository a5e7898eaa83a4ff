"""Copies for others: smaller, in another format, with the recipe written in or with nothing in.

The original is never touched. A copy that only has the recipe more gives the original back
when it is added to a catalog; one of other pixels says by its hash that it is a copy of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PIL import Image

from imagelab.domain.frozen import frozen
from imagelab.domain.records import AssetRow
from imagelab.errors import RequestError
from imagelab.export.record import Record, flat
from imagelab.imaging.convert import converted
from imagelab.imaging.decode import decode
from imagelab.imaging.infotext import infotext
from imagelab.imaging.sniff import MOST_PIXELS, NAMES, sniff
from imagelab.imaging.stamp import Stamp, stamped
from imagelab.imaging.strip import stripped
from imagelab.imaging.xmp import packet

METADATA = ("recipe", "strip")
_MOST_SHOWN = 8_000  # characters of a prompt for viewers; the recipe has all of it
_LEFT_OUT = ("split", "text", "annotations", "copy_sha256")  # of the dataset, not of the picture


@frozen
class Copying:
    """How originals are copied out; plain, they are written as they are.

    `size` is the most pixels a side may have, `convert` a format, `metadata` one of `METADATA`.
    `plain` makes a PNG of what trainers have trouble with (ai-toolkit: "Webp currently has
    issues").
    """

    size: int | None = None
    convert: str | None = None
    metadata: str | None = None
    plain: bool = False

    def check(self) -> None:
        """RequestError for what nobody could write."""
        whole = isinstance(self.size, int) and not isinstance(self.size, bool)
        if self.size is not None and not (whole and 1 <= self.size <= MOST_PIXELS):
            raise RequestError(
                f"size={self.size!r} is not the most pixels a side may have, such as 1024"
            )
        if self.convert not in (None, *NAMES):
            raise RequestError(f"convert={self.convert!r} is not one of {', '.join(NAMES)}")
        if self.metadata not in (None, *METADATA):
            raise RequestError(
                f"metadata={self.metadata!r} is not one of {', '.join(METADATA)}; left out, "
                "pictures are written as they came"
            )

    def format_of(self, found: str) -> str:
        """The format of the copy of a picture in this format."""
        return self.convert or ("png" if self.plain and found == "webp" else found)

    def copied(
        self, data: bytes, row: AssetRow, record: Record, source_type: str | None
    ) -> tuple[bytes, AssetRow, Record]:
        """The copy, with its row and record as they are true of it. DamagedImageError as `decode`."""
        pixels = self._pixels(data, row)
        if pixels is not data:
            header = sniff(pixels)
            sides: Mapping[str, Any] = {"width": header.width, "height": header.height}
            row = replace(row, format=header.format, **sides)
            record = {**record, **sides, "mime": f"image/{header.format}"}
            record["copy_sha256"] = hashlib.sha256(pixels).hexdigest()
        written = pixels
        if self.metadata == "strip":
            written = stripped(pixels)
            if written != data:
                record = {**record, "copy_sha256": hashlib.sha256(written).hexdigest()}
        elif self.metadata == "recipe":
            written = stamped(pixels, _stamp(record, source_type))
        return written, row, {**record, "size_bytes": len(written)}

    def _pixels(self, data: bytes, row: AssetRow) -> bytes:
        """The same bytes where nothing about the pixels is to change."""
        wanted = self.format_of(row.format)
        small_enough = self.size is None or max(row.width, row.height) <= self.size
        if small_enough and wanted == row.format:
            return data
        image = decode(data, called=f"asset #{row.id}")
        if self.size is not None and max(image.size) > self.size:
            image = _reduced(image, self.size)
        return converted(image, wanted)


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """In the mode in which mixing neighbours means something: a palette has none."""
    ready = image.convert("RGBA" if image.has_transparency_data else "RGB")
    ready = image if image.mode in ("L", "RGB", "RGBA") else ready
    ready = ready.copy()
    ready.thumbnail((side, side), Image.Resampling.LANCZOS)
    return ready


def _stamp(record: Record, source_type: str | None) -> Stamp:
    told = {k: flat(v) for k, v in record.items() if k not in _LEFT_OUT and v is not None}
    if record.get("copy_sha256"):
        told["copy_sha256"] = record["copy_sha256"]
    prompt = str(record["prompt"])
    shown = prompt if len(prompt) <= _MOST_SHOWN else prompt[: _MOST_SHOWN - 1] + "…"
    negative = record["negative_prompt"]
    settings = {
        "Seed": record["seed"],
        "Size": f"{record['width']}x{record['height']}",
        "Model": record["model"],
        "Provider": record["provider"],
        "Version": "imagelab",
    }
    system = " via ".join(str(one) for one in (record["model"], record["provider"]) if one)
    text = infotext(shown, negative and negative[:_MOST_SHOWN], settings)
    return Stamp({"imagelab_recipe": 1, **told}, text, packet(source_type, shown, system))
