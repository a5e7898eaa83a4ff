"""`extra=`: fields in a provider's own spelling, merged into what is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from imagelab.domain.redaction import fit_to_keep
from imagelab.errors import RequestError


def merge_extra(
    document: Mapping[str, Any], extra: Mapping[str, Any], owned: Mapping[str, str]
) -> dict[str, Any]:
    """The document with `extra` merged in, dictionaries into dictionaries.

    `owned` names the fields that are ours by their dotted path, each with the parameter to
    use instead, or "" where the client sets it. RequestError for one of those, and for what
    is not JSON.

    >>> merge_extra({"a": {"b": 1}}, {"a": {"c": 2}}, owned={"a.b": "size"})
    {'a': {'b': 1, 'c': 2}}
    """
    try:
        json.dumps(dict(extra), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise RequestError(
            f"extra={fit_to_keep(extra)!r} cannot be written as JSON: {error}"
        ) from error
    return _merged(document, extra, owned, "")


def _merged(
    document: Mapping[str, Any], extra: Mapping[str, Any], owned: Mapping[str, str], path: str
) -> dict[str, Any]:
    merged = dict(document)
    for field, value in extra.items():
        where = f"{path}{field}"
        _refuse_owned(where, value, owned)
        inside = merged.get(field)
        if isinstance(value, Mapping):
            known = inside if isinstance(inside, Mapping) else {}
            merged[field] = _merged(known, value, owned, f"{where}.")
        else:
            merged[field] = value
    return merged


def _refuse_owned(where: str, value: object, owned: Mapping[str, str]) -> None:
    if where in owned:
        ours = owned[where]
        instead = f"use {ours}= for it" if ours else "imagelab sets it itself"
        raise RequestError(f"extra={{{where!r}: …}} is not passed on; {instead}")
    if not isinstance(value, Mapping) and any(path.startswith(f"{where}.") for path in owned):
        raise RequestError(
            f"extra={{{where!r}: {fit_to_keep(value)!r}}} would replace fields; give a dict there"
        )
