"""A view: a widget drawn by our own modules, given functions, showing what they answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import ipywidgets
import traitlets

from imagelab.widgets.channel import Act, Answer, Channel
from imagelab.widgets.still import Still, Stilled


class View(Stilled, anywidget.AnyWidget):
    """The base of gallery and board. Both sides know `pointer` and `channel` from here.

    `pointer` is how Jupyter's server finds the catalog; empty where it cannot.
    """

    pointer = traitlets.Unicode("").tag(sync=True)
    channel = traitlets.Instance(Channel).tag(sync=True, **ipywidgets.widget_serialization)
    still_name = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        *,
        answer: Answer,
        act: Act,
        pointer: str = "",
        still: Callable[[], Still | None] = lambda: None,
        **traits: Any,  # noqa: ANN401 - each is checked by its trait
    ) -> None:
        self._still = still
        super().__init__(channel=Channel(answer, act), pointer=pointer, **traits)
        self.still_name = self.model_id

    @property
    def is_open(self) -> bool:
        """Whether it was not closed."""
        return self.channel.comm is not None

    def changed(self, stamp: str) -> None:
        """Say that something in the catalog changed; from any thread."""
        self.channel.stamp = stamp

    def close(self) -> None:
        """Close both widgets in the page."""
        self.channel.close()
        super().close()
