"""A comparison as it is kept: two images, and which of them somebody liked better."""

from __future__ import annotations

from datetime import datetime

from imagelab.domain.frozen import frozen


@frozen
class Comparison:
    """What was said of two images, by their uuids; `left` is the one that stood left.

    `winner` is one of the two, None for a tie. `axes` are those they differed on, `about` the
    sweep's template or the search they were compared for.
    """

    uuid: str
    left: str
    right: str
    winner: str | None
    axes: tuple[str, ...]
    about: str
    judged_at: datetime

    @property
    def loser(self) -> str | None:
        """The other one; None for a tie."""
        if self.winner is None:
            return None
        return self.right if self.winner == self.left else self.left
