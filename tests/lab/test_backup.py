from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import imagelab as il
from imagelab import clock
from imagelab.catalog import backup_plan
from imagelab.domain.life import Owner
from imagelab.errors import CatalogError, RequestError
from imagelab.jobs.owner import boot_id, process_start
from imagelab.lab.backing_up import interval_of
from tests.catalog.originals import flip_any


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "copies"


def planned(lab: il.Lab) -> backup_plan.Plan | None:
    with lab._engine.catalog.reading() as db:
        return backup_plan.read(db)


def make_old(path: Path, days: float, claim: Owner | None = None) -> None:
    """The last backup was so many days ago, and maybe somebody is at the next one."""
    last = (clock.now() - timedelta(days=days)).isoformat()
    lab = il.open(path, sandbox=True)
    with lab, lab._engine.catalog.writing() as db:
        db.execute("UPDATE about SET value = ? WHERE name = 'backup_last'", (last,))
        if claim:
            backup_plan.claim(db, claim)


def copied_at(file: Path) -> datetime:
    with closing(sqlite3.connect(file)) as db:
        told = db.execute("SELECT value FROM about WHERE name = 'copied_at'").fetchone()[0]
    return datetime.fromisoformat(told)


def until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


@pytest.mark.parametrize("end", ["", "/"])
def test_a_backup_into_a_folder_is_called_as_the_catalog_is(
    lab: il.Lab, dest: Path, end: str
) -> None:
    lab.generate("a red fox", quality="low")

    done = lab.backup(f"{dest}{end}")

    assert done is not None
    assert done.path == dest / "sandbox.db"
    assert repr(done).startswith(f"Backup({dest}/sandbox.db: 1 asset; 1 new original copied (")


def test_a_backup_opens_as_a_lab_with_everything_in_it(
    lab: il.Lab, dest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = lab.generate("a red fox", quality="low", tags=["hero"])[0]
    lab.backup(dest / "copy.db")

    with il.open(dest / "copy.db", sandbox=True) as copy:
        [found] = copy.search("fox tag:hero")
        assert (found.uuid, found.read()) == (made.uuid, made.read())
        assert copy.verify(deep=True).ok
        assert float(copy.spend()["usd"][0]) > 0

    assert "copy.db, 1 asset" in capsys.readouterr().out


def test_opening_a_copy_takes_nothing_up(
    catalog_path: Path,
    dest: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = (
        "import sys, imagelab as il; lab = il.open(sys.argv[1], sandbox=True);"
        "lab.submit('a red fox', model='runware/gpt-image-1.5', quality='low').wait()"
    )
    environment = {**os.environ, "IMAGELAB_KILL_AT": "accepted"}
    subprocess.run([sys.executable, "-c", script, str(catalog_path)], env=environment, check=False)
    monkeypatch.setattr("imagelab.lab.engine.Engine.take_up", lambda _: [])
    with il.open(catalog_path, sandbox=True) as lab:
        lab.backup(dest / "copy.db")
    monkeypatch.undo()
    capsys.readouterr()

    with il.open(dest / "copy.db", sandbox=True) as copy:
        assert copy.generation(1).status == "unknown"
        assert "knows what became of it" in str(copy.generation(1).error)

    assert "taking up" not in capsys.readouterr().out


def test_where_a_backup_goes_must_be_said_once(lab: il.Lab, dest: Path) -> None:
    with pytest.raises(RequestError, match="no backup is kept up yet, so say where it goes"):
        lab.backup()

    lab.backup(dest / "copy.db", every="7d")
    again = lab.backup()

    assert again is not None
    assert again.path == dest / "copy.db"


@pytest.mark.parametrize(("every", "hours"), [("12h", 12), ("7d", 168), ("30d", 720), ("2w", 336)])
def test_an_interval_is_hours_days_or_weeks(every: str, hours: int) -> None:
    assert interval_of(every) == timedelta(hours=hours)


@pytest.mark.parametrize("every", ["", "7", "d", "0d", "-1d", "1m", "7 d", "99999w", 7])
def test_what_is_no_interval_is_refused_before_anything_is_copied(
    lab: il.Lab, dest: Path, every: str
) -> None:
    with pytest.raises(RequestError, match=r"is no interval; hours, days or weeks are taken"):
        lab.backup(dest / "copy.db", every=every)

    assert not dest.exists()


def test_what_is_no_path_is_refused(lab: il.Lab) -> None:
    with pytest.raises(RequestError, match="dest=7 is not a path; name a file or a folder"):
        lab.backup(7)  # type: ignore[arg-type] # what is tested


def test_never_forgets_and_copies_nothing(lab: il.Lab, dest: Path) -> None:
    lab.backup(dest / "copy.db", every="7d")
    before = copied_at(dest / "copy.db")

    assert lab.backup(every="never") is None

    assert planned(lab) is None
    assert copied_at(dest / "copy.db") == before


def test_a_copy_does_not_keep_itself_up(lab: il.Lab, dest: Path) -> None:
    lab.backup(dest / "copy.db", every="7d")
    lab.backup()

    with il.open(dest / "copy.db", sandbox=True) as copy:
        assert planned(copy) is None


def test_a_backup_that_is_due_is_made_by_opening_the_catalog(
    catalog_path: Path, dest: Path
) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab.backup(dest / "copy.db", every="7d")
    before = copied_at(dest / "copy.db")
    make_old(catalog_path, days=6.9)
    assert copied_at(dest / "copy.db") == before
    make_old(catalog_path, days=7.1)

    with il.open(catalog_path, sandbox=True) as lab:
        assert until(lambda: copied_at(dest / "copy.db") > before)
        assert until(lambda: bool((plan := planned(lab)) and not plan.due and not plan.claim))


def test_closing_at_once_leaves_the_backup_for_the_next_opening(
    catalog_path: Path, dest: Path
) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab.backup(dest / "copy.db", every="7d")
    make_old(catalog_path, days=8)

    for _ in range(2):
        il.open(catalog_path, sandbox=True).close()

    with il.open(catalog_path, sandbox=True) as lab:
        assert until(lambda: bool((plan := planned(lab)) and not plan.due and not plan.claim))


def test_what_another_living_process_is_making_is_left_to_it(
    catalog_path: Path, dest: Path
) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab.backup(dest / "copy.db", every="7d")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        owner = Owner(boot_id(), other.pid, process_start(other.pid) or 0)
        make_old(catalog_path, days=8, claim=owner)

        with il.open(catalog_path, sandbox=True) as lab:
            plan = planned(lab)
        other.kill()

    assert plan is not None
    assert (plan.claim, plan.due) == (owner, True)


def test_a_claim_that_a_dead_process_left_is_taken_over(catalog_path: Path, dest: Path) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab.backup(dest / "copy.db", every="7d")
    before = copied_at(dest / "copy.db")
    make_old(catalog_path, days=8, claim=Owner("another boot", 1, 1))

    with il.open(catalog_path, sandbox=True):
        assert until(lambda: copied_at(dest / "copy.db") > before)


def test_why_a_backup_was_not_made_is_said_at_the_next_opening(
    catalog_path: Path, dest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab.backup(dest / "copy.db", every="7d")
    make_old(catalog_path, days=12.5)
    (dest / "copy.db").write_text("Dear diary, " * 100)
    with il.open(catalog_path, sandbox=True) as lab:
        assert until(lambda: bool((plan := planned(lab)) and plan.error and not plan.claim))
    capsys.readouterr()

    il.open(catalog_path, sandbox=True).close()

    said = capsys.readouterr().out
    assert f"the backup to {dest}/copy.db is 12 days old: 'copy.db' is not an imagelab cat" in said


def test_on_a_disk_that_is_not_attached_no_new_backup_is_made(
    catalog_path: Path, dest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab.backup(dest / "copy.db", every="7d")
    make_old(catalog_path, days=9)
    (dest / "copy.db").unlink()
    with il.open(catalog_path, sandbox=True) as lab:
        assert until(lambda: bool((plan := planned(lab)) and plan.error and not plan.claim))
    capsys.readouterr()

    il.open(catalog_path, sandbox=True).close()

    assert "is 9 days old: it is not there now; attach its disk" in capsys.readouterr().out
    assert not (dest / "copy.db").exists()


def test_a_catalog_that_is_lost_goes_on_from_its_backup(catalog_path: Path, dest: Path) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        fox = lab.generate("a red fox", quality="low")[0]
        bytes_of_fox = fox.read()
        lab.backup(dest / "sandbox.db")
    catalog_path.unlink()
    shutil.copy(dest / "sandbox.db", catalog_path)

    with il.open(catalog_path, sandbox=True) as lab:
        assert lab.asset(uuid=fox.uuid).read() == bytes_of_fox
        assert lab.generate("a blue koi", quality="low")[0].id == 2
        again = lab.backup(dest / "sandbox.db")

    assert again is not None
    assert (again.assets, again.copied) == (2, 1)


def test_a_backup_that_works_again_is_not_complained_of(
    catalog_path: Path, dest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab.backup(dest / "copy.db", every="7d")
        with lab._engine.catalog.writing() as db:
            backup_plan.failed(db, "the disk was away")
        lab.backup()
    capsys.readouterr()

    il.open(catalog_path, sandbox=True).close()

    assert "the backup to" not in capsys.readouterr().out


OPEN = """
import sys, time
import imagelab as il
from imagelab.lab import backing_up

begun, back_up = [], backing_up.back_up


def counted(*given):
    begun.append(given)
    return back_up(*given)


backing_up.back_up = counted
print("ready", flush=True)
sys.stdin.readline()
with il.open(sys.argv[1], sandbox=True) as lab:
    time.sleep(1)
print(len(begun))
"""


@pytest.mark.fault
def test_of_four_processes_that_open_it_exactly_one_makes_the_backup(
    catalog_path: Path, dest: Path
) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab.backup(dest / "copy.db", every="7d")
    make_old(catalog_path, days=8)
    command = [sys.executable, "-c", OPEN, str(catalog_path)]
    pipe = subprocess.PIPE
    opening = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    for process in opening:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    for process in opening:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=60)[0] for process in opening]

    assert sorted(said.split()[-1] for said in told) == ["0", "0", "0", "1"]


@pytest.mark.parametrize(
    ("model", "fault"),
    [
        ("openai/gpt-image-2", "reset_after_charge"),
        ("openai/gpt-image-2", "fewer"),
        ("openai/gpt-image-2", "not_an_image"),
        ("openai/gpt-image-2", "quota"),
        ("runware/gpt-image-1.5", "partial"),
        ("runware/gpt-image-1.5", "null"),
    ],
)
def test_whatever_a_vendor_does_the_sums_hold_here_and_in_the_copy(
    catalog_path: Path, dest: Path, monkeypatch: pytest.MonkeyPatch, model: str, fault: str
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", fault)
    with il.open(catalog_path, sandbox=True) as lab:
        il.wait([lab.submit("a red fox", model=model, quality="low", n=2)])
        found = lab.verify(deep=True)
        lab.backup(dest / "copy.db")

        assert found.ok, found

    with il.open(dest / "copy.db", sandbox=True) as copy:
        assert copy.verify(deep=True).ok
        assert copy.generation(1).status != "running"


def test_verify_and_repair_are_verbs_of_a_lab(lab: il.Lab, dest: Path, catalog_path: Path) -> None:
    lab.generate("a red fox", quality="low")
    lab.backup(f"{dest}/")
    lab.close()
    flip_any(catalog_path, dest / "sandbox.db")

    with il.open(catalog_path, sandbox=True) as again:
        assert len(again.verify(deep=True).mismatched) == 1
        assert len(again.repair(source=dest / "sandbox.db").steps) == 1
        assert not again.verify(deep=True).ok
        again.repair(dry_run=False, source=dest)
        assert again.verify(deep=True).ok
        assert again.asset(1).image.size == (1024, 1024)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (7, "source=7 is not a path; name the file of a backup"),
        ("gone.db", "there is no catalog at"),
    ],
)
def test_a_source_that_is_no_backup_is_refused(lab: il.Lab, source: str, said: str) -> None:
    with pytest.raises((RequestError, CatalogError), match=said):
        lab.repair(source=source)


def test_the_catalog_itself_is_no_source(lab: il.Lab, catalog_path: Path) -> None:
    with pytest.raises(RequestError, match="is this catalog itself; name the file of a backup"):
        lab.repair(source=catalog_path)


def test_a_lab_as_it_is_used_has_no_findings(lab: il.Lab) -> None:
    fox = lab.generate("a red fox", quality="low", n=2)[0]
    fox.edit("in the snow", quality="low")
    fox.reject()

    assert repr(lab.verify(deep=True)).startswith(
        "Checkup(sandbox.db: all is well in 3 assets, 2 generations, 3 originals ("
    )
