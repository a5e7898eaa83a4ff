"""What a migration is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Runs(Protocol):
    """What a migration needs: sqlite-utils' Database has it, and so has a connection."""

    def execute(self, sql: str, parameters: Sequence[object] = ..., /) -> object: ...
