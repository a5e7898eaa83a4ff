"""What an image itself tells of how it was made, where the vendor's answer does not."""

from __future__ import annotations

from collections.abc import Mapping

from imagelab.errors import DamagedImageError
from imagelab.imaging.sniff import sniff


def arrived(data: bytes) -> Mapping[str, str]:
    """The size and format the vendor chose, in our words, as far as the image's header shows.

    >>> arrived(b"no image")
    {}
    """
    try:
        header = sniff(data)
    except DamagedImageError:
        return {}
    return {"size": f"{header.width}x{header.height}", "format": header.format}
