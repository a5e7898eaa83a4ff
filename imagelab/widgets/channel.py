"""The channel: what a view asks of the catalog and tells the lab, where no server carries it.

It is a widget without a picture, apart from the view's own. In ipykernel 7.4 a widget's
messages go to the thread it last sent from, and a view's own traits are set from cells: its
questions would wait for the cell to end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import ipywidgets
import traitlets

from imagelab.errors import ImagelabError, as_words

_KEPT_ANSWERS = 64  # of verbs: a repeated message is answered again, not carried out again
_BROKEN_OFF = {"error": "it broke off; the kernel's log says why", "kind": "Exception"}


class Parcel(Protocol):
    """An answer in one piece: a header and the bytes it speaks of."""

    def packed(self) -> bytes:
        """The whole of it, as it travels."""
        ...


Answer = Callable[[str, Mapping[str, Any]], Parcel]
Act = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


class Channel(ipywidgets.Widget):  # type: ignore[misc] # ipywidgets ships no types
    """Carries questions to `answer` and verbs to `act`; both may be called on any thread.

    `act` returns words for the view. What either refuses with an ImagelabError travels back
    as a sentence.
    """

    stamp = traitlets.Unicode("").tag(sync=True)

    def __init__(self, answer: Answer, act: Act) -> None:
        super().__init__()
        self._answer, self._act = answer, act
        self._done: dict[str, dict[str, Any]] = {}
        self._one_at_a_time = threading.Lock()
        unpin(self.comm)
        self.on_msg(self._heard)

    def _heard(self, _: object, message: Mapping[str, Any], __: object) -> None:
        match message:
            case {"kind": "ask", "id": str(number), "name": str(name), "ask": dict(asked)}:
                self._asked(number, name, asked)
            case {"kind": "do", "id": str(number), "name": str(name), "given": dict(given)}:
                self._told(number, name, given)

    def _asked(self, number: str, name: str, asked: Mapping[str, Any]) -> None:
        told, parcels = dict[str, Any](_BROKEN_OFF), list[bytes]()
        try:
            parcels = [self._answer(name, asked).packed()]
            told = {}
        except ImagelabError as error:
            told = as_words(error)
        finally:  # a view that hears nothing would wait for ever
            self.send({"kind": "answer", "id": number, **told}, parcels)

    def _told(self, number: str, name: str, given: Mapping[str, Any]) -> None:
        with self._one_at_a_time:  # the same message again, on another thread, waits here
            if number not in self._done:
                self._done[number] = _BROKEN_OFF  # should it be: a repeat never does it again
                self._done[number] = self._carried_out(name, given)
                for old in list(self._done)[:-_KEPT_ANSWERS]:
                    del self._done[old]
        self.send({"kind": "done", "id": number, **self._done[number]})

    def _carried_out(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return dict(self._act(name, given))
        except ImagelabError as error:
            return as_words(error)


def unpin(comm: Any) -> None:  # noqa: ANN401 - ipykernel ships no types for it
    """Have messages handled on the thread the page names; ipykernel 7.4 keeps to the first sender.

    The attribute is private and only there in some versions; without it messages wait for the
    cell to end, and nothing is lost.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, default: default  # noqa: SLF001 - see above
