"""Pairs of a chosen and a rejected image of one prompt, as an ImageFolder whose rows name both.

Ties are left out: trainers count a half as a win (diffusers' `train_diffusion_dpo.py` swaps the
two only where the first has 0).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from imagelab.domain.frozen import frozen
from imagelab.domain.preference import Preference
from imagelab.export.folder import Folder
from imagelab.export.imagefolder import parts_of
from imagelab.export.item import Format, Item, Plan
from imagelab.export.parts import Parts
from imagelab.export.record import as_json, flat


@frozen
class _Kept:
    """What rows say of an image that was written."""

    split: str
    name: str
    prompt: str
    said: dict[str, Any]


def _write(folder: Folder, items: Iterator[Item], plan: Plan) -> None:
    kept: dict[str, _Kept] = {}
    for item in items:
        name = f"images/{item.file}"
        folder.write(f"{item.split}/{name}", item.data)
        kept[item.row.uuid] = _Kept(item.split, name, item.row.prompt, _said(item))
    with Parts(folder, "{}/metadata.jsonl") as lines:
        for one in plan.preferences:
            if one.chosen in kept and one.rejected in kept:
                chosen = kept[one.chosen]
                line = as_json(_row(one, chosen, kept[one.rejected]))
                lines.of(chosen.split).write(line.encode() + b"\n")


def _said(item: Item) -> dict[str, Any]:
    made_by = "/".join(filter(None, (item.row.provider, item.row.model)))
    return {
        "id": item.row.uuid,
        "model": made_by,
        "rating": item.row.rating or 0,
        "sha256": item.row.sha256,
    }


def _row(one: Preference, chosen: _Kept, rejected: _Kept) -> dict[str, Any]:
    """One type a column in every split: what is missing is empty text, or 0."""
    return {
        "prompt": chosen.prompt,
        "chosen_file_name": chosen.name,
        "rejected_file_name": rejected.name,
        "source": one.source,
        "votes": one.votes,
        "axes": json.dumps(one.axes),
        "judged_at": flat(one.judged_at) if one.judged_at else "",
        **{f"chosen_{name}": value for name, value in chosen.said.items()},
        **{f"rejected_{name}": value for name, value in rejected.said.items()},
    }


PREFERENCES = Format(_write, preferences=True, card=lambda plan: parts_of(plan, "{}/**"))
