"""What comes of a Runware task: its pictures one after another, where they lie, what each costs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Final

from imagelab import clock
from imagelab.sandbox.book import Book, Task
from imagelab.sandbox.encode import CONTENT_TYPES, Commission, Format, decoded, rendered
from imagelab.sandbox.runware_rules import Order, TaskError, is_uuid, order
from imagelab.sandbox.tariff import Usage, output_tokens, picture_tokens, text_tokens
from imagelab.sandbox.wire import Web

SECONDS: Final = {"low": 0.3, "medium": 0.6, "high": 0.9}

_ENDINGS: Final[dict[Format, str]] = {"jpeg": "jpg", "png": "png", "webp": "webp"}
_FOLDER: Final = "https://im.runware.ai/image/os/a00d00/ws/3/ii/"
_FIRST_AFTER = 0.5  # of the whole time, when there are several
_LAST_PLACE_NANO = 10_000  # costs are told to five decimals
_NO_PICTURE: Final = b"this is no image"

Item = dict[str, Any]


class Results:
    """The pictures of all tasks in a book; `pace` stretches the time they take."""

    def __init__(self, book: Book, web: Web, pace: float) -> None:
        self._book = book
        self._web = web
        self._pace = pace

    def item(self, task: Task, wanted: Order, position: int) -> Item:
        """One result as it stands under `data`."""
        item = {**head(task.body), "imageUUID": task.image_uuid(position)}
        item |= self._picture(task, wanted, position)
        item["seed"] = task.seed(position)
        if wanted.checks_content:
            item["NSFWContent"] = False
        if wanted.tells_cost:
            item["cost"] = task.each_nano / 1e9
        return item

    def ready(self, task: Task, wanted: Order) -> range:
        """The positions that are there by now."""
        made = delivered(wanted, task.fate)
        return range(sum(self._age(task, wanted, position) >= 0 for position in range(made)))

    def running(self, task: Task, wanted: Order) -> bool:
        """Whether something is still to come of the task."""
        return self._age(task, wanted, wanted.results - 1) < 0

    def at(self, address: str) -> tuple[bytes, Format] | None:
        """The picture at a result URL; None where there is none, not yet, or no longer."""
        name, _, ending = address.removeprefix(_FOLDER).partition(".")
        found = self._book.picture(name) if address.startswith(_FOLDER) else None
        if not found:
            return None
        task, position = found
        wanted = order(task.body)
        there = position in self.ready(task, wanted) and ending == _ENDINGS[wanted.format]
        if not there or self._expired(task, wanted, position):
            return None
        return self._drawn(task, wanted, position), wanted.format

    def reference(self, text: str) -> bytes:
        """The bytes of an input: a picture's UUID, a URL, a data URI or base64."""
        data = self._resolved(text)
        try:
            decoded(data)
        except (OSError, ValueError) as error:
            message = f"The image {text[:80]!r} could not be read."
            name = "inputs.referenceImages"
            raise TaskError("invalidReferenceImages", message, name) from error
        return data

    def _picture(self, task: Task, wanted: Order, position: int) -> Item:
        if wanted.output == "URL":
            name = f"{task.image_uuid(position)}.{_ENDINGS[wanted.format]}"
            return {"imageURL": f"{_FOLDER}{name}"}
        text = base64.b64encode(self._drawn(task, wanted, position)).decode()
        if wanted.output == "base64Data":
            return {"imageBase64Data": text}
        return {"imageDataURI": f"data:{CONTENT_TYPES[wanted.format]};base64,{text}"}

    def _drawn(self, task: Task, wanted: Order, position: int) -> bytes:
        if task.fate == "not_an_image":
            return _NO_PICTURE
        return rendered(
            Commission(
                wanted.prompt,
                task.seed(position),
                wanted.width,
                wanted.height,
                wanted.format,
                wanted.compression,
                transparent=wanted.transparent,
                inputs=self._book.inputs(task),
            )
        )

    def _expired(self, task: Task, wanted: Order, position: int) -> bool:
        age = self._age(task, wanted, position)
        return wanted.seconds_to_live is not None and age > wanted.seconds_to_live

    def _age(self, task: Task, wanted: Order, position: int) -> float:
        # Seconds since a picture was ready, negative before. Where the clock was set back, as
        # a moved one is on every start, the task is old rather than in the future.
        since = (clock.now_us() - task.at_us) / 1e6
        share = _FIRST_AFTER + (1 - _FIRST_AFTER) * (position + 1) / wanted.results
        takes = 0.0 if wanted.waits else SECONDS[wanted.quality] * share * self._pace
        return since - takes if since >= 0 else 0.0

    def _resolved(self, text: str) -> bytes:
        if is_uuid(text):
            found = self._book.picture(text)
            return self._drawn(found[0], order(found[0].body), found[1]) if found else b""
        if text.startswith(("http://", "https://")):
            return self._web(text) or b""
        content = text.partition(",")[2] if text.startswith("data:") else text
        try:
            return base64.b64decode(content, validate=True)
        except binascii.Error:
            return b""


def head(body: Mapping[str, Any]) -> Item:
    """What every reply to a task begins with."""
    return {key: body[key] for key in ("taskType", "taskUUID") if key in body}


def delivered(wanted: Order, fate: str) -> int:
    """How many pictures come of an order, and are charged for, under a fault."""
    if fate == "moderation":
        return 0
    return wanted.results - (fate in {"partial", "fewer"})


def price_nano(wanted: Order, references: Sequence[bytes]) -> int:
    """The price of one result: its own tokens and, each time anew, those of what went in."""
    sizes = [decoded(data).size for data in references]
    usage = Usage(
        text=text_tokens(wanted.prompt),
        image=sum(picture_tokens(*size) for size in sizes),
        output=output_tokens("1.5", wanted.quality, wanted.width, wanted.height),
    )
    return round(usage.nano("1.5") / _LAST_PLACE_NANO) * _LAST_PLACE_NANO
