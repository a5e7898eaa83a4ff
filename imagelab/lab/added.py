"""What came of adding pictures: those that are here now, which of them are new, and what was broken."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from imagelab.domain.text import counted, one_line
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.lab.adding_leads import Broken

_MOST_SHOWN = 10


class Added(Assets):
    """The added pictures, in their order: the new ones and those that were here already.

    `new` and `known` are the two apart, `broken` says what could not be added and why.
    """

    def __init__(
        self, backing: Backing, new: Sequence[int], known: Sequence[int], broken: Sequence[Broken]
    ) -> None:
        super().__init__(backing, "is:imported", None, list(dict.fromkeys([*new, *known])))
        self.new = Assets(backing, "is:imported", None, new)
        self.known = Assets(backing, "is:imported", None, list(dict.fromkeys(known)))
        self.broken = tuple(broken)

    def __repr__(self) -> str:
        lines = [f"  {one_line(b.called, 70)}: {one_line(b.reason, 110)}" for b in self._told]
        return "\n".join([f"Added({self.counts})", *lines, *self._rest])

    def _repr_mimebundle_(self, **options: object) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**options)
        told = "".join(f"<li>{html.escape(f'{b.called}: {b.reason}')}</li>" for b in self._told)
        rest = "".join(f"<li>{html.escape(line.strip())}</li>" for line in self._rest)
        head = f"<p>{html.escape(self.counts)}</p>" + (f"<ul>{told}{rest}</ul>" if told else "")
        return {"text/plain": repr(self), "text/html": head + bundle.get("text/html", "")}

    @property
    def counts(self) -> str:
        """How many, in words."""
        parts = [counted(len(self.new), "new image")]
        parts += [f"{len(self.known):,} known"] if len(self.known) else []
        parts += [f"{len(self.broken):,} not added"] if self.broken else []
        return ", ".join(parts)

    @property
    def _told(self) -> Sequence[Broken]:
        return self.broken[:_MOST_SHOWN]

    @property
    def _rest(self) -> list[str]:
        more = len(self.broken) - _MOST_SHOWN
        return [f"  and {more:,} more in .broken"] if more > 0 else []
