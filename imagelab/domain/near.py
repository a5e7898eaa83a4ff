"""How alike two pictures are that count as near duplicates."""

from __future__ import annotations

MAX_DISTANCE = 8  # of 64 bits of their perceptual hashes; with more, other pictures come in
