"""What every test stands on: labs in a sandbox, with real files and no key in sight."""

from __future__ import annotations

import gc
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

import imagelab as il
from tests import painting
from tests.finished import put_new

# A disk in memory syncs at once: most of a test's wall time is waiting for a durable commit.
_MEMORY, _ENOUGH_BYTES = Path("/dev/shm"), 4 << 30  # noqa: S108 - a container may have 64 MB there
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
# Parses 38 grammars of addresses where jsonschema is imported, for a check that no test makes.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # how an import is refused
# The list of opened catalogs is not the user's own, also in child processes.
_data = tempfile.TemporaryDirectory(prefix="imagelab-data-", ignore_cleanup_errors=True)
os.environ["IMAGELAB_DATA"] = _data.name
# The vendors in the box answer at once and paint roughly, also in child processes.
os.environ |= painting.ROUGHLY
painting.remember_pictures()
painting.remember_looks()
# Or each of the interpreters that are started here would compile all of it anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_PERSONAL = (
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "RUNWARE_API_KEY",
    "RUNWARE_BASE_URL",
    "CLOUDFLARE_API_TOKEN",
    "CLOUDFLARE_ACCOUNT_ID",
    "CLOUDFLARE_BASE_URL",
    "APIFRAME_API_KEY",
    "APIFRAME_BASE_URL",
    "OXEN_API_KEY",
    "OXEN_BASE_URL",
    "IMAGELAB_CATALOG",
    "IMAGELAB_KILL_AT",
    "IMAGELAB_SANDBOX_FAULT",
    "JPY_SESSION_NAME",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is begun first, or in the end one worker would have all the others wait."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """Thousands of tests are there to stay; each collection of garbage would look at all of them."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_personal_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _PERSONAL:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def catalog_path(tmp_path: Path) -> Path:
    return tmp_path / ".imagelab" / "sandbox.db"


@pytest.fixture
def lab(catalog_path: Path) -> Iterator[il.Lab]:
    put_new(catalog_path)
    with il.open(catalog_path, sandbox=True) as opened:
        yield opened


@pytest.fixture
def png() -> Callable[..., bytes]:
    def make(colour: str = "teal", size: tuple[int, int] = (64, 48)) -> bytes:
        file = io.BytesIO()
        Image.new("RGB", size, colour).save(file, "PNG")
        return file.getvalue()

    return make
