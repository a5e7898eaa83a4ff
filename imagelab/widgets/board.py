"""The board: cards of generations, as they stand, with their pictures."""

from __future__ import annotations

import ipywidgets
import traitlets

from imagelab.widgets.modules import script, style
from imagelab.widgets.view import View


class Board(View):
    """Cards of `generation_ids`, in that order; `selected_ids` are the assets selected on them.

    `controls` are a form's widgets and `price` what its button says, in nano-units with their
    unit, empty where nothing would be sent: a press tells which values and which price were seen in the page.
    """

    _esm = script("board.js")
    _css = style("viewer.css", "studio.css")

    generation_ids = traitlets.List(traitlets.Int()).tag(sync=True)
    selected_ids = traitlets.List(traitlets.Int()).tag(sync=True)
    controls = traitlets.Dict().tag(sync=True, **ipywidgets.widget_serialization)
    price = traitlets.Unicode("").tag(sync=True)
