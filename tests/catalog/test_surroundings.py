from __future__ import annotations

from pathlib import Path

import pytest

import imagelab as il
from imagelab.catalog import surroundings
from imagelab.catalog.surroundings import keeps_out, locks_hold, network_kind
from imagelab.errors import CatalogError
from imagelab.sandbox.book import Book

TABLE = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
36 22 0:40 / /home rw,relatime - nfs4 server:/home rw,vers=4.2
37 22 0:41 / /mnt/my\040share rw - cifs //server/share rw
38 36 0:42 / /home/user/local rw - xfs /dev/vdb rw
39 22 0:43 / /far rw - fuse.sshfs user@server:/ rw
40 22 0:44 / /near rw - fuse.gocryptfs /dev/x rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/work", None),
        ("/home/user/lab", "nfs4"),
        ("/home/user/local/lab", None),
        ("/mnt/my share/lab", "cifs"),
        ("/far/lab", "fuse.sshfs"),
        ("/near/lab", None),
    ],
)
def test_a_network_disk_is_known_by_the_innermost_mount(path: str, kind: str | None) -> None:
    assert network_kind(Path(path), TABLE) == kind


@pytest.mark.parametrize("text", ["", "nonsense", "1 2 3 - ext4", "36 35 0:40 / / rw -"])
def test_a_table_that_cannot_be_read_names_no_network(text: str) -> None:
    assert network_kind(Path("/home"), text) is None


def test_locks_hold_between_two_processes_on_a_local_disk(tmp_path: Path) -> None:
    assert locks_hold(tmp_path / "catalog.db")
    assert list(tmp_path.iterdir()) == []


def test_locks_that_keep_nobody_out_do_not_hold(tmp_path: Path) -> None:
    # As on a disk that gives every machine a lock of its own.
    assert not keeps_out(tmp_path / "here", tmp_path / "there")


def test_a_folder_that_cannot_be_locked_does_not_hold(tmp_path: Path) -> None:
    (tmp_path / "held").mkdir()

    assert not keeps_out(tmp_path / "held", tmp_path / "tried")


@pytest.fixture
def nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the disk were smaller: more room is wanted than there is."""
    monkeypatch.setattr(surroundings, "LEAST_FREE_BYTES", 10**18)


@pytest.mark.usefixtures("nearly_full")
def test_nothing_is_paid_for_on_a_disk_that_is_nearly_full(lab: il.Lab, catalog_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"has \d+ MB left.*nothing was sent. Free some space"):
        lab.generate("a fox", quality="low")

    assert Book(catalog_path.with_name("sandbox.book")).bill() == []
    assert lab.sql("SELECT * FROM generations").empty


def test_many_images_want_more_room(tmp_path: Path) -> None:
    free = surroundings.free_bytes(tmp_path)

    assert surroundings.cannot_pay(tmp_path / "a.db", 1) is None
    assert "MB are wanted" in (surroundings.cannot_pay(tmp_path / "a.db", free // 10**7) or "")


def test_opening_says_how_many_outcomes_are_unknown(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "reset_after_charge")
    with il.open(catalog_path, sandbox=True) as lab:
        il.wait([lab.submit("a fox", quality="low")])
    capsys.readouterr()

    il.open(catalog_path, sandbox=True).close()

    assert "1 whose outcome is unknown: lab.pending()" in capsys.readouterr().out


def test_a_folder_without_room_to_write_says_that_nothing_was_changed(tmp_path: Path) -> None:
    blocked = tmp_path / "a.db"
    (tmp_path / "a.db.lock").mkdir()  # what cannot be opened for writing, whoever one is

    with pytest.raises(CatalogError, match=r"nothing in it was changed. It needs a folder"):
        il.open(blocked, sandbox=True)

    assert not blocked.exists()
