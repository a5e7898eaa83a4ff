"""Searches made of what the language knows, most of them readable, some not."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        "fox", "ca", "koi*", '"red fox"', "-", "NOT", "OR", "|", "AND", "(", ")", "日本",
        "model:gpt", "model:gpt*", "provider:runware,oxen", "size:square", "rating:>=4",
        "rating:0", "cost:<0.05", "date:7d", "tag:hero", 'tag:"red fox"', "is:edit",
        "is:rejected", "is:trashed", "prompt:fox", "note:ca*", "param.steps:20", "seed:5",
        "id:#3", "width:>100", "n:2", "status:succeeded", "sort:-cost", "sort:date",
    ]
)  # fmt: skip
QUERIES = st.lists(PIECES, max_size=8).map(" ".join)
