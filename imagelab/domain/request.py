"""What is asked for: a request, the images it starts from, and the paid calls it becomes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any, Literal

from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost
from imagelab.domain.params import Params

# `input` is what an edit starts from and `reference` what it looks at: both are sent as pictures.
# `reroll` is the image that was asked for again; it is recorded, and not sent.
Role = Literal["input", "reference", "mask", "reroll"]
PICTURES: tuple[Role, ...] = ("input", "reference")


@frozen
class Input:
    """An image a request starts from: known by its hash, with its bytes at hand for sending.

    `asset` is the uuid of the asset it is, None for a mask that is none. `url` is set when
    the user gave an address, which goes verbatim to vendors that take addresses.
    """

    sha256: str
    role: Role
    data: bytes = field(repr=False, compare=False)
    format: str
    width: int
    height: int
    asset: str | None = None
    url: str | None = field(default=None, repr=False)


@frozen
class Request:
    """One thing asked of one offer; `params` is as resolved, `asked` as the user said it."""

    provider: str
    model: str
    native: str
    prompt: str
    params: Params
    n: int = 1
    inputs: tuple[Input, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict, compare=False)
    tags: tuple[str, ...] = field(default=(), compare=False)

    @property
    def images(self) -> tuple[Input, ...]:
        """The inputs that are pictures, in order."""
        return tuple(i for i in self.inputs if i.role in PICTURES)

    @property
    def mask(self) -> Input | None:
        """The mask, if one was given."""
        return next((i for i in self.inputs if i.role == "mask"), None)

    def fingerprint(self) -> str:
        """The hash under which equal requests are found again (`reuse=`): of what is sent.

        Previews are of the looking on, not of the image.
        """
        given = [(i.role, i.sha256) for i in self.inputs]
        params, extra = self.params.given(), self.extra
        return fingerprint(self.provider, self.native, self.prompt, params, self.n, extra, given)

    def recipe(self) -> str:
        """The hash under which re-rolls are one stack: equal but for the seed and how many."""
        given = [(i.role, i.sha256) for i in self.inputs]
        params, extra = canonical(self.params.given()), canonical(dict(self.extra))
        return recipe(self.provider, self.native, self.prompt, params, extra, given)


@frozen
class Sent:
    """What an earlier run sent of a call: when, and the record of its body.

    `rivalled` where an equal call of this lab has lost the vendor's ids too, so that nobody
    could tell whose is whose.
    """

    at: datetime
    body: str = field(repr=False)
    rivalled: bool = False


@frozen
class Call:
    """One paid POST of a request: its share of the images, and ids made before it is sent.

    `key` is the UUIDv4 a vendor may use to know the call again; `remote` holds the ids the
    vendor gave it, once it has; `sent` is set when a later run takes it up. `price` is what
    each image costs, where the price list leaves nothing open.
    """

    uuid: str
    key: str
    request: Request
    n: int
    offset: int = 0
    remote: tuple[str, ...] = ()
    sent: Sent | None = None
    price: Cost | None = None


# Made once: json.dumps makes one a call, which takes as long as a small request itself.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(
    provider: str,
    native: str,
    prompt: str,
    params: Mapping[str, Any],
    n: int,
    extra: Mapping[str, Any],
    inputs: Sequence[tuple[str, str]],
) -> str:
    """The hash of what is sent, by which equal requests are known.

    >>> said = ("runware", "flux", "a fox")
    >>> fingerprint(*said, {"previews": 2}, 1, {}, ()) == fingerprint(*said, {}, 1, {}, ())
    True
    """
    identity = {
        "provider": provider,
        "model": native,
        "prompt": prompt,
        "params": {name: value for name, value in params.items() if name != "previews"},
        "n": n,
        "inputs": [
            ["mask" if role == "mask" else "input", sha256]
            for role, sha256 in inputs
            if role != "reroll"
        ],
        "extra": extra,
    }
    return hashlib.sha256(canonical(identity).encode()).hexdigest()


def recipe(
    provider: str,
    native: str,
    prompt: str,
    params: str,
    extra: str,
    inputs: Sequence[tuple[str, str]],
) -> str:
    """The hash of what was asked, whatever the seed; `params` and `extra` are canonical JSON.

    >>> said = ("runware", "flux", "a fox", '{"size":"square"}')
    >>> recipe(*said, '{"seed":5}', ()) == recipe(*said, "{}", ())
    True
    """
    unseeded = {name: value for name, value in json.loads(extra).items() if name != "seed"}
    given = [list(one) for one in inputs]
    asked = [provider, native, prompt, json.loads(params), unseeded, given]
    return hashlib.sha256(canonical(asked).encode()).hexdigest()


def canonical(value: object) -> str:
    """JSON in one spelling: sorted keys, no spaces, any text.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return _CANONICAL.encode(value)
