"""What a user may set for all views at once: `il.options`."""

from __future__ import annotations

from typing import Literal

from imagelab.errors import RequestError, listed

Preview = Literal[False, "pictures", "all"]
_PREVIEWS: tuple[Preview, ...] = (False, "pictures", "all")


class Options:
    """Settings of this process; each is checked when it is set.

    >>> Options().static_preview
    'pictures'
    """

    __slots__ = ("_static_preview",)  # a name that is written wrong is no new setting

    def __init__(self) -> None:
        self._static_preview: Preview = "pictures"

    @property
    def static_preview(self) -> Preview:
        """What a view leaves in a saved notebook: `"pictures"`, `"all"` (with prompts and costs), False."""
        return self._static_preview

    @static_preview.setter
    def static_preview(self, wanted: Preview) -> None:
        if wanted not in _PREVIEWS or (wanted == 0 and wanted is not False):
            raise RequestError(
                f"static_preview={wanted!r} is not one of {listed(('False', 'pictures', 'all'))}"
            )
        self._static_preview = wanted

    def __repr__(self) -> str:
        return f"Options(static_preview={self._static_preview!r})"


OPTIONS = Options()
