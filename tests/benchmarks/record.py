"""Recording: a returned 1.3 MB PNG, against hashing it and one durable commit of its bytes."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import tempfile
import zlib
from pathlib import Path

from imagelab.catalog import arrivals, journal, staging
from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.domain.arrival import Arrival
from imagelab.domain.ids import uuid4, uuid7
from imagelab.domain.life import Ending, Intent
from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.domain.quote import Quote
from imagelab.domain.request import Call, Request
from imagelab.jobs.lease import this_lease
from imagelab.jobs.owner import this_process
from tests.benchmarks import logged
from tests.benchmarks.measure import Result, compared, in_turns, median

_BYTES = 1_300_000
_ROUNDS = 60


def run(_: int) -> list[Result]:
    with tempfile.TemporaryDirectory(
        dir=Path.cwd(), prefix=".bench-"
    ) as folder:  # a disk, not a memory
        catalog = open_catalog(Path(folder) / "catalog.db", "sandbox")
        floor = _floor(Path(folder) / "floor.db")
        recorded, whole, bound = in_turns(
            _ROUNDS, lambda: _record(catalog), lambda: _whole(catalog), lambda: _commit(floor)
        )
        # The intent is written before the image comes; only what follows is recording.
        intents, bounds = in_turns(_ROUNDS, lambda: _intend(catalog), lambda: _commit(floor))
        beside = [_beside_llm(catalog, Path(folder))] if logged.THERE else []
        catalog.close()
        floor.close()
    against = "sha256 + one durable commit of the bytes"
    after_intent = median(recorded) - median(intents)
    return [
        Result("record a returned 1.3 MB PNG", after_intent, median(bound), against, 1.3).called(
            "keep an image of 1.3 MB"
        ),
        Result("intent to recorded, all of promise 1", median(whole), median(bound), against, 3.0),
        Result("intent alone", median(intents), median(bounds), against, 1.0),
        *beside,
    ]


def _beside_llm(catalog: Catalog, folder: Path) -> Result:
    """Everything that keeps an image, beside what llm does to log an answer with one attached."""
    log = logged.Log(folder / "logs.db")
    name, against = "intent to recorded, beside llm", "llm's log with an attachment"
    return compared(
        name, against, 1.0, _ROUNDS, lambda: _whole(catalog), lambda: log.keep(_png())
    ).called("an image, from intent to settled")


def _floor(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size=16384", "journal_mode=DELETE", "synchronous=EXTRA"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("CREATE TABLE blob (sha256 TEXT PRIMARY KEY, data BLOB)")
    return db


def _commit(db: sqlite3.Connection) -> None:
    data = _png()
    db.execute("INSERT INTO blob VALUES (?, ?)", (hashlib.sha256(data).hexdigest(), data))


def _record(catalog: Catalog) -> None:
    """The intent, then what follows an image that has arrived."""
    call = _intend(catalog)
    _keep(catalog, call, _png())


def _whole(catalog: Catalog) -> None:
    """Every durable step from the intent to the settled generation of one image."""
    call, data = _intend(catalog), _png()
    with catalog.writing() as db:
        url, owner = "https://api.openai.com", this_process()
        journal.mark_sent(db, call.uuid, "POST", url, "{}", "0" * 64, owner=owner)
    staging.stage(catalog.staging, call.uuid, staging.StagedReply(200, {}, data))
    blob = Blob.of(data, "png", 1024, 1024)
    with catalog.writing() as db:
        journal.mark_staged(db, call.uuid, 200, None)
        arrivals.keep_image(db, call.uuid, Arrival(0), blob)
        journal.settle_call(db, call.uuid, Ending("done", "yes", Cost.from_nano(5_902_500)))
    staging.remove(catalog.staging, call.uuid)


def _intend(catalog: Catalog) -> Call:
    request = Request("openai", "gpt-image-2", "gpt-image-2", "A fox reading a book", Params())
    call = Call(uuid7(), uuid4(), request, 1)
    quote = Quote("openai/gpt-image-2", 1, None, None, None, "", lambda _: "")
    intent = Intent(uuid7(), request, (call,), quote, this_lease())
    with catalog.writing() as db:
        journal.record_intent(db, intent)
    return call


def _keep(catalog: Catalog, call: Call, data: bytes) -> None:
    blob = Blob.of(data, "png", 1024, 1024)
    with catalog.writing() as db:
        arrivals.keep_image(db, call.uuid, Arrival(0), blob)


def _png() -> bytes:
    """Bytes no two of which are alike; what is recorded is not decoded here."""
    head = random.randbytes(1024)
    return head + _BODY[len(head) :]


_BODY = (zlib.compress(random.Random(1).randbytes(_BYTES)) * 2)[:_BYTES]
