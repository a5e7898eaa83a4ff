"""A family as words: a nested list for terminals, and the same as HTML for whoever sees no graph."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from imagelab.domain.family_outline import Entry
from imagelab.domain.family_view import View
from imagelab.domain.records import AssetRow
from imagelab.domain.text import one_line

_PROMPT_CHARACTERS = 48


def family_lines(entries: Sequence[Entry], rows: Mapping[int, AssetRow], view: View) -> str:
    """A line a member, each a step further in than what it was made from."""
    lines = []
    for entry in entries:
        inward = "  " * entry.depth
        lines.append(f"{inward}{_line(entry, rows[entry.number])}")
        lines += [f"{inward}  … {more}" for more in _folded(view, entry.number)]
    return "\n".join(lines)


def family_list(
    entries: Sequence[Entry], rows: Mapping[int, AssetRow], view: View, *, told: bool
) -> str:
    """The same as nested lists of HTML; with `told`, prompts and prices stand in it."""
    parts: list[str] = []
    depth = -1
    for entry in entries:
        if entry.depth > depth:
            parts.append("<ul>" * (entry.depth - depth))
        else:
            parts.append("</li>" + "</ul></li>" * (depth - entry.depth))
        depth = entry.depth
        more = "".join(f"<br><small>… {word}</small>" for word in _folded(view, entry.number))
        parts.append(f"<li>{html.escape(_line(entry, rows[entry.number], told=told))}{more}")
    return "".join(parts) + ("</li></ul>" * (depth + 1))


def _line(entry: Entry, row: AssetRow, *, told: bool = True) -> str:
    done = ", ".join(
        word if not place else f"{word} #{parent}"
        for place, (parent, word) in enumerate(entry.parents)
    )
    said = one_line(row.caption or row.prompt, _PROMPT_CHARACTERS)
    cost = "imported" if row.kind == "imported" else str(row.cost or "cost unknown")
    facts = [f"#{row.id}", done]
    facts += [f'"{said}"' if said else "", cost] if told else []
    facts += ["rejected"] if row.rejected else []
    return " · ".join(fact for fact in facts if fact)


def _folded(view: View, number: int) -> list[str]:
    counts = [(view.before.get(number), "before it"), (view.after.get(number), "after it")]
    return [f"{count:,} more {where}" for count, where in counts if count]
