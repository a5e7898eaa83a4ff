"""Two hundred searches, the same every time: every field, every mix, negations and orders."""

from __future__ import annotations

import random

from tests.benchmarks.synthetic import TAGS, VOCABULARY

COUNT = 200
WORDS = {
    "very common": ("word0", "word1"),
    "common": ("word12", "word20"),
    "medium": ("word300", "word700"),
    "rare": (f"word{VOCABULARY - 1000}", f"word{VOCABULARY - 20}"),
}
_FIELDS = (
    "model:gpt-image-2", "model:gpt*", "model:*schnell", "provider:runware,openai", "quality:low",
    "size:square", "size:1536x1024", "size:*x512", "format:webp", "status:succeeded",
    "status:partial", "cost:<0.05", "cost:>0.19", "rating:5", "rating:>=3", "rating:0",
    "width:>1024", "height:512", "n:4", "seed:5", "seed:>1000", "date:2026-11", "date:>2026-06-01",
    "date:2025-01-01..2025-01-31", "id:5000..9000", "is:edit", "is:root", "is:unrated",
    "is:rejected", "is:failed", "is:flagged", "param.steps:20", "param.background:transparent",
    "prompt:word5", "caption:word5", "note:print", "from:#500", "like:#700", "stack:#900",
)  # fmt: skip
_SORTS = ("sort:date", "sort:-cost", "sort:cost", "sort:-rating", "sort:rating,-cost", "sort:id")


def seeded() -> list[str]:
    """The searches, made of one to four terms each."""
    chance = random.Random(200)
    singles = [*_FIELDS, *(word for words in WORDS.values() for word in words), *_SORTS, ""]
    return [*singles, *(_mixed(chance) for _ in range(COUNT - len(singles)))]


def _mixed(chance: random.Random) -> str:
    terms = [_term(chance) for _ in range(chance.randint(2, 4))]
    said = " ".join(("-" if chance.random() < 0.2 else "") + term for term in terms)
    if chance.random() < 0.15:
        said = f"({said}) OR {_term(chance)}"
    elif chance.random() < 0.3:
        said = f"{said} {chance.choice(_SORTS)}"
    return said


def _term(chance: random.Random) -> str:
    kind = chance.random()
    word = f"word{int(VOCABULARY ** chance.random()) - 1}"
    if kind < 0.45:
        return word
    if kind < 0.5:
        return f"{word}*"
    if kind < 0.55:
        return f'"{word} word{int(VOCABULARY ** chance.random()) - 1}"'
    if kind < 0.65:
        return f"tag:tag{int(TAGS ** chance.random()) - 1}"
    return chance.choice(_FIELDS)
