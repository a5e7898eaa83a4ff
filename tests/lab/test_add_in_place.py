from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

import imagelab as il
from imagelab.catalog.offloads import places
from imagelab.errors import OffloadedError, RequestError
from tests.catalog.originals import picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine" / "sub").mkdir(parents=True)
    (tmp_path / "mine" / "fox.png").write_bytes(picture(1, 60).data)
    (tmp_path / "mine" / "sub" / "a hare.png").write_bytes(picture(2, 60).data)
    return tmp_path / "mine"


@pytest.fixture
def added(lab: il.Lab, folder: Path) -> il.Assets:
    return lab.add(folder, copy=False)


def kept_here(lab: il.Lab) -> int:
    with lab._engine.catalog.reading() as db:
        return int(db.execute("SELECT count(*) FROM blob WHERE length(data)").fetchone()[0])


def state(folder: Path) -> list[tuple[str, bytes, int]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.name, path.read_bytes(), path.stat().st_mtime_ns) for path in files]


def test_files_stay_where_they_lie_and_are_read_there(
    lab: il.Lab, folder: Path, added: il.Assets
) -> None:
    assert [asset.read() for asset in added] == [picture(1, 60).data, picture(2, 60).data]
    assert kept_here(lab) == 0
    [(_, fox), (_, hare)] = places(lab._engine.catalog, "left")
    assert (fox.url, fox.name, hare.name) == (folder.as_uri(), "fox.png", "sub/a hare.png")


def test_the_small_picture_stays_when_the_file_is_gone(folder: Path, added: il.Assets) -> None:
    small = added[0].thumbnail

    (folder / "fox.png").unlink()

    assert added[0].thumbnail == small


def test_a_file_that_is_gone_says_which_what_it_was_and_what_to_do(
    folder: Path, added: il.Assets
) -> None:
    (folder / "fox.png").rename(folder / "renamed.png")

    with pytest.raises(
        OffloadedError,
        match=r"'fox\.png' in '.*mine' is not there any more; it was added with copy=False, as "
        r"[\d,]+ bytes with the hash \w{12}…: put that file back, or lab\.add\(…, copy=False\)",
    ):
        added[0].read()


def test_a_file_that_was_changed_is_not_taken_for_what_it_was(
    folder: Path, added: il.Assets
) -> None:
    data = (folder / "fox.png").read_bytes()
    (folder / "fox.png").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))

    with pytest.raises(
        OffloadedError, match=r"'fox\.png' in .* was changed since it was added; it"
    ):
        added[0].read()


def test_a_disk_that_is_away_is_told_as_that(folder: Path, added: il.Assets) -> None:
    folder.rename(folder.with_name("elsewhere"))

    with pytest.raises(OffloadedError, match=r"mine', in which originals lie, is not there; have"):
        added[0].read()


def test_adding_where_they_are_now_finds_them_again(
    lab: il.Lab, folder: Path, added: il.Assets
) -> None:
    moved = folder.rename(folder.with_name("elsewhere"))

    again = lab.add(moved, copy=False)

    assert (len(again.new), again.known.ids) == (0, added.ids)
    assert added[1].read() == picture(2, 60).data
    assert kept_here(lab) == 0


def test_adding_them_with_a_copy_takes_them_in(lab: il.Lab, folder: Path, added: il.Assets) -> None:
    assert len(lab.add(folder).new) == 0

    (folder / "fox.png").unlink()

    assert added[0].read() == picture(1, 60).data
    assert (kept_here(lab), places(lab._engine.catalog)) == (2, [])


def test_what_is_here_already_stays_here(lab: il.Lab, folder: Path) -> None:
    lab.add(folder)

    lab.add(folder, copy=False)

    assert kept_here(lab) == 2


def test_a_link_put_in_a_files_place_is_not_followed(
    tmp_path: Path, folder: Path, added: il.Assets
) -> None:
    (folder / "fox.png").rename(tmp_path / "outside.png")
    (folder / "fox.png").symlink_to(tmp_path / "outside.png")

    with pytest.raises(OffloadedError, match=r"'fox\.png' in .* leads out of it; it was added"):
        added[0].read()


def test_a_pipe_put_in_a_files_place_does_not_hold_anybody_up(
    folder: Path, added: il.Assets
) -> None:
    (folder / "fox.png").unlink()
    os.mkfifo(folder / "fox.png")

    with pytest.raises(OffloadedError, match=r"'fox\.png' in .* has 0 bytes and had"):
        added[0].read()


def test_only_files_can_be_left_where_they_lie(lab: il.Lab) -> None:
    with pytest.raises(RequestError, match=r"copy=False leaves files where .* Image is no file"):
        lab.add(Image.new("RGB", (2, 2)), copy=False)


def test_what_lies_inside_another_file_is_copied(lab: il.Lab, tmp_path: Path, folder: Path) -> None:
    lab.add(folder).export(tmp_path / "shards", format="webdataset")
    with il.open(tmp_path / "other" / "sandbox.db", sandbox=True) as other:
        assert len(other.add(tmp_path / "shards", copy=False).new) == 2
        assert kept_here(other) == 2


def test_emptying_the_trash_leaves_the_files(lab: il.Lab, folder: Path, added: il.Assets) -> None:
    before = state(folder)
    added.reject()

    said = str(lab.trash().empty(2))

    assert state(folder) == before
    assert "2 originals in a store stay there until you delete them" in said


def test_what_was_emptied_can_be_left_where_it_lies(
    lab: il.Lab, folder: Path, added: il.Assets
) -> None:
    added.reject()
    lab.trash().empty(2)

    lab.add(folder, copy=False)

    assert (added[0].read(), kept_here(lab)) == (picture(1, 60).data, 0)
    assert added[0].thumbnail


def test_offload_leaves_them_and_says_so(
    lab: il.Lab, tmp_path: Path, folder: Path, added: il.Assets
) -> None:
    before = state(folder)

    for said in (str(lab.offload(tmp_path / "store")), str(lab.offload(None))):
        assert "2 × left: where they lie, as added with copy=False" in said
    assert state(folder) == before
    assert added[0].read() == picture(1, 60).data


def test_verify_tells_which_files_are_gone_or_changed(
    lab: il.Lab, folder: Path, added: il.Assets
) -> None:
    assert lab.verify(deep=True).ok
    (folder / "fox.png").unlink()
    (folder / "sub" / "a hare.png").write_bytes(b"x" * len(added[1].read()))

    found = lab.verify(deep=True)

    assert [flaw.sha256 for flaw in found.missing] == [added[0].sha256]
    assert [flaw.sha256 for flaw in found.mismatched] == [added[1].sha256]


def test_a_backup_says_that_they_lie_elsewhere_and_reads_them_there(
    lab: il.Lab, tmp_path: Path, added: il.Assets
) -> None:
    assert "2 originals" in str(lab.backup(tmp_path / "backup.db"))

    with il.open(tmp_path / "backup.db", sandbox=True) as copy:
        assert copy.asset(uuid=added[0].uuid).read() == picture(1, 60).data


def test_an_export_has_their_bytes(tmp_path: Path, added: il.Assets) -> None:
    added.export(tmp_path / "out")

    image = tmp_path / "out" / "train" / "images" / f"{added[0].uuid}.png"
    assert image.read_bytes() == picture(1, 60).data


def test_one_that_could_not_be_read_is_left_out_of_an_export_and_counted(
    tmp_path: Path, folder: Path, added: il.Assets
) -> None:
    assert added[1].thumbnail
    (folder / "fox.png").unlink()

    done = added.export(tmp_path / "out")

    assert (done.count, sum(done.left_out.values())) == (1, 1)


def test_a_merge_takes_the_row_and_not_the_way_to_a_file(
    lab: il.Lab, tmp_path: Path, folder: Path
) -> None:
    with il.open(tmp_path / "other" / "sandbox.db", sandbox=True) as other:
        [fox, _] = other.add(folder, copy=False)
        assert fox.thumbnail
    lab.merge(tmp_path / "other" / "sandbox.db")

    with pytest.raises(OffloadedError, match=r"lies in '.*mine', as the catalog says"):
        lab.asset(uuid=fox.uuid).read()
    lab.add(folder, copy=False)
    assert lab.asset(uuid=fox.uuid).read() == picture(1, 60).data


def test_one_that_is_edited_comes_into_the_catalog(folder: Path, added: il.Assets) -> None:
    added[0].edit("a hat", model="openai/gpt-image-2", quality="low")

    (folder / "fox.png").unlink()

    assert added[0].read() == picture(1, 60).data
