"""What a picture is captioned with: its own caption, its prompt, a note, or a template of these."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping

from imagelab.domain.records import AssetRow
from imagelab.errors import RequestError

Captioner = Callable[[AssetRow], str]

_FIELDS: Mapping[str, Captioner] = {
    "caption": lambda row: row.caption or row.prompt,
    "prompt": lambda row: row.prompt,
    "note": lambda row: row.note or "",
    "tags": lambda row: ", ".join(row.tags),
    "provider": lambda row: row.provider or "",
    "model": lambda row: row.model or "",
    "rating": lambda row: str(row.rating or ""),
    "width": lambda row: str(row.width),
    "height": lambda row: str(row.height),
}
_ALONE = ("caption", "prompt", "note")


def captioner(said: str) -> Captioner:
    """Who writes the captions: one of `_ALONE`, or a template with names in braces.

    `caption` is the prompt where nobody wrote one. RequestError for anything else.
    """
    if said in list(_ALONE):  # a list, for what is given may be anything
        return _FIELDS[said]
    if "{" not in str(said):
        raise RequestError(
            f"caption={said!r} is not one of {', '.join(_ALONE)}, nor a template such as "
            "'a photo, {tags}, {prompt}'"
        )
    parts = _parts(said)
    return lambda row: "".join(
        before + (_FIELDS[name](row) if name else "") for before, name in parts
    )


def _parts(template: str) -> list[tuple[str, str | None]]:
    """The template as words and names; a name may be one of ours, and nothing of Python's."""
    try:
        parts = [(before, name) for before, name, _, _ in string.Formatter().parse(template)]
    except ValueError as error:
        raise RequestError(f"caption={template!r} cannot be read: {error}") from None
    for _, name in parts:
        if name is not None and name not in _FIELDS:
            raise RequestError(
                f"caption={template!r} names {{{name}}}, which is not one of {', '.join(_FIELDS)}"
            )
    return parts
