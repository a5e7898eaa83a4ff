"""Splits: which part of a dataset an image is in, whole families at a time."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from imagelab.errors import RequestError

Split = Mapping[str, float] | float | None

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
# What Windows takes for a device, whatever follows the name.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
_CLOSE = 1e-6


def shares(split: Split) -> dict[str, float]:
    """The parts and their shares, which add up to 1: None is all `train`, 0.1 a tenth `test`.

    RequestError says what a split looks like.
    """
    if split is None:
        return {"train": 1.0}
    if isinstance(split, int | float) and not isinstance(split, bool):
        if not 0 < split < 1:
            raise RequestError(f"split={split!r} is not a share between 0 and 1; {_SUCH_AS}")
        split = {"train": 1 - split, "test": split}
    if not isinstance(split, Mapping) or not split:
        raise RequestError(f"split={split!r} is not a share, or names with shares; {_SUCH_AS}")
    given: Mapping[Any, Any] = split  # of whatever the user wrote
    for name, share in given.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name) or _RESERVED.fullmatch(name):
            raise RequestError(
                f"split names {name!r}; a name is letters, digits and _, and begins with a letter"
            )
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
            raise RequestError(f"split gives {name!r} the share {share!r}; {_SUCH_AS}")
    if len({name.lower() for name in split}) < len(split):
        raise RequestError(f"split={dict(split)!r} has names that are one folder on some disks")
    if abs(sum(split.values()) - 1) > _CLOSE:
        raise RequestError(f"the shares of split={dict(split)!r} do not add up to 1; {_SUCH_AS}")
    return dict(split)


_SUCH_AS = "give such as 0.1, or {'train': 0.8, 'validation': 0.1, 'test': 0.1}"


def assigned(families: Sequence[str], parts: Mapping[str, float], seed: int) -> dict[str, str]:
    """The part each family is in; `families` has one name an image, equal for a family.

    Families come in an order that the seed and their names alone decide, and each goes where
    most images are still missing.

    >>> assigned(["a", "a", "b", "c"], {"train": 0.75, "test": 0.25}, seed=0)["a"]
    'train'
    """
    sizes = Counter(families)
    order = sorted(sizes, key=lambda family: hashlib.sha256(f"{seed}:{family}".encode()).digest())
    missing = {name: share * len(families) for name, share in parts.items()}
    placed: dict[str, str] = {}
    for family in order:
        name = max(missing, key=missing.__getitem__)
        placed[family] = name
        missing[name] -= sizes[family]
    return placed
