from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import imagelab as il
from imagelab.catalog.pages import Pages
from imagelab.errors import CatalogError, OffloadedError, RequestError
from tests.catalog.originals import picture

Picture = Callable[..., bytes]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def fox(lab: il.Lab) -> il.Asset:
    return lab.add(picture(1, 150).data)[0]


@pytest.fixture
def drawn(lab: il.Lab) -> il.Asset:
    return lab.generate("a red fox", quality="low")[0]


def path_of(lab: il.Lab) -> Path:
    return lab._engine.catalog.path


def in_the_file(lab: il.Lab) -> int:
    """How many originals have bytes in the catalog."""
    with lab._engine.catalog.reading() as db:
        return int(db.execute("SELECT count(*) FROM blob WHERE length(data)").fetchone()[0])


def files_in(store: Path) -> list[Path]:
    return sorted(path for path in store.rglob("*") if path.is_file())


def test_originals_move_and_are_read_from_where_they_went(
    lab: il.Lab, fox: il.Asset, store: Path
) -> None:
    assert fox.thumbnail
    data, size = fox.read(), path_of(lab).stat().st_size

    moved = lab.offload(store)

    assert (moved.moved, moved.size_bytes, in_the_file(lab)) == (1, len(data), 0)
    assert path_of(lab).stat().st_size == size - moved.freed < size
    assert [path.name for path in files_in(store)] == [f"{fox.sha256}.png"]
    assert fox.read() == data
    assert fox.image.size == (fox.width, fox.height)
    assert lab.verify(deep=True).ok


def test_what_is_said_of_an_offload_names_where_and_how_much(
    lab: il.Lab, fox: il.Asset, store: Path
) -> None:
    assert fox.size_bytes

    assert str(lab.offload(store)).startswith("moved 1 original (")
    assert str(lab.offload(store)) == f"nothing to move to {str(store)!r}"
    assert str(lab.offload(None)).endswith("B) back into the catalog")
    assert repr(lab.offload(None)) == "Offloaded(nothing to move back into the catalog)"


def test_originals_come_back_and_stay_in_the_store_too(
    lab: il.Lab, fox: il.Asset, store: Path
) -> None:
    data = fox.read()
    lab.offload(store)

    assert lab.offload(None).moved == 1
    assert (in_the_file(lab), len(files_in(store))) == (1, 1)
    shutil.rmtree(store)
    assert fox.read() == data
    assert lab.verify(deep=True).ok


def test_a_mask_and_the_input_of_an_unsettled_request_stay(
    lab: il.Lab, png: Picture, store: Path
) -> None:
    red = lab.add(png("red"))[0]
    edit = red.edit("blue", mask=il.Mask.rect(0, 0, 9, 9, of=red), quality="low")
    with lab._engine.catalog.writing() as db:
        db.execute("UPDATE generation SET status = 'unknown' WHERE id = ?", (edit.id,))

    moved = lab.offload(store)

    assert moved.moved == 1
    assert list(moved.left.values()) == [2]
    assert [path.stem for path in files_in(store)] == [edit[0].sha256]
    assert "2 × left: masks, and inputs of requests" in str(moved)


def test_a_child_has_its_history_wherever_its_parent_lies(
    lab: il.Lab, fox: il.Asset, store: Path
) -> None:
    blue = fox.edit("make it blue")[0]
    lab.offload(store)
    fox.reject()
    lab.trash().empty(1)

    assert blue.parents == [fox]
    assert len(blue.lineage()) == 2
    assert "/images/edits" in blue.code("python")
    assert "make it blue" in blue.code()
    assert blue.read()


def test_an_offloaded_image_is_edited_and_made_again(
    lab: il.Lab, fox: il.Asset, store: Path
) -> None:
    blue = fox.edit("make it blue")[0]
    lab.offload(store)

    assert fox.edit("make it green")[0].parents == [fox]
    assert blue.regenerate()[0].parents[0] == fox
    assert lab.verify(deep=True).ok


def test_a_store_that_is_not_there_is_one_sentence_and_loses_nothing(
    lab: il.Lab, fox: il.Asset, store: Path
) -> None:
    data = fox.read()
    lab.offload(store)
    store.rename(store.with_name("away"))

    for act in (fox.read, lambda: fox.edit("blue"), lambda: lab.offload(None)):
        with pytest.raises(
            OffloadedError, match="in which originals lie, is not there; have its disk"
        ):
            act()
    assert fox.thumbnail
    assert "stores, 1: the folder" in str(lab.verify(deep=True))
    store.with_name("away").rename(store)
    assert fox.read() == data


def _as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (Path.unlink, "is not there any more; put the file back that was there"),
        (
            lambda path: path.write_bytes(path.read_bytes()[::-1]),
            "was altered: it is not the image",
        ),
        (lambda path: path.write_bytes(b"short"), r"has 5 bytes and had [\d,]+; put the file back"),
        (lambda path: (path.unlink(), path.symlink_to("/dev/zero")), "leads out of it"),
        (_as_pipe, "has 0 bytes and had"),
    ],
)
def test_what_a_store_lost_is_told_and_never_taken(
    lab: il.Lab, fox: il.Asset, store: Path, harm: Callable[[Path], object], said: str
) -> None:
    lab.offload(store)
    harm(files_in(store)[0])

    with pytest.raises(OffloadedError, match=said):
        fox.read()
    assert len(lab.verify(deep=True).missing) == 1
    back = lab.offload(None)
    assert (back.moved, sum(back.left.values())) == (0, 1)


def test_a_lost_original_is_put_back_from_a_backup_made_before(
    lab: il.Lab, fox: il.Asset, store: Path, tmp_path: Path
) -> None:
    data = fox.read()
    lab.backup(tmp_path / "copy.db")
    lab.offload(store)
    shutil.rmtree(store)
    store.mkdir()

    lab.repair(source=tmp_path / "copy.db", dry_run=False)

    assert fox.read() == data
    assert lab.verify(deep=True).ok


def test_a_backup_keeps_what_it_has_and_reads_the_rest_from_the_store(
    lab: il.Lab, fox: il.Asset, store: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy" / "sandbox.db"
    lab.backup(copy)
    koi = lab.add(picture(2).data)[0]
    lab.offload(store)

    made = lab.backup(copy)

    assert made is not None
    assert (made.copied, made.stored) == (0, 1)
    with il.open(copy, sandbox=True) as other:
        assert in_the_file(other) == 1
        assert [other.asset(uuid=a.uuid).read() for a in (fox, koi)] == [fox.read(), koi.read()]
        assert other.verify(deep=True).ok


def test_a_backup_follows_what_was_taken_back(
    lab: il.Lab, fox: il.Asset, store: Path, tmp_path: Path
) -> None:
    lab.offload(store)
    lab.backup(tmp_path / "copy.db")
    lab.offload(None)

    made = lab.backup(tmp_path / "copy.db")

    assert made is not None
    assert (made.copied, made.copied_bytes, made.stored) == (1, fox.size_bytes, 0)


def test_exports_have_the_originals_wherever_they_lie(
    lab: il.Lab, drawn: il.Asset, store: Path, tmp_path: Path
) -> None:
    data = drawn.read()
    lab.offload(store)

    lab.export(tmp_path / "set")
    lab.export(tmp_path / "part.db", format="catalog")

    assert [p.read_bytes() for p in files_in(tmp_path / "set") if p.suffix == ".png"] == [data]
    with il.open(tmp_path / "part.db", sandbox=True) as part:
        assert part.asset(uuid=drawn.uuid).read() == data
        assert in_the_file(part) == 1


def test_an_export_leaves_out_what_a_store_lost_and_stops_where_there_is_none(
    lab: il.Lab, drawn: il.Asset, store: Path, tmp_path: Path
) -> None:
    lab.offload(store)
    files_in(store)[0].unlink()

    done = lab.export(tmp_path / "set")

    assert done.left_out == {"its store does not have the original as it was": 1}
    shutil.rmtree(store)
    with pytest.raises(OffloadedError, match="is not there; have its disk mounted"):
        lab.export(tmp_path / "other")
    assert not (tmp_path / "other").exists()
    assert drawn.thumbnail


def test_the_trash_tells_what_stays_in_the_store(lab: il.Lab, fox: il.Asset, store: Path) -> None:
    lab.offload(store)
    fox.reject()

    assert lab.trash().count == 1
    assert "1 original in a store stay there" in lab.trash().empty(1)
    assert len(files_in(store)) == 1
    assert fox._backing.asset_row(fox.id).emptied


def test_bytes_that_come_again_are_kept_here_again(lab: il.Lab, fox: il.Asset, store: Path) -> None:
    data = fox.read()
    lab.offload(store)

    lab.generate("more of it", images=fox, quality="low")

    shutil.rmtree(store)
    assert fox.read() == data


def test_jupyters_server_does_not_serve_what_lies_in_a_store(
    lab: il.Lab, fox: il.Asset, store: Path
) -> None:
    lab.offload(store)
    catalog = lab._engine.catalog

    with pytest.raises(
        OffloadedError, match=r"lies in '.*store', which is not read here; in a lab"
    ):
        Pages(catalog, catalog.path).answer("original", {"id": fox.id})
    shown = Pages(catalog, catalog.path).answer("page", {"pictures": True, "query": "is:imported"})
    assert len(shown.blobs[0]) > 0


def test_an_altered_original_is_not_moved(lab: il.Lab, fox: il.Asset, store: Path) -> None:
    assert fox.thumbnail
    with lab._engine.catalog.writing() as db:
        db.execute("UPDATE blob SET data = CAST(x'00' || substr(data, 2) AS BLOB)")

    moved = lab.offload(store)

    assert moved.moved == 0
    assert moved.left == {"not as they came; lab.verify(deep=True) says more": 1}
    assert in_the_file(lab) == 1
    assert files_in(store) == []
    with pytest.raises(CatalogError, match="no longer has the bytes that were kept"):
        fox.read()


def test_a_full_disk_in_the_store_leaves_all_of_it_here(
    lab: il.Lab, fox: il.Asset, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(OffloadedError, match=r"could not be written in .*; see to that disk"):
        lab.offload(tmp_path / "file" / "store")
    assert in_the_file(lab) == 1
    assert fox.read()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("", "'' is no place for originals; name a folder, or s3://bucket/prefix"),
        (3, "3 is no place for originals"),
        ("gs://bucket", "'gs://bucket' is no place for originals"),
        ("s3://", "'s3://' is no place for originals"),
        ("s3://bucket/../other", "is no place for originals"),
        (
            "s3://me:secret@bucket/x",
            "'s3://…@bucket/x' says more than where originals go; put cred",
        ),
        ("s3://bucket/x?X-Amz-Signature=1", r"'s3://bucket/x\?…' says more than where"),
    ],
)
def test_an_address_that_is_none_or_would_open_a_store_is_refused(
    lab: il.Lab, place: str, said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        lab.offload(place)
    with lab._engine.catalog.reading() as db:
        assert db.execute("SELECT count(*) FROM store").fetchone()[0] == 0


MOVE = """
import sys
import imagelab as il
with il.open(sys.argv[1], sandbox=True) as lab:
    lab.offload(sys.argv[2])
    lab.offload(None)
"""


@pytest.mark.fault
@pytest.mark.parametrize("point", ["offloaded", "offloading", "bringing"])
def test_a_move_that_was_killed_goes_on_by_the_same_call(
    lab: il.Lab, fox: il.Asset, store: Path, point: str
) -> None:
    data, path = fox.read(), path_of(lab)
    lab.close()
    command = [sys.executable, "-c", MOVE, str(path), str(store)]
    code = subprocess.run(
        command, env={**os.environ, "IMAGELAB_KILL_AT": point}, check=False
    ).returncode

    assert code == -9
    with il.open(path, sandbox=True) as again:
        assert again.asset(fox.id).read() == data
        assert again.verify(deep=True).ok
        again.offload(None if point == "bringing" else store)
        assert in_the_file(again) == (point == "bringing")
        assert again.asset(fox.id).read() == data
