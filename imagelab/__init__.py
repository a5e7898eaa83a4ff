"""A lab notebook for AI images: every prompt, price and picture in one local catalog.

>>> import imagelab as il
>>> il.__version__
'0.1.0'
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Names are loaded when they are first used, so that `import imagelab` costs next to nothing.
_WHERE = {
    "open": ("imagelab.lab.opening", "open_lab"),
    "catalogs": ("imagelab.lab.everywhere", "catalogs"),
    "Lab": ("imagelab.lab.lab", "Lab"),
    "Asset": ("imagelab.handles.asset", "Asset"),
    "Assets": ("imagelab.handles.assets", "Assets"),
    "Batch": ("imagelab.handles.batch", "Batch"),
    "Generation": ("imagelab.handles.generation", "Generation"),
    "Sweep": ("imagelab.handles.sweep", "Sweep"),
    "Cost": ("imagelab.domain.money", "Cost"),
    "Spend": ("imagelab.domain.money", "Spend"),
    "Quote": ("imagelab.domain.quote", "Quote"),
    "Mask": ("imagelab.imaging.mask", "Mask"),
    "NO_LIMIT": ("imagelab.lab.limits", "NO_LIMIT"),
    "login": ("imagelab.lab.identity", "login"),
    "whoami": ("imagelab.lab.identity", "whoami"),
    "wait": ("imagelab.lab.together", "wait"),
    "options": ("imagelab.widgets.options", "OPTIONS"),
    "load_ipython_extension": ("imagelab.jupyter.magic", "load_ipython_extension"),
}

if TYPE_CHECKING:
    from imagelab import errors as errors
    from imagelab.domain.money import Cost as Cost, Spend as Spend
    from imagelab.domain.quote import Quote as Quote
    from imagelab.handles.asset import Asset as Asset
    from imagelab.handles.assets import Assets as Assets
    from imagelab.handles.batch import Batch as Batch
    from imagelab.handles.generation import Generation as Generation
    from imagelab.handles.sweep import Sweep as Sweep
    from imagelab.imaging.mask import Mask as Mask
    from imagelab.lab.everywhere import catalogs as catalogs
    from imagelab.lab.identity import login as login, whoami as whoami
    from imagelab.lab.lab import Lab as Lab
    from imagelab.lab.limits import NO_LIMIT as NO_LIMIT
    from imagelab.lab.opening import open_lab as open  # noqa: A004 - the contract's name
    from imagelab.lab.together import wait as wait
    from imagelab.widgets.options import OPTIONS as options  # noqa: N811 - one object, set like a module's names

__all__ = [
    "NO_LIMIT",
    "Asset",
    "Assets",
    "Batch",
    "Cost",
    "Generation",
    "Lab",
    "Mask",
    "Quote",
    "Spend",
    "Sweep",
    "catalogs",
    "errors",
    "login",
    "open",
    "options",
    "wait",
    "whoami",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - it is whatever has that name
    if name == "errors":
        return importlib.import_module("imagelab.errors")
    if name not in _WHERE:
        raise AttributeError(
            f"module 'imagelab' has no attribute {name!r}", name=name, obj=sys.modules[__name__]
        )
    module, attribute = _WHERE[name]
    return getattr(importlib.import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*_WHERE, "errors", "__version__"])
