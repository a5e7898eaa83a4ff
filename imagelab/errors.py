"""Every exception that imagelab raises on purpose, split by whose turn it is to act.

    ImagelabError
    ├── RequestError                yours: it cannot be sent as it stands; nothing left this machine
    │   ├── UnknownModelError       no offer, or more than one, goes by that name
    │   ├── UnsupportedParamError   the offer does not take this parameter or value
    │   ├── MissingKeyError         nobody would be paid: no key for this provider
    │   ├── BudgetError             it would cost more than is left
    │   ├── InputImageError         what was given as an image is not one we can send
    │   └── QueryError              a search that cannot be read; carries the position
    ├── ProviderError               theirs: it was sent, and this is what came of it
    │   ├── AuthError               the key was not accepted
    │   ├── QuotaError              the account has no money or no quota left
    │   ├── RefusedError            content policy; sending it again will not help
    │   ├── InvalidError            the provider did not accept the request as written
    │   ├── ModelGoneError          the provider no longer has this model
    │   ├── RateLimitError          too many requests; carries retry_after
    │   ├── UnavailableError        the provider could not be reached or is out of order
    │   ├── DownloadError           the image was made, and its address does not give it
    │   ├── ProtocolError           the answer was not one this client understands
    │   ├── CancelledError          it was cancelled before an image arrived
    │   └── OutcomeUnknownError     it was sent and no answer came; it may have been billed
    └── CatalogError                here: the catalog cannot do what was asked
        ├── AssetNotFoundError
        ├── GenerationNotFoundError
        ├── SearchNotFoundError     no saved search goes by that name
        ├── CatalogModeError        a real catalog was asked for and this is a sandbox, or the reverse
        ├── CatalogVersionError     the file was written by another version
        ├── CatalogBusyError        another process held the catalog for too long
        ├── DamagedImageError       the bytes are kept, and they do not decode
        ├── OffloadedError          the original lies in a store, and was not had from there
        └── SqlError                a statement that lab.sql() does not run

Catch `ImagelabError` to catch them all.

>>> from imagelab import errors
>>> raise errors.UnsupportedParamError("openai/gpt-image-2", "quality", "hihg", ("low", "high"))
Traceback (most recent call last):
imagelab.errors.UnsupportedParamError: ...
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Literal

Charged = Literal["yes", "no", "unknown"]


class ImagelabError(Exception):
    """Base class of every error that imagelab raises on purpose.

    `generation` is the handle of what failed, where waiting for one raised it.
    """

    generation: Any = None  # handles lie above this layer


class RequestError(ImagelabError, ValueError):
    """The request cannot be sent as it stands; nothing left this machine."""


class UnknownModelError(RequestError):
    """No offer, or more than one, goes by this name."""


class UnsupportedParamError(RequestError):
    """The offer does not take this parameter, or not with this value."""

    def __init__(
        self,
        offer: str,
        param: str,
        value: object,
        allowed: Collection[str] = (),
        *,
        elsewhere: Collection[str] = (),
    ) -> None:
        self.offer, self.param, self.value = offer, param, value
        self.allowed, self.elsewhere = tuple(allowed), tuple(elsewhere)
        taken = f"it takes {listed(self.allowed)}" if allowed else f"it has no {param}"
        # What another offer takes is no slip of the pen.
        near = [] if elsewhere else get_close_matches(str(value), self.allowed, n=1)
        hint = f". Did you mean {near[0]!r}?" if near else ""
        others = f"; {', '.join(self.elsewhere)} would take it" if elsewhere else ""
        super().__init__(f"{offer} does not accept {param}={value!r}; {taken}{others}{hint}")


class MissingKeyError(RequestError):
    """No key is known for this provider."""


class BudgetError(RequestError):
    """It would cost more than the budget leaves.

    `asked` is its upper price, `left` what is left and `limit` the limit, in dollars; None
    where a price is not known.
    """

    def __init__(
        self,
        message: str,
        *,
        asked: Decimal | None = None,
        left: Decimal | None = None,
        limit: Decimal | None = None,
    ) -> None:
        self.asked, self.left, self.limit = asked, left, limit
        super().__init__(message)


class InputImageError(RequestError):
    """What was given as an image is not one we can send."""


class QueryError(RequestError):
    """A search that cannot be read; `position` counts characters from 0."""

    def __init__(self, message: str, position: int, length: int = 1) -> None:
        self.position, self.length = position, length
        super().__init__(f"{message} (at character {position + 1})")


class ProviderError(ImagelabError):
    """It was sent, and this is what came of it; `charged` says whether it cost anything."""

    def __init__(
        self,
        provider: str,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        charged: Charged = "no",
    ) -> None:
        self.provider, self.status, self.code = provider, status, code
        self.request_id, self.charged = request_id, charged
        facts = [f"HTTP {status}"] if status else []
        facts += [f"request {request_id}"] if request_id else []
        trace = f" ({', '.join(facts)})" if facts else ""
        super().__init__(f"{provider}: {message}{trace}")


class AuthError(ProviderError):
    """The provider did not accept the key."""


class QuotaError(ProviderError):
    """The account has no money or no quota left."""


class RefusedError(ProviderError):
    """The provider will not make this image; sending it again will not help."""


class InvalidError(ProviderError):
    """The provider did not accept the request as written."""


class ModelGoneError(ProviderError):
    """The provider no longer has this model."""


class RateLimitError(ProviderError):
    """Too many requests; `retry_after` says in seconds when to try again, if it is known."""

    retry_after: float | None = None


class UnavailableError(ProviderError):
    """The provider could not be reached, or is out of order."""


class DownloadError(ProviderError):
    """The image was made and paid for, and its address does not give it."""


class ProtocolError(ProviderError):
    """The answer was not one this client understands; its bytes are kept."""


class CancelledError(ProviderError):
    """It was cancelled before an image arrived."""


class OutcomeUnknownError(ProviderError):
    """It was sent and no answer came: it may have been billed, and is never sent again by itself."""


class CatalogError(ImagelabError):
    """The catalog cannot do what was asked."""


class AssetNotFoundError(CatalogError, KeyError):
    """No asset with this id is in the catalog."""

    # KeyError prints the repr of its argument, which would quote the sentence.
    __str__ = Exception.__str__


class GenerationNotFoundError(CatalogError, KeyError):
    """No generation with this id is in the catalog."""

    __str__ = Exception.__str__


class SearchNotFoundError(CatalogError, KeyError):
    """No saved search goes by this name."""

    __str__ = Exception.__str__


class CatalogModeError(CatalogError):
    """A real catalog was asked for and the file is a sandbox's, or the reverse."""


class CatalogVersionError(CatalogError):
    """The file was written by a newer imagelab."""


class CatalogBusyError(CatalogError):
    """Another process held the catalog for too long."""


class DamagedImageError(CatalogError):
    """The received bytes are kept, and they do not decode."""


class OffloadedError(CatalogError):
    """An original lies in a store, and was not had from there.

    `place` says where; `lost` is whether the store was reached and does not have it as it was,
    `altered` whether something else stands in its place, and `why` what is wrong there.
    """

    def __init__(
        self,
        message: str,
        place: Any = None,  # noqa: ANN401 - places lie above this layer
        *,
        lost: bool = False,
        altered: bool = False,
        why: str = "",
    ) -> None:
        self.place, self.lost, self.altered, self.why = place, lost, altered, why
        super().__init__(message)


class SqlError(CatalogError):
    """A statement that `lab.sql()` does not run, or that took too long."""


def as_words(error: ImagelabError) -> dict[str, Any]:
    """An error as it travels to a view in a page, with the place in a query it speaks of.

    >>> as_words(QueryError("nothing opened this bracket; remove it", 4))["at"]
    4
    """
    told: dict[str, Any] = {"error": str(error), "kind": type(error).__name__}
    if isinstance(error, QueryError):
        told |= {"at": error.position, "length": error.length}
    return told


def listed(values: Collection[str]) -> str:
    """The values as a reader wants them in a sentence.

    >>> listed(["low", "high"])
    "'low', 'high'"
    """
    return ", ".join(map(repr, values))
