"""Assets as the rows of a large frame, by a child process that reads through ADBC.

Arrow's columns come without a Python object a value. ADBC is the extra `arrow`, and never in this
process: see `arrow_child`. Where the child ends before it has told all, the rows are read here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from imagelab.catalog import annotation
from imagelab.catalog.annotation import Column
from imagelab.catalog.catalog import Catalog
from imagelab.domain.columns import ASSET_COLUMNS, Kind, Told, Values

LEAST = 200_000  # rows: the child takes up to a second to begin
_CHILD = "imagelab.catalog.arrow_child"
# What a program needs to start; keys are no business of the child.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class ChildEndedError(Exception):
    """The child ended before it had told all; what it told so far is worth nothing."""


def can_be_asked(catalog: Catalog) -> bool:
    """Whether what the child needs is installed, and it could open the file as it has to."""
    there = all(find_spec(name) for name in ("pyarrow", "adbc_driver_sqlite", "numpy"))
    return there and not catalog.read_only and bool(sys.executable)


def told(catalog: Catalog, numbers: Sequence[int]) -> Told:
    """The frame of these assets, in this order, its values as Arrow's arrays.

    Going through the parts raises ChildEndedError where the child did not tell all of them.
    """
    with catalog.reading() as db:
        more = annotation.columns(db)
    kinds: dict[str, Kind] = {column.name: annotation.KINDS[column.kind] for column in more}
    return Told({**ASSET_COLUMNS, **kinds}, _parts(catalog.path, numbers, more), arrow=True)


def _parts(
    path: Path, numbers: Sequence[int], more: Sequence[Column]
) -> Iterator[Sequence[Values]]:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

    with tempfile.TemporaryFile() as request:
        asked = {"path": str(path), "more": [(one.id, annotation.KINDS[one.kind]) for one in more]}
        request.write(json.dumps(asked).encode() + b"\n")
        array("q", numbers).tofile(request)
        request.seek(0)
        child = started(request)
    try:
        assert child.stdout is not None, "it is a pipe"
        with pa.ipc.open_stream(child.stdout) as stream:
            for batch in stream:
                yield batch.columns
        if child.wait():
            raise ChildEndedError(f"it ended with {child.returncode}")
    except pa.ArrowException as error:
        raise ChildEndedError(str(error)) from error
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def environment() -> dict[str, str]:
    """What the child finds around it."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(os.path.isabs, sys.path))}


def started(request: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - any file
    """The child at work on a request; modules are looked for where this process finds them."""
    try:
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-s", "-m", _CHILD],
            stdin=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            start_new_session=True,  # an interrupt is for the parent, which ends the child
        )
    except OSError as error:
        raise ChildEndedError(str(error)) from error
