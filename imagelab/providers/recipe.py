"""What a script does beside the paying POST: uploads before it, questions after it, as data.

A flow decides as it goes and cannot be written down; this is its plain course.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol, runtime_checkable

from imagelab.domain.frozen import frozen
from imagelab.domain.request import Call
from imagelab.providers.steps import Send


@frozen
class Uploading:
    """How an image gets an address: where a form with a file is posted, and what tells it."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    file: str = "file"  # the form's field
    told_as: str = "url"  # the field of the reply


@frozen
class Asking:
    """How one asks for what was ordered, every few seconds until the reply fits `done`.

    `done` is a regular expression that means the same to Python and to `grep -E`. Where the
    vendor gives an id, the order's reply has it as `named`, and the address ends with it.
    """

    send: Send
    done: str
    named: str | None = None
    seconds: float = 3


@frozen
class Recipe:
    """Both, as far as a vendor needs them."""

    uploading: Uploading | None = None
    asking: Asking | None = None


@runtime_checkable
class HasRecipe(Protocol):
    """A vendor that is not done with one POST."""

    def recipe(self, call: Call, key: str, base: str) -> Recipe:
        """What stands around the paying POST of a call."""
        ...
