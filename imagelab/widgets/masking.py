"""A place to paint the mask of a request, under the form it is for."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from imagelab.errors import ImagelabError
from imagelab.widgets.controls import Words, close_all
from imagelab.widgets.mask import MaskPainter


class MaskBox(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets ships no types
    """Empty until something is painted on; what was painted is kept by `keep` and handed to `use` by number."""

    def __init__(
        self,
        painter: Callable[[int], MaskPainter],
        keep: Callable[[bytes], int],
        use: Callable[[int], object],
    ) -> None:
        self._make, self._keep, self._use = painter, keep, use
        self._said = Words()
        self._take = ipywidgets.Button(description="Use this mask", button_style="primary")
        self._leave = ipywidgets.Button(description="Leave it")
        self.painter: MaskPainter | None = None
        super().__init__()
        self.add_class("il-masking")
        self._take.on_click(lambda _: self.take())
        self._leave.on_click(lambda _: self.leave())

    def paint(self, number: int) -> MaskPainter:
        """Paint on this asset; what was being painted is given up."""
        painter = self._make(number)
        self.leave()
        self.painter = painter
        line = ipywidgets.HBox([self._take, self._leave])
        line.add_class("il-mask-acts")
        self.children = [painter, line, self._said]
        return painter

    def take(self) -> None:
        """Use what is painted now."""
        if self.painter is None:
            return
        mask = self.painter.mask
        if not mask.share:
            self._said.say("nothing is painted yet: paint what may change", tone="doubt")
            return
        try:
            self._use(self._keep(mask.png()))
        except ImagelabError as error:
            self._said.say(str(error), tone="bad")
            return
        self.leave()

    def leave(self) -> None:
        """Put the painter away."""
        self.children = []
        self._said.say("")
        if self.painter is not None:
            self.painter.close()
        self.painter = None

    def close(self) -> None:
        """Close what is only held here too."""
        self.leave()
        for part in (self._take, self._leave, self._said):
            close_all(part)
        super().close()
