from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from imagelab.catalog import journal, leases
from imagelab.catalog.catalog import Catalog
from imagelab.domain.ids import uuid4, uuid7
from imagelab.domain.life import Intent, Lease, Owner
from imagelab.domain.params import Params
from imagelab.domain.quote import Quote
from imagelab.domain.request import Call, Request
from imagelab.errors import CatalogError
from imagelab.jobs.lease import Watched, this_lease
from imagelab.jobs.recovery import claim, orphans
from tests.finished import new_catalog

URL = "https://api.openai.com/v1/images/generations"
GONE = replace(this_lease(), owner=Owner("before", 7, 7))  # this machine, started anew since


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = new_catalog(tmp_path / "a.db")
    yield opened
    opened.close()


def intent(lease: Lease) -> Intent:
    request = Request("openai", "gpt-image-2", "gpt-image-2", "a fox", Params())
    quote = Quote("openai/gpt-image-2", 1, None, None, None, "", lambda _: "")
    return Intent(uuid7(), request, (Call(uuid7(), uuid4(), request, 1),), quote, lease)


def mark_sent(catalog: Catalog, made: Intent, owner: Owner, sha256: str = "1" * 64) -> None:
    with catalog.writing() as db:
        journal.mark_sent(db, made.calls[0].uuid, "POST", URL, "{}", sha256, owner=owner)


def test_an_intent_gives_its_process_a_lease(catalog: Catalog) -> None:
    mine = this_lease()

    with catalog.writing() as db:
        journal.record_intent(db, intent(mine))

    with catalog.reading() as db:
        assert leases.lease_of(db, mine.owner) == mine


def test_renewing_counts_and_never_shortens(catalog: Catalog) -> None:
    mine = this_lease()

    with catalog.writing() as db:
        leases.renew(db, mine)
        leases.renew(db, replace(mine, until_us=mine.until_us - 5))

    with catalog.reading() as db:
        assert leases.lease_of(db, mine.owner) == replace(mine, beats=1)


def test_a_kernel_that_lost_its_lease_sends_nothing(catalog: Catalog) -> None:
    made = intent(GONE)
    with catalog.writing() as db:
        journal.record_intent(db, made)
        [orphan] = orphans(db, Watched())
        assert claim(db, orphan, this_lease())

    with pytest.raises(CatalogError, match=r"taken over by another kernel.*sent nothing more"):
        mark_sent(catalog, made, GONE.owner)


def test_other_bytes_than_were_sent_are_not_sent_under_the_same_call(catalog: Catalog) -> None:
    mine = this_lease()
    made = intent(mine)
    with catalog.writing() as db:
        journal.record_intent(db, made)
    mark_sent(catalog, made, mine.owner)
    mark_sent(catalog, made, mine.owner)

    with pytest.raises(CatalogError, match="no longer the one that was sent; nothing was sent"):
        mark_sent(catalog, made, mine.owner, "2" * 64)


def test_of_two_that_claim_the_same_only_one_becomes_the_owner(catalog: Catalog) -> None:
    with catalog.writing() as db:
        journal.record_intent(db, intent(GONE))
        [orphan] = orphans(db, Watched())

        claims = [claim(db, orphan, this_lease()), claim(db, orphan, GONE)]

    assert claims == [True, False]


def test_a_process_that_left_has_no_lease(catalog: Catalog) -> None:
    mine = this_lease()
    with catalog.writing() as db:
        leases.renew(db, mine)

        leases.give_up(db, mine.owner)

        assert leases.lease_of(db, mine.owner) is None
