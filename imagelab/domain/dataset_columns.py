"""The columns of a row of a dataset, and what a column of the user's own may be called beside them."""

from __future__ import annotations

import re

from imagelab.domain.columns import ASSET_COLUMNS

MONEY = ("cost_usd", "cost_credits", "cost_source")
COLUMNS = (
    *("id", "text", "prompt", "revised_prompt", "negative_prompt", "operation", "provider"),
    *("model", "seed", "width", "height", "mime", "size_bytes", "sha256", "phash", "quality"),
    *("size", "background", "output_format", *MONEY, "created_at", "rating", "tags"),
    *("generation_id", "batch_index", "parent_ids", "params", "split"),
    *("caption", "note", "annotations", "copy_sha256"),
)
# What formats call the rest of a row: a column of another's making would stand in its place.
RESERVED = frozenset(
    [
        *COLUMNS,
        *("image", "images", "file_name", "file_names", "thumbnail", "json", "txt", "png", "jpg"),
        *("webp", "source", "mask", "target", "instruction", "references", "chosen", "rejected"),
    ]
)
_OWN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_PATHS = ("_file_name", "_file_names")  # which readers of datasets take for pictures


def is_reserved(name: str) -> bool:
    """Whether a frame or a dataset has a column of that name already.

    >>> is_reserved("Prompt"), is_reserved("score")
    (True, False)
    """
    return name.casefold() in ASSET_COLUMNS or name.casefold() in RESERVED


def is_own(name: object) -> bool:
    """Whether a column of the user's own can be found by that name in every format.

    >>> is_own("score"), is_own("my score"), is_own("mask_file_name")
    (True, False, False)
    """
    return isinstance(name, str) and bool(_OWN.fullmatch(name)) and not name.endswith(_PATHS)


def can_be_column(name: object) -> bool:
    """Whether a column from outside can be called so; a foreign catalog has any names.

    >>> can_be_column("score"), can_be_column("prompt"), can_be_column("my score")
    (True, False, False)
    """
    return is_own(name) and not is_reserved(str(name))
