"""What a vendor made that gives its images by address: as the image shows it, or that none came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagelab.errors import DamagedImageError, DownloadError
from imagelab.imaging.sniff import sniff


def applied(data: bytes) -> Mapping[str, Any]:
    """What the vendor made of what was left to it, as far as an image shows; nothing of no image.

    >>> applied(b"no image")
    {}
    """
    try:
        header = sniff(data)
    except DamagedImageError:
        return {}
    return {"size": f"{header.width}x{header.height}", "format": header.format}


def undelivered(provider: str, reason: str) -> DownloadError:
    """That an image is paid for and not there.

    >>> print(undelivered("oxen", "the address answers HTTP 404"))
    oxen: the image was made and billed, and its address does not give it: the address answers HTTP 404
    """
    said = f"the image was made and billed, and its address does not give it: {reason}"
    return DownloadError(provider, said, charged="yes")
