"""Stills: the static picture beside a live view, for whoever opens the notebook without a kernel.

JupyterLab shows "model not found" in place of a widget whose kernel is gone, whatever else is
in that output (4.6.6, trusted notebooks). So the still is an output of its own before the
widget's, and the live view hides it. Frontends whose outputs cannot see each other get it
in the widget's own output, where they do fall back to it.
"""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Callable
from typing import Any

from imagelab.domain.frozen import frozen

_PLAIN = 'class="tex2jax_ignore mathjax_ignore"'  # or dollars would be set as mathematics
_APART = ("VSCODE_PID", "COLAB_RELEASE_TAG")  # set where every output has a frame of its own


@frozen
class Still:
    """A static picture: HTML that reads well without styling, and one JPEG, together < 100 kB."""

    html: str
    jpeg: bytes | None
    line: str

    def bundle(self, name: str) -> dict[str, Any]:
        """As one output; `name` is how the live view finds it."""
        marked = f'<div {_PLAIN} data-il-still="{html.escape(name)}">{self.html}</div>'
        told: dict[str, Any] = {"text/plain": self.line, "text/html": marked}
        return told | ({"image/jpeg": self.jpeg} if self.jpeg else {})


@frozen
class Readable:
    """What stands in for a widget where a notebook cannot show it, as marimo cannot Jupyter's own."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


class Stilled:
    """A widget that leaves a still when it is displayed."""

    _still: Callable[[], Still | None]
    model_id: str

    def _ipython_display_(self, **_: object) -> None:
        still = self._still()
        live, metadata = self._live()
        live["text/plain"] = still.line if still else repr(self)
        if still and any(name in os.environ for name in _APART):
            live = still.bundle(self.model_id) | live
        elif still:
            _show(still.bundle(self.model_id), {})
        _show(live, metadata)

    def _live(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget's own output, as ipywidgets or anywidget write it."""
        made = self._repr_mimebundle_()  # type: ignore[attr-defined] # the widget's, mixed in beside this
        return made if isinstance(made, tuple) else (made, {})


def _show(bundle: dict[str, Any], metadata: dict[str, Any]) -> None:
    display = sys.modules["IPython.display"].display  # whoever displays has it loaded
    display(bundle, metadata=metadata, raw=True)
