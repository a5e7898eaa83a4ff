"""The text that AUTOMATIC1111 and its kin write into pictures: prompt, what to avoid, settings.

Lines of the prompt, lines from `Negative prompt:` on, and a last line of `Name: value` with
commas between; a value with a comma, colon or line end is a JSON string
(stable-diffusion-webui, `modules/infotext_utils.py`, whose rule also is that a last line of
fewer than three settings is part of the prompt).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_SETTING = re.compile(r'\s*(\w[\w \-/]{0,60}):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)')
_FEWEST, _MOST_LINE = 3, 20_000
_NEGATIVE = "Negative prompt:"


def read_infotext(text: str) -> tuple[str, str, dict[str, str]] | None:
    r"""Prompt, negative prompt and settings; None where there are no settings.

    >>> read_infotext("a fox\nNegative prompt: snow\nSteps: 20, Seed: 5, Model: \"a, b\"")
    ('a fox', 'snow', {'Steps': '20', 'Seed': '5', 'Model': 'a, b'})
    """
    head, _, last = text.strip().rpartition("\n")
    found = [_pair(m[1], m[2]) for m in _SETTING.finditer(last[:_MOST_LINE])]
    if len(found) < _FEWEST:
        return None
    first, negative = head, ""
    at = 0 if head.startswith(_NEGATIVE) else head.find("\n" + _NEGATIVE)
    if at >= 0:
        first, negative = head[:at], head[at:].lstrip("\n").removeprefix(_NEGATIVE)
    return first.strip(), negative.strip(), dict(found)


def infotext(prompt: str, negative: str | None, settings: Mapping[str, object]) -> str:
    r"""The same as text; a setting that is None is left out.

    >>> infotext("a fox", None, {"Seed": 5, "Size": "64x64", "Model": "a, b"})
    'a fox\nSeed: 5, Size: 64x64, Model: "a, b"'
    """
    lines = [prompt] + ([f"{_NEGATIVE} {negative}"] if negative else [])
    said = ((name, str(value)) for name, value in settings.items() if value is not None)
    return "\n".join([*lines, ", ".join(f"{name}: {_quoted(value)}" for name, value in said)])


def _pair(name: str, value: str) -> tuple[str, str]:
    if value.startswith('"'):
        try:
            return name, str(json.loads(value))
        except ValueError:
            return name, value
    return name, value.strip()


def _quoted(value: str) -> str:
    plain = not any(mark in value for mark in ',:\n"')
    return value if plain else json.dumps(value, ensure_ascii=False)
