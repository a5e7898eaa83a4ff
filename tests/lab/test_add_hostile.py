from __future__ import annotations

import io
import json
import os
import struct
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

import imagelab as il
from imagelab.imaging.pieces import png_chunk

UUID = "01932c07-0000-7000-8000-000000000000"


@pytest.fixture
def folder(tmp_path: Path, png: Callable[..., bytes]) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/good.png").write_bytes(png("red"))
    (tmp_path / "secret.png").write_bytes(png("blue"))
    return tmp_path / "in"


def reasons(lab: il.Lab, folder: Path) -> dict[str, str]:
    added = lab.add(folder)
    assert len(added.new) == 1
    return {broken.called: broken.reason for broken in added.broken}


def test_no_link_is_followed(lab: il.Lab, folder: Path) -> None:
    (folder / "a.png").symlink_to(folder.parent / "secret.png")
    (folder / "up").symlink_to(folder.parent)

    told = reasons(lab, folder)

    assert sorted(told) == ["a.png", "up"]
    assert "none is followed" in told["up"]


def test_pipes_and_sockets_are_passed_by(lab: il.Lab, folder: Path) -> None:
    os.mkfifo(folder / "pipe.png")

    assert "pipe, socket or device" in reasons(lab, folder)["pipe.png"]


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "a/../../secret.png", "x\\y.png"])
def test_a_table_leads_to_nothing_outside_its_folder(lab: il.Lab, folder: Path, name: str) -> None:
    row = {"file_name": name, "id": UUID, "sha256": "0" * 64, "prompt": "a fox"}
    (folder / "metadata.jsonl").write_text(json.dumps(row))

    [why] = reasons(lab, folder).values()

    assert why == "it leads out of the folder"


def test_a_link_in_a_glob_is_not_followed(lab: il.Lab, folder: Path) -> None:
    (folder / "up").symlink_to(folder.parent)

    added = lab.add(str(folder / "*" / "secret.png"))

    assert [(len(added), b.called) for b in added.broken] == [(0, "up/secret.png")]


def test_a_row_that_says_it_is_another_asset_does_not_become_it(
    lab: il.Lab, folder: Path, png: Callable[..., bytes]
) -> None:
    [mine] = lab.add(png("green"))
    row = {"file_name": "good.png", "id": mine.uuid, "sha256": "0" * 64, "prompt": "taken over"}
    (folder / "metadata.jsonl").write_text(json.dumps(row))

    [added] = lab.add(folder).new

    assert added.uuid != mine.uuid
    assert (lab.asset(mine.id).prompt, mine.read()) == ("", png("green"))


def test_values_that_no_catalog_holds_are_left_out(lab: il.Lab, folder: Path) -> None:
    row = {
        "file_name": "good.png",
        "id": UUID,
        "sha256": "x",
        "prompt": "a\0fox \ud800",
        "seed": 2**70,
        "rating": 99,
        "tags": ["a" * 10_000, 5, None, "fine"],
        "params": '{"a": NaN}',
        "cost_usd": "1e400",
        "cost_source": "reported",
        "created_at": "yesterday",
        "parent_ids": "[" * 10_000,
    }
    (folder / "metadata.jsonl").write_text(json.dumps(row))

    [added] = lab.add(folder).new

    assert (added.seed, added.rating, added.cost, added.params) == (None, None, None, {})
    assert added.prompt == "afox ?"
    assert lab.verify().ok


def test_a_picture_that_claims_to_be_enormous_is_told(lab: il.Lab, folder: Path) -> None:
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    body = png_chunk(b"IDAT", zlib.compress(b"")) + png_chunk(b"IEND", b"")
    (folder / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + body)

    assert "claims 100000×100000 pixels" in reasons(lab, folder)["bomb.png"]


def test_a_tar_is_read_and_never_unpacked(
    lab: il.Lab, folder: Path, png: Callable[..., bytes]
) -> None:
    with tarfile.open(folder / "a.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in (("../../evil.png", png("lime")), ("evil.txt", b"a lime sheet")):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)

    added = lab.add(folder)

    assert (len(added.new), added.broken) == (2, ())
    assert list(folder.parent.rglob("evil.png")) == []


@pytest.mark.parametrize("name", ["a.tar", "a.parquet", "a.csv", "a.jsonl"])
def test_files_that_hold_nothing_that_can_be_read_end_nothing(
    lab: il.Lab, folder: Path, name: str
) -> None:
    (folder / name).write_bytes(b"\xff\xfe junk \0 " * 200)

    told = reasons(lab, folder)

    assert set(told) <= {name}
