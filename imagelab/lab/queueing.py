"""The verbs of a queue: stopping what is under way, and sending again what may come to more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagelab.domain.records import FINAL
from imagelab.errors import RequestError
from imagelab.handles.backing import Backing


def stopped(backing: Backing, given: Mapping[str, Any]) -> dict[str, Any]:
    """Cancel a generation that a page names, and say whether that is still free."""
    number = given.get("generation")
    if not isinstance(number, int) or isinstance(number, bool):
        raise RequestError(f"generation={number!r:.40} is not the number of a generation")
    row = backing.generation_row(number)
    if row.status in FINAL:
        return {"free": False, "said": f"g{number} had ended before: {row.status}"}
    if backing.cancel(number):
        return {"free": True, "said": f"g{number} is cancelled; nothing is charged"}
    said = f"g{number} was sent: it may be billed, and its images are kept when they come"
    return {"free": False, "said": said}
