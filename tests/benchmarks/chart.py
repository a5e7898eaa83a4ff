"""The headline figures as a drawing for a page: how often ours fits into what it is held against.

One line a figure on a scale of powers of ten; the bar ends at ours ÷ theirs, and a rule
stands at one, where both take the same time. It follows the reader's light or dark page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from tests.benchmarks.measure import Result

_WIDTH, _LINE, _TOP, _FOOT = 860, 30, 46, 26
_LEFT, _RIGHT = 330, 60  # of the scale, beside which the names and the figures stand
_STYLE = """
text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}
.small{font-size:11px;fill:#59636e}.title{font-weight:600}
.page{fill:#fff}.ours{fill:#1a7f5a}.more{fill:#bc6c25}.rule{stroke:#1f2328}.tick{stroke:#d1d9e0}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}
.page{fill:#0d1117}.ours{fill:#3fb68b}.more{fill:#e09f5a}.rule{stroke:#e6edf3}.tick{stroke:#30363d}}
"""


def drawn(results: Sequence[Result]) -> str:
    """An SVG of those results that have a headline; they must be there."""
    shown = [result for result in results if result.headline]
    if not shown:
        msg = "no figure of these groups has a headline; take the groups record, search, gallery"
        raise ValueError(msg)
    scale = _Scale([result.ratio for result in shown])
    height = _TOP + _LINE * len(shown) + _FOOT
    begin = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
    parts = [
        f'{begin} aria-label="{escape(_told(shown))}">',
        f"<style>{_STYLE}</style>",
        # A ground of its own: a page may be light where the reader's system is dark.
        f'<rect class="page" width="{_WIDTH}" height="{height}"/>',
        '<text class="title" x="12" y="22">Time imagelab takes ÷ time of what it is held against</text>',
        *scale.ticks(height - _FOOT),
        *(part for at, result in enumerate(shown) for part in _line(result, at, scale)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Scale:
    """Places of ratios between two powers of ten that hold them all, and one."""

    def __init__(self, ratios: Sequence[float]) -> None:
        self._least = math.floor(math.log10(min(*ratios, 0.999)))
        self._most = math.ceil(math.log10(max(*ratios, 1.001)))

    def x(self, ratio: float) -> float:
        share = (math.log10(ratio) - self._least) / (self._most - self._least)
        return _LEFT + share * (_WIDTH - _RIGHT - _LEFT)

    def ticks(self, bottom: int) -> list[str]:
        return [
            part
            for power in range(self._least, self._most + 1)
            for part in self._tick(10.0**power, bottom)
        ]

    def _tick(self, ratio: float, bottom: int) -> list[str]:
        x = f"{self.x(ratio):.1f}"
        kind = "rule" if ratio == 1 else "tick"
        said = "the same" if ratio == 1 else f"{ratio:g} ×"
        return [
            f'<line class="{kind}" x1="{x}" x2="{x}" y1="{_TOP - 8}" y2="{bottom}"/>',
            f'<text class="small" x="{x}" y="{bottom + 16}" text-anchor="middle">{said}</text>',
        ]


def _line(result: Result, at: int, scale: _Scale) -> list[str]:
    y = _TOP + _LINE * at
    one, end = scale.x(1), scale.x(result.ratio)
    kind = "ours" if result.ratio <= 1 else "more"
    left, wide = min(one, end), max(abs(end - one), 1)
    beside = end - 6 if result.ratio <= 1 else end + 6
    anchor = "end" if result.ratio <= 1 else "start"
    figure = f'<text class="small" x="{beside:.1f}" y="{y + 14}" text-anchor="{anchor}">'
    return [
        f'<text x="12" y="{y + 9}">{escape(result.headline)}</text>',
        f'<text class="small" x="12" y="{y + 22}">÷ {escape(result.against)}</text>',
        f'<rect class="{kind}" x="{left:.1f}" y="{y + 3}" width="{wide:.1f}" height="14" rx="2"/>',
        f"{figure}{_short(result.ratio)}</text>",
    ]


def _told(shown: Sequence[Result]) -> str:
    return "; ".join(f"{r.headline} ÷ {r.against}: {_short(r.ratio)}" for r in shown)


def _short(ratio: float) -> str:
    return f"{ratio:.2g}" if ratio < 10 else f"{ratio:.0f}"
