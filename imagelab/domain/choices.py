"""Choices in a prompt: `{fox|hare}`, which a studio reads as a sweep over both."""

from __future__ import annotations

import re

from imagelab.domain.frozen import frozen

_CHOICE = re.compile(r"\{\{([^{}]*\|[^{}]*)\}\}|\{([^{}]*\|[^{}]*)\}")


@frozen
class Choices:
    """A prompt as a sweep takes it: a template, and the values of each of its names.

    Without any `axes` there is nothing to choose, and `plain` is the prompt.
    """

    template: str
    plain: str
    axes: dict[str, list[str]]


def choices(prompt: str) -> Choices:
    """What a prompt leaves to choose; `{{a|b}}` is the text `{a|b}`, any other brace itself.

    >>> found = choices("a {fox|hare} in {ink}")
    >>> found.template, found.axes
    ('a {choice} in {{ink}}', {'choice': ['fox', 'hare']})
    >>> choices("a {{fox|hare}}").plain
    'a {fox|hare}'
    """
    found = list(_CHOICE.finditer(prompt))
    several = sum(group[2] is not None for group in found) > 1
    template, plain, at = "", "", 0
    axes: dict[str, list[str]] = {}
    for group in found:
        before, at = prompt[at : group.start()], group.end()
        template, plain = template + _doubled(before), plain + before
        if group[1] is not None:
            template, plain = template + f"{{{{{group[1]}}}}}", plain + f"{{{group[1]}}}"
            continue
        name = f"choice{len(axes) + 1}" if several else "choice"
        axes[name] = list(dict.fromkeys(word.strip() for word in group[2].split("|")))
        template, plain = template + f"{{{name}}}", plain + group[0]
    return Choices(template + _doubled(prompt[at:]), plain + prompt[at:], axes)


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
