"""Images that come inside the answer, as base64 text or as a data URI."""

from __future__ import annotations

import binascii


def image_bytes(coded: str) -> bytes | None:
    r"""The bytes of base64 text, bare or after a `data:` prefix; None when it is not that.

    Line breaks are allowed, for some servers wrap what they encode; nothing else is.

    >>> image_bytes("data:image/png;base64,iVBORw=="), image_bytes("not base64!")
    (b'\x89PNG', None)
    """
    if coded.startswith("data:"):
        head, _, coded = coded.partition(",")
        if not head.endswith(";base64"):
            return None
    return _strict(coded) or _strict("".join(coded.split()))


def _strict(coded: str) -> bytes | None:
    try:
        return binascii.a2b_base64(coded, strict_mode=True) or None
    except ValueError:
        return None
