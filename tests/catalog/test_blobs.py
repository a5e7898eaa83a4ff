from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from imagelab.catalog import blobs
from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog
from imagelab.errors import CatalogError
from tests.finished import new_catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = new_catalog(tmp_path / "a.db")
    yield opened
    opened.close()


def kept(catalog: Catalog, data: bytes) -> Blob:
    blob = Blob.of(data, "png", 4, 3)
    with catalog.writing() as db:
        blobs.keep(db, blob)
    return blob


def count(catalog: Catalog) -> int:
    with catalog.reading() as db:
        return int(db.execute("SELECT count(*) FROM blob").fetchone()[0])


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=300))
def test_bytes_are_read_back_as_they_came(catalog: Catalog, data: bytes) -> None:
    blob = kept(catalog, data)

    with catalog.reading() as db:
        assert blobs.read(db, blob.sha256) == data


def test_a_blob_is_named_by_its_sha256(catalog: Catalog) -> None:
    assert kept(catalog, b"fox").sha256 == hashlib.sha256(b"fox").hexdigest()


def test_the_same_bytes_are_one_blob(catalog: Catalog) -> None:
    blob = Blob.of(b"fox", "png", 4, 3)

    with catalog.writing() as db:
        first, again = blobs.keep(db, blob), blobs.keep(db, blob)

    assert first == again
    assert count(catalog) == 1


def test_different_bytes_are_different_blobs(catalog: Catalog) -> None:
    kept(catalog, b"fox")
    kept(catalog, b"koi")

    assert count(catalog) == 2


@pytest.mark.parametrize("altered", [b"fix", b"", b"fox "])
def test_altered_bytes_are_noticed_and_not_handed_out(catalog: Catalog, altered: bytes) -> None:
    blob = kept(catalog, b"fox")
    with catalog.writing() as db:
        db.execute("UPDATE blob SET data = ?", (altered,))

    with (
        catalog.reading() as db,
        pytest.raises(CatalogError, match="no longer has the bytes that were kept; restore"),
    ):
        blobs.read(db, blob.sha256)


def test_a_missing_blob_is_named(catalog: Catalog) -> None:
    with catalog.reading() as db, pytest.raises(CatalogError, match="the image abc… is missing"):
        blobs.read(db, "abc")


def test_the_bytes_are_in_no_repr() -> None:
    assert "fox" not in repr(Blob.of(b"fox", "png", 4, 3))
