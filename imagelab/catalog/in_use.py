"""Which originals have to stay where they are, whoever would rather have their space."""

from __future__ import annotations

# A mask, or an input of a generation that may have to be sent or fetched again.
NEEDED = """
    EXISTS (
        SELECT 1 FROM input i JOIN generation g ON g.id = i.generation WHERE i.blob = {blob}
        AND (i.role = 'mask' OR g.status IN ('queued', 'running', 'unknown'))
    )
"""
