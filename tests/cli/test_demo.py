from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import imagelab as il
from imagelab.cli.main import main
from imagelab.sandbox.book import Book

COMMAND = [sys.executable, "-c", "import sys; from imagelab.cli.main import main; sys.exit(main())"]
LIVES = {
    "runware": ["queued", "sent", "staged", "accepted", "kept", "done", "succeeded"],
    "openai": ["queued", "sent", "staged", "kept", "done", "succeeded"],
}


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "demo"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def bill(folder: Path) -> int:
    return len(Book(folder / "imagelab-demo" / ".imagelab" / "sandbox.book").bill())


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, run(folder)


@pytest.fixture
def rows(once: tuple[Path, object]) -> Iterator[sqlite3.Connection]:
    path = once[0] / "imagelab-demo" / ".imagelab" / "sandbox.db"
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        yield db


def test_the_demo_goes_through_and_says_nothing_on_stderr(
    once: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    done = once[1]

    assert (done.returncode, done.stderr) == (0, "")


def test_it_shows_every_step(once: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    steps = [line[:2] for line in once[1].stdout.splitlines() if line[1:2] == "."]

    assert steps == [f"{step}." for step in range(1, 10)]


@pytest.mark.parametrize(
    "words",
    [
        "Quoted for all four, before anything is sent: about $",
        "https://runware.ai/docs/models/openai-gpt-image-1-5",
        "Luminescent Botanical Observatory Interior",
        "provider  model          images     quoted       cost  known      time",
        "reported",
        "computed",
        "imagelab-demo/gallery.html",
        'lab.search("observatory rating:>=4")',
        "3 assets, 2 edits, $",
        "images, each with its words, as imagefolder",
    ],
)
def test_it_says(words: str, once: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    assert words in once[1].stdout


def test_its_lines_fit_a_terminal(once: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    wide = [line for line in once[1].stdout.splitlines() if len(line) > 80]

    assert wide == []


def test_every_picture_went_through_a_paid_call(rows: sqlite3.Connection) -> None:
    made = rows.execute(
        "SELECT a.id, c.state, c.http_status, c.body_sha256, c.images, l.amount_nano "
        "FROM asset a LEFT JOIN call c ON c.id = a.call LEFT JOIN ledger l ON l.asset = a.id "
        "WHERE a.kind = 'made'"
    ).fetchall()

    assert len(made) == 8
    assert {(row["state"], row["http_status"], row["images"]) for row in made} == {("done", 200, 1)}
    assert all(row["body_sha256"] and row["amount_nano"] > 0 for row in made)


def test_every_generation_lived_through_its_states_in_order(rows: sqlite3.Connection) -> None:
    lives = rows.execute(
        "SELECT g.provider, group_concat(e.became) AS life FROM generation g JOIN "
        "(SELECT * FROM event ORDER BY seq) e ON e.generation = g.id GROUP BY g.id"
    ).fetchall()

    assert len(lives) == 8
    assert {(row["provider"], row["life"]) for row in lives} == {
        (provider, ",".join(life)) for provider, life in LIVES.items()
    }


def test_no_reply_is_left_beside_the_catalog(once: tuple[Path, object]) -> None:
    staged = once[0] / "imagelab-demo" / ".imagelab" / "staging"

    assert list(staged.iterdir()) == []


def test_edits_are_two_steps_deep(rows: sqlite3.Connection) -> None:
    deep = rows.execute(
        "SELECT a.provider || '/' || a.model AS offer FROM edges one JOIN edges two "
        "ON two.parent = one.child JOIN asset a ON a.id = two.child"
    ).fetchall()

    assert [row["offer"] for row in deep] == ["openai/gpt-image-2"] * 2


def test_what_was_recorded_is_what_the_vendors_billed(
    once: tuple[Path, object], rows: sqlite3.Connection
) -> None:
    book = Book(once[0] / "imagelab-demo" / ".imagelab" / "sandbox.book")
    recorded = rows.execute("SELECT amount_nano FROM ledger ORDER BY amount_nano").fetchall()

    assert [row["amount_nano"] for row in recorded] == sorted(line.nano for line in book.bill())


def test_the_page_shows_all_of_it(once: tuple[Path, object]) -> None:
    page = (once[0] / "imagelab-demo" / "gallery.html").read_text(encoding="utf-8")

    assert page.count("<article") == page.count("<img") == 8
    assert "<b>8</b> images" in page


def test_a_second_run_takes_up_the_first_and_costs_nothing(
    tmp_path: Path,
) -> None:
    run(tmp_path)
    billed = bill(tmp_path)

    again = run(tmp_path)

    assert again.returncode == 0, again.stderr
    assert again.stdout.count("from an earlier run\n") == 8
    assert "nothing was asked, nothing paid again" in again.stdout
    assert bill(tmp_path) == billed == 8


def test_a_second_run_leaves_what_was_said_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["demo"])
    with il.open(tmp_path / "imagelab-demo" / ".imagelab" / "sandbox.db") as lab:
        hero = lab.search("tag:hero")[0].rate(1)
        events = len(lab.sql("SELECT * FROM generations"))

        main(["demo"])

        assert hero.rating == 1
        assert len(lab.sql("SELECT * FROM generations")) == events


def test_a_folder_that_a_kill_left_without_a_catalog_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "imagelab-demo" / ".imagelab").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    code = main(["demo"])

    assert code == 0
    assert "9. Show" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["notes.txt", ".imagelab/catalog.db"])
def test_a_folder_with_somebody_s_work_is_left_alone(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")

    code = main(["demo", "--folder", str(tmp_path)])

    assert code == 1
    assert "is there already and is no demo's" in " ".join(capsys.readouterr().err.split())
    assert (tmp_path / name).read_text() == "mine"
