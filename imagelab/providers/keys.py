"""Where keys come from, and a value that holds one without ever showing it."""

from __future__ import annotations

import getpass
import importlib
import os
import re
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

from imagelab.errors import MissingKeyError, RequestError
from imagelab.providers.addresses import is_loopback

# What an HTTP header takes: visible ASCII. A key with anything else was copied wrongly, and
# would come out whole in the error of whoever encodes it.
_KEY = re.compile(r"[\x21-\x7e]+")
_SHORTEST_TOLD = 12  # characters; the ending of a shorter one would tell too much of it
_SERVICE = "imagelab"  # the name under which a keyring keeps our keys
_DOTENV_BYTES = 65_536
_PROJECT_MARKS = (".git", "pyproject.toml")
_ASSIGNMENT = re.compile(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*"""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>.*?))\s*(?:(?:^|\s)\#.*)?"""
)

_remembered: dict[str, Secret] = {}


class Secret:
    """A key. Its text comes out of `reveal()` and of nothing else.

    >>> key = Secret("sk-0123456789abcdef", "an example")
    >>> key, f"{key}", key.ending
    (Secret('…cdef'), '…cdef', '…cdef')
    """

    __slots__ = ("__value",)

    def __init__(self, value: str, source: str = "it") -> None:
        """Strip and check the value; RequestError, without it, if no key looks like that."""
        stripped = value.strip()
        if not _KEY.fullmatch(stripped):
            raise RequestError(
                f"{source} is not a key: a key is letters, digits and signs without spaces; copy it again"
            )
        self.__value = stripped

    @property
    def ending(self) -> str:
        """Enough of the key to tell it from another."""
        return "…" + (self.__value[-4:] if len(self.__value) >= _SHORTEST_TOLD else "")

    def reveal(self) -> str:
        """The key itself, for the header it goes into."""
        return self.__value

    def __repr__(self) -> str:
        return f"Secret({self.ending!r})"

    def __str__(self) -> str:
        return self.ending

    def __format__(self, spec: str) -> str:
        return format(self.ending, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__value == other.__value

    def __hash__(self) -> int:
        return hash(self.__value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not pickled or copied; hand on the Secret itself")


def find_key(
    provider: str,
    variable: str,
    given: Mapping[str, str | Secret] | None = None,
    folder: Path | None = None,
) -> Secret | None:
    """The key of a provider, from the first place that has one.

    The places: `given` by variable or provider, the environment, the nearest `.env` from
    `folder` up to the root of its project, the keyring if one is installed, and `login`.
    RequestError, without the key, for one that cannot be a key.
    """
    for value, source in _found(provider, variable, given or {}, folder):
        if isinstance(value, Secret):
            return value
        if value and value.strip():
            return Secret(value, source)
    return None


def required_key(
    provider: str,
    variable: str,
    given: Mapping[str, str | Secret] | None = None,
    folder: Path | None = None,
) -> Secret:
    """The same; MissingKeyError that says how to give one."""
    key = find_key(provider, variable, given, folder)
    if key is None:
        raise MissingKeyError(
            f"no key for {provider}: set {variable}, or pass keys={{{provider!r}: …}} to il.open()"
        )
    return key


def login(provider: str, variable: str) -> Secret:
    """Ask for a key without showing it, and remember it for this process."""
    typed = getpass.getpass(f"{variable} for {provider}: ")
    _remembered[variable] = Secret(typed, f"what was typed for {variable}")
    return _remembered[variable]


def base_url(
    provider: str, variable: str, default: str, given: Mapping[str, str] | None = None
) -> str:
    """Where a provider's API is: `given` or the environment by variable, else its default.

    Without the slash at its end. RequestError unless it is https, or http on this machine;
    never read from a `.env`, which could send keys elsewhere.

    >>> base_url("openai", "OPENAI_BASE_URL", "https://api.openai.com/v1", {})
    'https://api.openai.com/v1'
    """
    said = (given or {}).get(variable) or os.environ.get(variable) or default
    base = said.strip().rstrip("/")
    if not _is_base(base):
        raise RequestError(
            f"{provider}: {variable} is not an address for an API; it is https://host/path, "
            "http only on this machine, without a user name, '?' or '#'"
        )
    return base


def _found(
    provider: str, variable: str, given: Mapping[str, str | Secret], folder: Path | None
) -> Iterator[tuple[str | Secret | None, str]]:
    yield given.get(variable) or given.get(provider), f"the key given for {provider}"
    yield os.environ.get(variable), f"{variable} in the environment"
    yield _from_dotenv(variable, folder), f"{variable} in the .env file"
    yield _from_keyring(variable), f"{variable} in the keyring"
    yield _remembered.get(variable), f"what was typed for {variable}"


def _from_dotenv(variable: str, folder: Path | None) -> str | None:
    for place in _project_folders(folder):
        value = _read_dotenv(place / ".env").get(variable)
        if value:
            return value
    return None


def _project_folders(folder: Path | None) -> list[Path]:
    """The folder and those above it up to its project's root; the folder alone without one."""
    if folder is None:
        return []
    start = folder.absolute()
    above = [start, *start.parents]
    for depth, place in enumerate(above):
        if any((place / mark).exists() for mark in _PROJECT_MARKS):
            return above[: depth + 1]
    return [start]


def _read_dotenv(file: Path) -> dict[str, str]:
    try:
        readable = file.is_file() and file.stat().st_size <= _DOTENV_BYTES
        lines = file.read_text(errors="replace").splitlines() if readable else []
    except OSError:
        return {}
    found = [match for line in lines if (match := _ASSIGNMENT.fullmatch(line))]
    return {
        match["name"]: match["double"] or match["single"] or match["bare"] or "" for match in found
    }


def _from_keyring(variable: str) -> str | None:
    if find_spec("keyring") is None:
        return None
    try:
        value = importlib.import_module("keyring").get_password(_SERVICE, variable)
    except Exception:  # noqa: BLE001 - backends fail in ways of their own, and are optional
        return None
    return value if isinstance(value, str) else None


def _is_base(base: str) -> bool:
    try:
        parts = urlsplit(base)
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:
        return False
    clean = base.isascii() and base.isprintable() and not (set(base) & set(" ?#@\\"))
    return port_is_a_number and clean and _is_safe(parts)


def _is_safe(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    )
