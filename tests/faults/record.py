"""A run of the lab written down: every operation with the disk, and every step it vouched for."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from imagelab.catalog import arrivals, connection, curation, journal, staging
from imagelab.catalog.catalog import Catalog
from tests.faults import calls, vfs
from tests.faults.operations import Operation

Step = Literal["intent", "sent", "accepted", "staged", "kept", "settled", "rated"]
# What is not synced, to see that it is missed: anything of SQLite's, the end of its journal alone,
# the replies beside the catalog, or the names in any folder.
Omission = Literal["nothing", "catalog", "journal end", "staging", "folders"]
_LESS: dict[Omission, str] = {"catalog": "OFF", "journal end": "FULL"}
LEDGER = (
    "SELECT position, asset, amount_nano, unit, source, high_nano, note FROM ledger "
    "WHERE call = (SELECT id FROM call WHERE uuid = ?) ORDER BY id"
)


@dataclass(frozen=True)
class Mark:
    """A step that the lab has said is durable: of which call, asset or generation, and what."""

    step: Step
    of: str
    fact: Any


Trace = list[Operation | Mark]


def record(root: Path, life: Callable[[], None], omitted: Omission) -> Trace:
    """Lead a life below the root and write it down; in a process of its own, once."""
    recorder = _Recorder(root, omitted)
    less = _LESS.get(omitted, "EXTRA")
    pragmas = [p.replace("EXTRA", less) for p in connection._PREAMBLE]
    connection._PREAMBLE = tuple(pragmas)  # type: ignore[assignment] # as many as there were
    vfs.install(recorder)
    calls.install(recorder)
    _mark_steps(recorder)
    life()
    return recorder.trace


class _Recorder:
    """Writes down what was done, in the order it was done."""

    def __init__(self, root: Path, omitted: Omission) -> None:
        self.root, self.trace = root, Trace()
        self._omitted, self._mine = omitted, threading.local()

    def ask(self, _: Operation) -> int:
        return 0

    def done(self, operation: Operation) -> None:
        staged = Path(operation.path).parent.name == "staging"
        match self._omitted, operation.kind:
            case ("staging", "sync") if staged:
                pass
            case ("folders", "sync_folder"):
                pass
            case _:
                self.trace.append(operation)

    def now(self, mark: Mark) -> None:
        """A step that is durable."""
        self.trace.append(mark)

    def in_transaction(self, mark: Mark) -> None:
        """A step that is durable once this thread's transaction is."""
        self._mine.marks.append(mark)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._mine.marks = []
        yield
        self.trace.extend(self._mine.marks)


def _mark_steps(recorder: _Recorder) -> None:
    writing = Catalog.writing

    @contextmanager
    def vouched(catalog: Catalog) -> Iterator[Any]:
        with recorder.transaction(), writing(catalog) as db:
            yield db

    Catalog.writing = vouched  # type: ignore[method-assign,assignment] # that is what is meant
    inside = recorder.in_transaction
    _after(staging, "stage", recorder.now, _staged)
    _after(journal, "record_intent", inside, _intended)
    _after(journal, "mark_sent", inside, _sent)
    _after(journal, "mark_accepted", inside, _accepted)
    _after(journal, "settle_call", inside, _settled)
    _after(arrivals, "keep_image", inside, _kept)
    _after(curation, "rate", inside, _rated)


def _after(
    module: ModuleType, name: str, tell: Callable[[Mark], None], mark: Callable[..., Mark]
) -> None:
    original = getattr(module, name)

    def told(*args: Any, **named: Any) -> Any:
        result = original(*args, **named)
        tell(mark(*args))
        return result

    setattr(module, name, told)


def _intended(_: Any, intent: Any) -> Mark:
    return Mark("intent", intent.uuid, sorted(call.uuid for call in intent.calls))


def _sent(_: Any, call: str, *send: str) -> Mark:
    return Mark("sent", call, send[-1])


def _accepted(_: Any, call: str, remote: tuple[str, ...]) -> Mark:
    return Mark("accepted", call, json.dumps(remote))


def _staged(_: Path, call: str, reply: staging.StagedReply) -> Mark:
    return Mark("staged", call, hashlib.sha256(reply.body).hexdigest())


def _kept(_: Any, call: str, __: Any, blob: Any) -> Mark:
    return Mark("kept", call, blob.sha256)


def _rated(_: Any, assets: Sequence[int], rating: int | None) -> Mark:
    return Mark("rated", str(assets[0]), rating)


def _settled(db: Any, call: str, ending: Any) -> Mark:
    lines = [tuple(line) for line in db.execute(LEDGER, (call,)).fetchall()]
    return Mark("settled", call, (ending.state, ending.charged, lines))
