"""The blind comparison: two pictures at a time and nothing said of them, until the table at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, get_args

import traitlets

from imagelab.domain.frozen import frozen
from imagelab.errors import RequestError
from imagelab.widgets.channel import Answer
from imagelab.widgets.modules import script, style
from imagelab.widgets.still import Still
from imagelab.widgets.view import View

Choice = Literal["left", "right", "tie"]
_CHOICES: tuple[Choice, ...] = get_args(Choice)
_HEIGHT_PIXELS = 520


@frozen
class Turn:
    """How far it is: the pair that is asked about, the one after it, and the table as it stands."""

    pair: tuple[int, ...]
    coming: tuple[int, ...]
    judged: int
    total: int
    table: Sequence[Mapping[str, Any]]


class Sitting(Protocol):
    """Keeps what is said; the lab has it, and with it a table of any kind."""

    def turn(self) -> Turn:
        """How far it is now."""
        ...

    def judge(self, pair: Sequence[int], choice: Choice) -> None:
        """Keep what was said of a pair, durably."""
        ...

    def undo(self) -> bool:
        """Take the last back; whether there was one."""
        ...

    def frame(self) -> Any:  # noqa: ANN401 - a DataFrame, which is heavy
        """The table with its figures."""
        ...


class Blind(View):
    """Two of several images at a time; `judged` of `total` pairs have been.

    Keys: ← or → for the better one, ↓ for a tie, u takes the last back. Each judgement is in
    the catalog at once, so that a comparison of the same images goes on where it was left.
    `finished` shows the table; it is set at the end, may be set before, and observed.
    """

    _esm = script("blind.js")
    _css = style("blind.css")

    pair = traitlets.List(traitlets.Int()).tag(sync=True)
    coming = traitlets.List(traitlets.Int()).tag(sync=True)
    judged = traitlets.Int(0).tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    table = traitlets.List(traitlets.Dict()).tag(sync=True)
    finished = traitlets.Bool(default_value=False).tag(sync=True)
    height = traitlets.Int(_HEIGHT_PIXELS, min=240, max=4000).tag(sync=True)

    def __init__(
        self,
        sitting: Sitting,
        *,
        answer: Answer,
        pointer: str = "",
        still: Callable[[], Still | None] = lambda: None,
    ) -> None:
        self._sitting = sitting
        super().__init__(answer=answer, act=self._acted, pointer=pointer, still=still)
        self._show()

    def judge(self, choice: Choice) -> None:
        """Say which of the two that are shown is better: "left", "right", or "tie".

        RequestError for another word, and where every pair was judged.
        """
        if choice not in _CHOICES:
            raise RequestError(f"{choice!r} is not one of 'left', 'right', 'tie'")
        if not self.pair:
            raise RequestError(f"all {self.total:,} pairs were judged; to_pandas() has the table")
        self._sitting.judge(self.pair, choice)
        self._show()

    def undo(self) -> bool:
        """Take the last judgement back; whether there was one."""
        done = self._sitting.undo()
        if done:
            self.finished = False
        self._show()
        return done

    def to_pandas(self) -> Any:  # noqa: ANN401 - a DataFrame, which is heavy
        """A row an axis value: how often it was compared, its wins, ties and losses, and its share.

        `share` is the wins with ties counted half, `low` and `high` its 95 % interval (Wilson,
        1927); `alone` comparisons differed in nothing else. `cost` is what an image cost on
        average in dollars, and `wins_per_dollar` the share divided by it, with its interval;
        None where a cost is not known.
        """
        return self._sitting.frame()

    def __repr__(self) -> str:
        return f"Blind({self.judged:,} of {self.total:,} pairs judged)"

    def _show(self) -> None:
        turn = self._sitting.turn()
        with self.hold_sync():  # one message: the page never sees half of it
            self.pair, self.coming = list(turn.pair), list(turn.coming)
            self.judged, self.total = turn.judged, turn.total
            self.table = [dict(row) for row in turn.table]
            self.finished = self.finished or not turn.pair

    def _acted(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the page asks for; a word on a pair that is not shown any more is an echo."""
        match name, given:
            case "judge", {"pair": list(pair), "choice": str(choice)}:
                if pair == self.pair and choice in _CHOICES:
                    self.judge(choice)
                return {}
            case "undo", _:
                return {} if self.undo() else {"said": "there is nothing to take back"}
        raise RequestError(f"{name!r:.40} is not a verb of a blind comparison")
