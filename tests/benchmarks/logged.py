"""What `llm` does to log an answer with an attachment: the nearest that others keep of a picture.

Measured where it is installed: `pip install -e ".[bench]"`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlite_utils import Database

THERE = find_spec("llm") is not None


class Log:
    """A log as `llm logs on` keeps it, in a file of its own."""

    def __init__(self, path: Path) -> None:
        self._llm: Any = import_module("llm")
        self._db = Database(path)
        import_module("llm.migrations").migrate(self._db)
        self._model = self._answering()

    def keep(self, data: bytes) -> None:
        """Log one answer whose prompt has these bytes attached."""
        attached = self._llm.Attachment(type="image/png", content=data)
        answer = self._model.prompt("A fox reading a book", attachments=[attached], stream=False)
        answer.text()
        answer.log_to_db(self._db)

    def _answering(self) -> Any:
        """A model that answers at once, so that the log alone is measured."""
        said = {
            "model_id": "at-once",
            "attachment_types": {"image/png"},
            "execute": lambda *_, **__: iter(["A picture."]),
        }
        return type("Answering", (self._llm.Model,), said)()
