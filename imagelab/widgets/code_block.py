"""A block of code that can be copied."""

from __future__ import annotations

import anywidget
import traitlets

from imagelab.widgets.modules import script


class CodeBlock(anywidget.AnyWidget):
    """Shows `code` as text, with a buttons that copy it and insert a cell; empty says what will stand there."""

    _esm = script("code_block.js")

    code = traitlets.Unicode("").tag(sync=True)
