"""A bucket of an object store that speaks S3, through obstore, which is the extra `store`.

obstore reads its keys, its region and its endpoint from the environment (`AWS_ACCESS_KEY_ID`,
`AWS_REGION`, `AWS_ENDPOINT_URL` and the like, or a machine's own role); none of it passes
through here. Plain http is spoken to loopback alone, or where `AWS_ALLOW_HTTP` says so.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from importlib.util import find_spec
from urllib.parse import urlsplit

from imagelab.domain.redaction import redacted
from imagelab.domain.text import one_line
from imagelab.errors import OffloadedError, RequestError

_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CONNECT, _WHOLE = "10s", "120s"
_TRIES, _PATIENCE = 3, timedelta(seconds=30)
_MOST_SAID = 200
_CODE, _MESSAGE = re.compile(r"<Code>(\w+)</Code>"), re.compile(r"<Message>([^<]*)</Message>")


class Bucket:
    """The objects under a prefix of a bucket by their names."""

    def __init__(self, url: str) -> None:
        if find_spec("obstore") is None:
            raise RequestError(
                f"{url!r} needs obstore, which is not installed; pip install 'imagelab[store]'"
            )
        from obstore import exceptions, store  # noqa: PLC0415 - an extra, and compiled code

        self._url, self._errors = url, exceptions
        try:
            self._store = store.S3Store.from_url(
                url,
                client_options={
                    "connect_timeout": _CONNECT,
                    "timeout": _WHOLE,
                    "allow_http": _plain_http_is_fine(),
                },
                retry_config={"max_retries": _TRIES, "retry_timeout": _PATIENCE},
            )
        except exceptions.BaseError as error:
            raise self._unreached("opened", error) from error

    def put(self, name: str, data: bytes) -> None:
        """Write an object; S3 answers when it is durable."""
        try:
            self._store.put(name, data)
        except (self._errors.BaseError, OSError) as error:
            raise self._unreached("written", error) from error

    def get(self, name: str, size: int) -> bytes:
        """The bytes of an object, which are not fetched if they are more or fewer."""
        try:
            found = self._store.get(name)
            if found.meta["size"] == size:
                return bytes(found.bytes())
        except (self._errors.BaseError, OSError) as error:
            if isinstance(error, FileNotFoundError) and "<Code>NoSuchBucket" not in str(error):
                raise self._lost(name, "is not there any more") from error
            raise self._unreached("read", error) from error
        raise self._lost(name, f"has {found.meta['size']:,} bytes and had {size:,}")

    def _unreached(self, what: str, error: Exception) -> OffloadedError:
        said = redacted(one_line(_said(str(error)), _MOST_SAID))
        return OffloadedError(
            f"{self._url} could not be {what} ({said}); see to the network and to what AWS_… says in "
            "the environment, then repeat it: nothing is lost"
        )

    def _lost(self, name: str, why: str) -> OffloadedError:
        return OffloadedError(
            f"{name!r} in {self._url} {why}; put the object back that was there", lost=True
        )


def _said(text: str) -> str:
    """What the vendor's own error says, where there is one; else the line that says what failed."""
    code, message = _CODE.search(text), _MESSAGE.search(text)
    if code and message:
        return f"{code[1]}: {message[1]}"
    return text.partition("\n")[0]


def _plain_http_is_fine() -> bool:
    if os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("true", "1"):
        return True
    endpoint = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), "")
    return urlsplit(endpoint).hostname in _LOOPBACK
