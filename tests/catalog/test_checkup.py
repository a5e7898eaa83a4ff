from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest

from imagelab import clock
from imagelab.catalog import checkup, checkup_originals, staging, thumbnails
from imagelab.catalog.blobs import Blob
from imagelab.catalog.checkup import check
from imagelab.catalog.reading import open_to_read
from imagelab.catalog.staging import StagedReply
from imagelab.catalog.thumbnails import Look
from imagelab.domain.checkup import Checkup
from tests.catalog.originals import alter, fingerprint, flip, made, opened, picture
from tests.catalog.searchable import generate

REPLY = StagedReply(200, {}, b"{}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made(tmp_path / "c.db", [picture(number) for number in range(3)])
    return tmp_path / "c.db"


def checked(path: Path, *, deep: bool = False) -> Checkup:
    catalog = open_to_read(path)
    try:
        return check(catalog, deep=deep)
    finally:
        catalog.close()


@pytest.mark.parametrize("deep", [False, True])
def test_all_is_well_in_a_line_with_counts(path: Path, deep: bool) -> None:  # noqa: FBT001 - a case
    found = checked(path, deep=deep)

    assert found.ok
    assert (found.assets, found.originals, found.generations, found.replies) == (3, 3, 0, 0)
    assert repr(found).startswith("Checkup(c.db: all is well in 3 assets, 0 generations, 3 ori")
    assert "\n" not in repr(found)


def test_an_empty_catalog_is_well(tmp_path: Path) -> None:
    made(tmp_path / "c.db", [])

    assert checked(tmp_path / "c.db", deep=True).ok


@pytest.mark.fault
def test_every_one_of_two_hundred_flipped_bits_is_found_by_hashing(tmp_path: Path) -> None:
    blobs = [picture(number, side=24 if number % 4 else 120) for number in range(200)]
    made(tmp_path / "c.db", blobs)
    chance = random.Random(4)
    for blob in blobs:
        flip(tmp_path / "c.db", blob, chance)

    found = checked(tmp_path / "c.db", deep=True)

    assert {flaw.sha256 for flaw in found.mismatched} == {blob.sha256 for blob in blobs}
    assert sorted(asset for flaw in found.mismatched for asset in flaw.assets) == [*range(1, 201)]
    assert found.structure == ()


def test_a_flipped_bit_is_not_seen_without_hashing(path: Path) -> None:
    flip(path, picture(1), random.Random(1))

    assert checked(path).ok
    assert [flaw.assets for flaw in checked(path, deep=True).mismatched] == [(2,)]


@pytest.mark.parametrize("deep", [False, True])
def test_a_check_changes_no_byte_of_any_file(path: Path, deep: bool) -> None:  # noqa: FBT001 - a case
    flip(path, picture(1), random.Random(1))
    alter(path, "UPDATE blob SET data = x'' WHERE id = 1", "DELETE FROM blob WHERE id = 3")
    staging.stage(path.with_name("staging"), "nobody", REPLY)
    before = fingerprint(path.parent)

    assert not checked(path, deep=deep).ok

    assert fingerprint(path.parent) == before


def test_bytes_that_are_gone_are_missing(path: Path) -> None:
    alter(path, "UPDATE blob SET data = x'' WHERE id = 2")

    [flaw] = checked(path).missing

    assert (flaw.assets, flaw.sha256) == ((2,), picture(1).sha256)


def test_a_row_that_is_gone_is_missing_and_told_once(path: Path) -> None:
    alter(path, "DELETE FROM blob WHERE id = 2")

    found = checked(path)

    assert [flaw.assets for flaw in found.missing] == [(2,)]
    assert len(found.findings) == 1


def test_a_mask_whose_row_is_gone_is_missing_too(path: Path) -> None:
    with opened(path) as catalog, catalog.writing() as db:
        db.execute("PRAGMA defer_foreign_keys=ON")
        generation = generate(db, "failed")
        db.execute("UPDATE generation SET cost_nano = 0")
        db.execute("INSERT INTO input VALUES (?, 0, 'mask', NULL, 1, NULL)", (generation,))
    alter(path, "UPDATE input SET blob = 77")

    [flaw] = checked(path).missing

    assert (flaw.blob, flaw.assets) == (77, ())


def test_another_length_is_a_mismatch_without_hashing(path: Path) -> None:
    alter(path, "UPDATE blob SET data = substr(data, 1, 100) WHERE id = 1")

    [flaw] = checked(path).mismatched

    assert flaw.assets == (1,)
    assert flaw.why.startswith("it has 100 bytes and had ")


def test_a_row_that_says_another_size_than_the_header_is_a_mismatch(path: Path) -> None:
    alter(path, "UPDATE blob SET width = 4000 WHERE id = 1")

    [flaw] = checked(path, deep=True).mismatched

    assert "its row says png of 4000×24" in flaw.why
    assert "its bytes, which are right, png of 24×24" in flaw.why


def test_what_did_not_decode_is_told_with_the_reason(path: Path) -> None:
    with opened(path) as catalog, catalog.writing() as db:
        thumbnails.save(db, picture(2).sha256, Look(None, None, None, damaged="it ends early"))

    [flaw] = checked(path).undecodable

    assert (flaw.assets, flaw.why) == ((3,), "it ends early")


def test_what_has_no_image_s_header_is_undecodable(tmp_path: Path) -> None:
    made(tmp_path / "c.db", [Blob.of(b"a letter", "png", 1, 1)])

    [flaw] = checked(tmp_path / "c.db", deep=True).undecodable

    assert flaw.assets == (1,)
    assert checked(tmp_path / "c.db").ok


def test_an_original_of_no_asset_and_no_input_is_orphaned(path: Path) -> None:
    with opened(path) as catalog, catalog.writing() as db:
        generation = generate(db, "failed")
        db.execute("UPDATE generation SET cost_nano = 0")
        db.execute("INSERT INTO input VALUES (?, 0, 'mask', NULL, 2, NULL)", (generation,))
    alter(path, "DELETE FROM asset WHERE id IN (2, 3)")

    assert [flaw.sha256 for flaw in checked(path).orphaned] == [picture(2).sha256]


def test_a_staged_reply_that_no_catalog_of_the_folder_knows_is_a_stray(path: Path) -> None:
    staging.stage(path.with_name("staging"), "nobody", REPLY)

    found = checked(path)

    assert (found.replies, found.strays) == (1, ("nobody (no call of that name)",))


def add_call(path: Path, state: str, *, finished_at: int | None) -> None:
    with opened(path) as catalog, catalog.writing() as db:
        generation = generate(db, "running" if finished_at is None else "failed")
        db.execute("UPDATE generation SET cost_nano = 0")
        db.execute(
            "INSERT INTO call (uuid, generation, key, position, n, state, charged, finished_at) "
            "VALUES ('mine', ?, '', 0, 1, ?, 'no', ?)",
            (generation, state, finished_at),
        )


def test_a_staged_reply_that_another_catalog_of_the_folder_knows_is_none(path: Path) -> None:
    add_call(path, "sent", finished_at=None)
    staging.stage(path.with_name("staging"), "mine", REPLY)
    made(path.with_name("other.db"), [])

    assert checked(path.with_name("other.db")).ok
    assert checked(path).ok


@pytest.mark.parametrize(("ago_us", "strays"), [(7_200_000_000, 1), (1_000_000, 0)])
def test_a_staged_reply_is_a_stray_once_it_is_settled_long_ago(
    path: Path, ago_us: int, strays: int
) -> None:
    add_call(path, "done", finished_at=clock.now_us() - ago_us)
    staging.stage(path.with_name("staging"), "mine", REPLY)

    assert len(checked(path).strays) == strays


def test_a_cost_that_its_ledger_does_not_add_up_to_is_told(path: Path) -> None:
    add_call(path, "failed", finished_at=1)
    alter(path, "UPDATE generation SET cost_nano = 5")

    assert checked(path).sums == ("g1 does not cost what its ledger lines add up to",)


def test_images_that_a_call_brought_and_are_not_there_are_told(path: Path) -> None:
    add_call(path, "failed", finished_at=1)
    alter(path, "UPDATE call SET images = 2")

    assert checked(path).sums == ("a call of g1 brought 2 images and 0 are there",)


def test_a_ledger_line_without_its_generation_is_told(path: Path) -> None:
    alter(
        path,
        "INSERT INTO ledger (generation, call, position, at, unit) VALUES (9, 9, 0, 0, 'usd')",
    )

    found = checked(path)

    assert "a row of ledger names a generation that is not there" in found.structure


def test_an_asset_that_no_search_finds_is_told(path: Path) -> None:
    alter(path, "DELETE FROM text_index_docsize WHERE id = 2")

    assert checked(path).unlisted == (2,)


def test_a_file_that_sqlite_cannot_read_is_a_finding_not_an_error(path: Path) -> None:
    with opened(path) as catalog, catalog.reading() as db:
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'asset'").fetchone()[0]
    content = bytearray(path.read_bytes())
    content[16_384 * (page - 1) : 16_384 * page] = random.Random(1).randbytes(16_384)
    path.write_bytes(content)

    found = checked(path)

    assert found.structure
    assert "restore the file from a backup" in repr(found)


def test_each_finding_is_a_line_with_what_to_do(path: Path) -> None:
    flip(path, picture(0), random.Random(1))
    alter(path, "UPDATE blob SET data = x'' WHERE id = 2")

    first, missing, mismatched = repr(checked(path, deep=True)).splitlines()

    assert first.startswith("Checkup(c.db: 2 findings in 3 assets")
    assert missing.startswith("  missing, 1: #2 (")
    assert missing.endswith("; lab.repair(source=…) takes them from a backup")
    assert mismatched.startswith("  mismatched, 1: #1 (")


def test_bytes_are_hashed_while_others_may_write(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote = threading.Event()
    with opened(path) as catalog:

        def write() -> None:
            with catalog.writing():
                wrote.set()

        def flaw_of(*_: object) -> None:
            writer = threading.Thread(target=write)
            writer.start()
            writer.join()

        monkeypatch.setattr(checkup_originals, "flaw_of", flaw_of)
        assert checkup.check(catalog, deep=True).ok

    assert wrote.is_set()
