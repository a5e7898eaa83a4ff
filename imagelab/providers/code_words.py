"""Addresses and headers as source text, in Python and for a shell; no key stands in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

# Every other value counts as a key.
_OPEN_HEADERS = (
    *("accept", "content-type", "idempotency-key"),
    *("cf-aig-max-attempts", "cf-aig-metadata", "cf-aig-skip-cache"),
)
_VARIABLE = re.compile(r"(?<=/)\$([A-Z][A-Z0-9_]*)(?=/|$)")  # a part of an address


def python_url(url: str) -> str:
    """The address as Python source; what stands in it as `$NAME` is read from the environment."""
    pieces = enumerate(_VARIABLE.split(url))
    spelled = [f"os.environ[{part!r}]" if at % 2 else repr(part) for at, part in pieces if part]
    return " + ".join(spelled)


def shell_url(url: str) -> str:
    """The address as words of a shell; the same goes for `$NAME`."""
    pieces = enumerate(_VARIABLE.split(url))
    return "".join(f'"${part}"' if at % 2 else shlex.quote(part) for at, part in pieces if part)


def python_headers(headers: Mapping[str, str], key_variable: str) -> str:
    """The headers as a dict in Python source; the key is read from its variable."""
    return (
        "{"
        + ", ".join(f"{k!r}: {_python_header(k, v, key_variable)}" for k, v in headers.items())
        + "}"
    )


def _python_header(name: str, value: str, key_variable: str) -> str:
    lead, key = _apart(name, value)
    known = f"os.environ[{key_variable!r}]"
    return (f"{lead!r} + {known}" if lead else known) if key else repr(value)


def shell_header(name: str, value: str, key_variable: str) -> str:
    """One header as a word of a shell; the key is read from its variable."""
    lead, key = _apart(name, value)
    return f'"{name}: {lead}${key_variable}"' if key else shlex.quote(f"{name}: {value}")


def _apart(name: str, value: str) -> tuple[str, bool]:
    """What stands before the key in a header, and whether there is a key at all."""
    if name.lower() in _OPEN_HEADERS:
        return "", False
    return ("Bearer " if value.startswith("Bearer ") else ""), True
