"""The life of a generation as rows: each function is one step, written in one transaction.

Every step can be repeated without harm, since an error from a commit does not say whether
the commit happened.
"""

from __future__ import annotations

import json
import sqlite3

from imagelab import clock, killpoints
from imagelab.catalog import blobs, leases, ledger
from imagelab.catalog.blobs import Blob
from imagelab.catalog.entries import call_row, generation_row, money_columns, tell
from imagelab.catalog.imports import keep_import
from imagelab.domain.life import CALL_FINAL, Ending, Intent, Owner
from imagelab.domain.money import Cost
from imagelab.domain.records import Status
from imagelab.domain.redaction import fit_to_keep
from imagelab.domain.request import PICTURES, Input, canonical
from imagelab.errors import CatalogError

# Calls that may have been sent in the same minutes: a read of them all would be long.
_NEIGHBOURS = 20_000


def record_intent(db: sqlite3.Connection, intent: Intent) -> int:
    """Write what is about to be asked, before anything is sent; the generation's number."""
    found = db.execute("SELECT id FROM generation WHERE uuid = ?", (intent.uuid,)).fetchone()
    if found:
        return int(found[0])
    leases.renew(db, intent.lease)
    generation = _insert_generation(db, intent)
    for position, image in enumerate(intent.request.inputs):
        _insert_input(db, generation, position, image)
    for call in intent.calls:
        db.execute(
            "INSERT INTO call (uuid, generation, key, position, n, state) "
            "VALUES (?, ?, ?, ?, ?, 'intent')",
            (call.uuid, generation, call.key, call.offset, call.n),
        )
    tell(db, generation, None, None, "queued")
    return generation


def mark_sent(
    db: sqlite3.Connection,
    call: str,
    method: str,
    url: str,
    body: str,
    body_sha256: str,
    *,
    owner: Owner,
) -> None:
    """The next thing that happens is the POST.

    CatalogError where it must not happen: the generation is another process's by now, or
    other bytes were sent for this call before.
    """
    row = call_row(db, call)
    if not leases.owns(db, row["generation"], owner) or row["state"] in CALL_FINAL:
        raise CatalogError(
            f"g{row['generation']} was taken over by another kernel while this one was not heard "
            "of; this one sent nothing more"
        )
    if row["body_sha256"] not in (None, body_sha256):
        raise CatalogError(
            f"the request of g{row['generation']} is no longer the one that was sent; nothing was "
            "sent again. Look at the provider's usage page, then settle() or resend() it"
        )
    now = clock.now_us()
    db.execute(
        "UPDATE call SET state = 'sent', method = ?, url = ?, body = ?, body_sha256 = ?, "
        "charged = 'unknown', sent_at = coalesce(sent_at, ?) WHERE id = ?",
        (method, url, body, body_sha256, now, row["id"]),
    )
    db.execute(
        "UPDATE generation SET status = 'running', sent_at = coalesce(sent_at, ?) WHERE id = ?",
        (now, row["generation"]),
    )
    tell(db, row["generation"], row["id"], row["state"], "sent")


def mark_staged(db: sqlite3.Connection, call: str, status: int, request_id: str | None) -> None:
    """What is read of the reply lies beside the catalog."""
    row = call_row(db, call)
    db.execute(
        "UPDATE call SET state = 'staged', http_status = ?, request_id = ? WHERE id = ?",
        (status, request_id, row["id"]),
    )
    tell(db, row["generation"], row["id"], row["state"], "staged", f"HTTP {status}")


def mark_accepted(db: sqlite3.Connection, call: str, remote: tuple[str, ...]) -> None:
    """The vendor has the work, and these are its ids for it."""
    row = call_row(db, call)
    if row["state"] == "accepted" and json.loads(row["remote"]) == list(remote):
        return
    db.execute(
        "UPDATE call SET state = 'accepted', remote = ? WHERE id = ?",
        (json.dumps(remote), row["id"]),
    )
    tell(db, row["generation"], row["id"], row["state"], "accepted", ", ".join(remote))


def claim_remote(
    db: sqlite3.Connection, call: str, remote: tuple[str, ...], least: int, most: int
) -> tuple[str, ...]:
    """Of ids that were found by looking, those that no other call has become this call's.

    Only if they are so many; else nothing is written, and there are none.
    """
    row = call_row(db, call)
    others = db.execute(
        "SELECT DISTINCT r.value FROM call c JOIN generation g ON g.id = c.generation, "
        "json_each(c.remote) r WHERE c.id BETWEEN ? AND ? AND c.id != ? AND g.provider = "
        "(SELECT provider FROM generation WHERE id = ?)",
        (row["id"] - _NEIGHBOURS, row["id"] + _NEIGHBOURS, row["id"], row["generation"]),
    ).fetchall()
    taken = {other[0] for other in others}
    free = tuple(each for each in remote if each not in taken)
    if not least <= len(free) <= most:
        return ()
    mark_accepted(db, call, free)
    return free


def settle_call(db: sqlite3.Connection, call: str, ending: Ending) -> None:
    """Write how a call ended and what it cost; the last call settles its generation."""
    row = call_row(db, call)
    # By its generation, which has an index: a look through all assets would hold everyone up.
    kept = db.execute(
        "SELECT count(*) FROM asset WHERE generation = ? AND call = ?",
        (row["generation"], row["id"]),
    ).fetchone()[0]
    cost = ending.cost
    db.execute(
        "UPDATE call SET state = ?, charged = ?, images = ?, cost_nano = ?, cost_unit = ?, "
        "cost_source = ?, cost_raw = ?, error_kind = ?, error = ?, finished_at = ? WHERE id = ?",
        (
            ending.state,
            ending.charged,
            kept,
            *money_columns(cost),
            ending.raw,
            ending.error_kind,
            ending.error,
            clock.now_us(),
            row["id"],
        ),
    )
    if ending.used:
        db.execute(
            "UPDATE generation SET used = ? WHERE id = ?",
            (canonical(dict(ending.used)), row["generation"]),
        )
    ledger.write(db, row["id"], ending.charged, cost)
    tell(db, row["generation"], row["id"], row["state"], ending.state, ending.error)
    _settle_generation(db, row["generation"])
    killpoints.reach("settling")


def reopen(db: sqlite3.Connection, call: str) -> None:
    """Take up a call whose outcome was not known: it counts as under way until it is settled."""
    row = call_row(db, call)
    if row["state"] != "unknown":
        return
    state = "sent" if row["remote"] == "[]" else "accepted"
    db.execute("DELETE FROM ledger WHERE call = ?", (row["id"],))
    db.execute("UPDATE call SET state = ?, finished_at = NULL WHERE id = ?", (state, row["id"]))
    db.execute(
        "UPDATE generation SET status = 'running', finished_at = NULL WHERE id = ?",
        (row["generation"],),
    )
    tell(db, row["generation"], row["id"], "unknown", state, "asked for again")


def settle_unknown(db: sqlite3.Connection, generation: int, cost: Cost | None) -> int:
    """Close what is not known of a generation: billed so much, or not; how many lines that were."""
    calls, lines = ledger.settle(db, generation, cost)
    words = f"settled as {cost}" if cost else "settled as not billed"
    for call in calls:
        db.execute(
            "UPDATE call SET charged = ?, error = ?, state = CASE state WHEN 'unknown' THEN "
            "'failed' ELSE state END WHERE id = ?",
            ("yes" if cost else "no", f"its outcome was not known; it is {words}", call),
        )
        tell(db, generation, call, "unknown", "settled", words)
    _settle_generation(db, generation)
    return lines


def _settle_generation(db: sqlite3.Connection, generation: int) -> None:
    calls = db.execute("SELECT * FROM call WHERE generation = ?", (generation,)).fetchall()
    if any(call["state"] not in CALL_FINAL for call in calls):
        return
    was = generation_row(db, generation)["status"]
    status = _status(calls, generation_row(db, generation)["n"])
    cost = ledger.of_generation(db, generation)
    failed = next((call for call in calls if call["error"]), None)
    db.execute(
        "UPDATE generation SET status = ?, cost_nano = ?, cost_unit = ?, cost_source = ?, "
        "error_kind = ?, error = ?, finished_at = ? WHERE id = ?",
        (
            status,
            *money_columns(cost),
            failed["error_kind"] if failed else None,
            failed["error"] if failed else None,
            clock.now_us(),
            generation,
        ),
    )
    tell(db, generation, None, was, status)


def _status(calls: list[sqlite3.Row], asked: int) -> Status:
    images = sum(call["images"] for call in calls)
    states = {call["state"] for call in calls}
    if images:
        return "succeeded" if images >= asked and states == {"done"} else "partial"
    if "unknown" in states:
        return "unknown"
    return "cancelled" if states == {"cancelled"} else "failed"


def _insert_generation(db: sqlite3.Connection, intent: Intent) -> int:
    request, quote, owner = intent.request, intent.quote, intent.lease.owner
    added = db.execute(
        "INSERT INTO generation (uuid, status, provider, model, native, prompt, n, quality, params, "
        "resolved, extra, tags, fingerprint, quote_low, quote_likely, quote_high, quote_unit, "
        "quote_basis, boot, pid, process_start, notebook, created_at, recipe) "
        "VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            intent.uuid,
            request.provider,
            request.model,
            request.native,
            request.prompt,
            request.n,
            request.params.quality,
            canonical(dict(request.asked)),
            canonical(request.params.given()),
            canonical(fit_to_keep(request.extra)),
            canonical(list(request.tags)),
            request.fingerprint(),
            _nano(quote.low),
            _nano(quote.likely),
            _nano(quote.high),
            quote.likely.unit if quote.likely else "usd",
            quote.basis,
            owner.boot,
            owner.pid,
            owner.start,
            intent.notebook,
            clock.now_us(),
            request.recipe(),
        ),
    )
    assert added.lastrowid is not None
    return added.lastrowid


def _insert_input(db: sqlite3.Connection, generation: int, position: int, image: Input) -> None:
    """What the user gave becomes an imported asset; a mask is only a blob with a role."""
    blob = Blob(image.data, image.format, image.width, image.height, image.sha256)
    uuid = image.asset
    if uuid is None and image.role in PICTURES:
        uuid = keep_import(db, blob)
    asset = db.execute("SELECT id FROM asset WHERE uuid = ?", (uuid,)).fetchone()
    db.execute(
        "INSERT INTO input VALUES (?, ?, ?, ?, ?, ?)",
        (
            generation,
            position,
            image.role,
            asset[0] if asset else None,
            blobs.keep(db, blob),
            image.url,
        ),
    )


def _nano(cost: Cost | None) -> int | None:
    return cost.nano if cost else None
