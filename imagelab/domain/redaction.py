"""What of an address is kept: where it leads, and nothing that would open it.

A signature or a token stands after the `?` of an address, or before its host. What is kept of
it is `…`, so that it can be told from an address that never had any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ADDRESS = re.compile(
    r"([a-z][a-z0-9+.-]*://)([^\s/?#@\"'<>]*@)?([^\s?#\"'<>]*)([?#][^\s\"'<>]*)?", re.IGNORECASE
)
_CUT = re.compile(r"[a-z][a-z0-9+.-]*://(…@\S*|\S*\?…)", re.IGNORECASE)


def redacted(text: str) -> str:
    """The text, every address in it without what would open it.

    >>> redacted("not reached: https://me:pw@host.example/hook?token=7")
    'not reached: https://…@host.example/hook?…'
    """
    return _ADDRESS.sub(_kept, text)


def fit_to_keep(value: Any) -> Any:  # noqa: ANN401 - a JSON document has any shape
    """A JSON document with its addresses redacted; a text that only mentions one stays as it is.

    >>> fit_to_keep({"webhookURL": "https://host.example/hook?token=7", "n": 1})
    {'webhookURL': 'https://host.example/hook?…', 'n': 1}
    """
    match value:
        case str():
            return redacted(value) if _ADDRESS.fullmatch(value) else value
        case Mapping():
            return {name: fit_to_keep(inside) for name, inside in value.items()}
        case list() | tuple():
            return [fit_to_keep(inside) for inside in value]
        case _:
            return value


def cut_fields(value: object, path: str = "") -> tuple[str, ...]:
    """Where in a document an address stands that was redacted.

    >>> cut_fields({"a": {"webhookURL": "https://host.example/hook?…"}})
    ('a.webhookURL',)
    """
    match value:
        case str():
            return (path,) if _CUT.fullmatch(value) else ()
        case Mapping():
            pairs = [(f"{path}.{name}" if path else str(name), v) for name, v in value.items()]
        case list() | tuple():
            pairs = [(path, inside) for inside in value]
        case _:
            return ()
    return tuple(where for at, inside in pairs for where in cut_fields(inside, at))


def _kept(found: re.Match[str]) -> str:
    scheme, user, rest, opening = found.groups()
    return f"{scheme}{'…@' if user else ''}{rest}{'?…' if opening else ''}"
