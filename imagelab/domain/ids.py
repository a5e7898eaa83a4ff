"""Names that are the same on every machine: UUIDv7, ordered by the time they were made."""

from __future__ import annotations

import re
import secrets
import uuid
from datetime import datetime

from imagelab import clock

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def uuid7() -> str:
    """A new UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then 74 random bits.

    >>> uuid.UUID(uuid7()).version
    7
    """
    milliseconds = clock.now_us() // 1000
    version_and_random = 0x7 << 12 | secrets.randbits(12)
    variant_and_random = 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=milliseconds << 80 | version_and_random << 64 | variant_and_random))


def made_at(name: str) -> datetime | None:
    """When a UUIDv7 was made, to the millisecond; None for any other text.

    >>> made_at("01932c07-0000-7000-8000-000000000000").isoformat()
    '2024-11-14T18:54:36.544000+00:00'
    """
    try:
        read = uuid.UUID(name)
    except ValueError:
        return None
    return clock.from_us((read.int >> 80) * 1000) if read.version == 7 else None


def is_uuid(text: str) -> bool:
    """Whether it is a uuid, as we write one.

    >>> is_uuid("01932c07-0000-7000-8000-000000000000"), is_uuid("../etc")
    (True, False)
    """
    return _UUID.fullmatch(text) is not None


def uuid4() -> str:
    """A new random UUID, where a vendor asks for version 4."""
    return str(uuid.uuid4())
