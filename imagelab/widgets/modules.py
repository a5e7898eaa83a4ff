"""The views' JavaScript and styles, put together from small files when a view's class is made.

A notebook is sent one text for a view. Ours is plain ES modules that import each other as
`./name.js`; they go along in the order they need, and `loader.js` links them in the page.
There is no build step, and nothing is fetched.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import [^;]*? from "\./([\w-]+\.js)";', re.MULTILINE)


def script(entry: str, folder: Path = _HERE) -> str:
    """The text of a view whose default export is that of the module `entry`."""
    modules: dict[str, dict[str, str]] = {}
    _gather(folder, entry, modules)
    return f"const MODULES = {json.dumps(list(modules.values()))};\n{_text(_HERE, 'loader.js')}"


def style(*names: str) -> str:
    """The styles of a view: the tokens they all share, then its own."""
    return "\n".join(_text(_HERE, name) for name in ("tokens.css", *names))


def _gather(folder: Path, name: str, modules: dict[str, dict[str, str]]) -> None:
    """Add a module after everything it imports; a circle would be a mistake of ours."""
    if name in modules:
        return
    text = _text(folder, name)
    needed = _IMPORT.findall(text)
    for other in needed:
        _gather(folder, other, modules)
    below = "".join(modules[other]["digest"] for other in needed)
    digest = hashlib.sha256((text + below).encode()).hexdigest()[:16]
    modules[name] = {"name": name, "digest": digest, "text": text}


def _text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")
