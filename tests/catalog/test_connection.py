from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from imagelab.catalog.catalog import open_catalog
from imagelab.catalog.connection import Connections
from imagelab.catalog.looking import left_hot
from imagelab.errors import CatalogBusyError, CatalogError

EXTRA = 3

HALF_WRITTEN = """
import sys
from pathlib import Path
from imagelab.catalog.catalog import open_catalog

catalog = open_catalog(Path(sys.argv[1]), None)
with catalog.reading() as db:
    # A small cache that spills: what is half done stands in the file and in its journal.
    db.execute("PRAGMA cache_spill=1")
    db.execute("PRAGMA cache_size=2")
with catalog.writing() as db:
    db.execute("UPDATE about SET value = 'half' WHERE name LIKE 'row%'")
    print("half", flush=True)
    sys.stdin.readline()
"""

READ = """
import sys
from pathlib import Path
from imagelab.catalog.connection import Connections
from imagelab.catalog.looking import left_hot

connections = Connections(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
with connections.reading() as db:
    print(db.execute("SELECT count(*) FROM about WHERE value = 'half'").fetchone()[0])
"""

FORKED = """
import os, sys, warnings
from pathlib import Path
from imagelab.catalog.catalog import open_catalog

warnings.simplefilter("ignore")
catalog = open_catalog(Path(sys.argv[1]), "sandbox")
with catalog.reading() as db:
    db.execute("SELECT 1").fetchone()
child = os.fork()
if child == 0:
    for lend in (catalog.reading, catalog.writing):
        try:
            with lend():
                pass
        except Exception as error:
            print(type(error).__name__, error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
with catalog.writing() as db:
    db.execute("INSERT INTO about VALUES ('parent', 'goes on')")
print(catalog.quick_check())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "catalog.db"
    open_catalog(made, "sandbox").close()
    return made


@pytest.fixture
def connections(path: Path) -> Iterator[Connections]:
    opened = Connections(path)
    yield opened
    opened.close()


def reading(connections: Connections, sql: str) -> object:
    with connections.reading() as db:
        return db.execute(sql).fetchone()[0]


def inserted_then(connections: Connections, error: BaseException) -> None:
    with connections.writing() as db:
        db.execute("INSERT INTO about VALUES ('row', 'one')")
        raise error


def started(script: str, path: Path, first: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == f"{first}\n", process.communicate()
    return process


def test_a_commit_is_durable_before_it_is_acknowledged(connections: Connections) -> None:
    with connections.writing() as db:
        synchronous = db.execute("PRAGMA synchronous").fetchone()[0]

    assert synchronous == EXTRA


def test_the_journal_is_a_rollback_journal_even_if_another_tool_changed_it(path: Path) -> None:
    foreign = sqlite3.connect(path)
    foreign.execute("PRAGMA journal_mode=WAL").fetchall()
    foreign.close()
    connections = Connections(path)

    mode = reading(connections, "PRAGMA journal_mode")
    connections.close()

    assert mode == "delete"


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("synchronous", EXTRA),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("cache_spill", 0),
        ("cell_size_check", 1),
        ("mmap_size", 0),
        ("busy_timeout", 30_000),
        ("query_only", 1),
    ],
)
def test_every_thread_reads_under_the_same_rules(
    connections: Connections, pragma: str, value: int
) -> None:
    found = [reading(connections, f"PRAGMA {pragma}")]
    thread = threading.Thread(target=lambda: found.append(reading(connections, f"PRAGMA {pragma}")))

    thread.start()
    thread.join()

    assert found == [value, value]


def test_a_reader_cannot_write_not_even_after_it_wrote(connections: Connections) -> None:
    with connections.writing() as db:
        db.execute("INSERT INTO about VALUES ('row', 'one')")

    with (
        pytest.raises(CatalogError, match="readonly"),
        connections.reading() as db,
    ):
        db.execute("INSERT INTO about VALUES ('row2', 'two')")


def test_a_block_that_raises_leaves_nothing_behind(connections: Connections) -> None:
    with pytest.raises(ZeroDivisionError, match="on purpose"):
        inserted_then(connections, ZeroDivisionError("on purpose"))

    assert reading(connections, "SELECT count(*) FROM about WHERE name = 'row'") == 0
    assert not left_hot(connections.path)


def test_an_interrupted_block_leaves_nothing_behind(connections: Connections) -> None:
    with pytest.raises(KeyboardInterrupt, match="now"):
        inserted_then(connections, KeyboardInterrupt("now"))

    assert reading(connections, "SELECT count(*) FROM about WHERE name = 'row'") == 0


def test_a_statement_that_fails_undoes_the_whole_block(connections: Connections) -> None:
    twice = [("row", "one"), ("row", "two")]
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"), connections.writing() as db:
        db.executemany("INSERT INTO about VALUES (?, ?)", twice)

    assert reading(connections, "SELECT count(*) FROM about WHERE name = 'row'") == 0


def test_reading_inside_a_write_sees_what_was_just_written(connections: Connections) -> None:
    with connections.writing() as db:
        db.execute("INSERT INTO about VALUES ('row', 'one')")
        seen = reading(connections, "SELECT value FROM about WHERE name = 'row'")

    assert seen == "one"


def test_a_cursor_ends_with_its_block_so_that_it_cannot_hold_back_writers(
    connections: Connections,
) -> None:
    with connections.reading() as db:
        cursor = db.execute("SELECT * FROM about")
        cursor.fetchone()

    with pytest.raises(sqlite3.ProgrammingError, match="closed cursor"):
        cursor.fetchone()


def test_a_program_that_holds_the_file_is_named_as_another_program(path: Path) -> None:
    connections = Connections(path)
    reading(connections, "PRAGMA busy_timeout=1")
    foreign = sqlite3.connect(path, isolation_level=None)
    foreign.execute("BEGIN EXCLUSIVE")

    with pytest.raises(CatalogBusyError, match="held by another program; close it there"):
        reading(connections, "SELECT count(*) FROM about")
    foreign.close()
    connections.close()


def test_a_file_that_was_moved_takes_no_more_rows(connections: Connections, path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))

    with (
        pytest.raises(
            CatalogError, match="was moved or replaced while it was open, and nothing more"
        ),
        connections.writing(),
    ):
        pass


def test_a_file_that_was_replaced_takes_no_more_rows(connections: Connections, path: Path) -> None:
    other = path.with_name("other.db")
    other.write_bytes(path.read_bytes())
    other.replace(path)

    with pytest.raises(CatalogError, match="was moved or replaced"), connections.writing():
        pass


def test_a_damaged_file_is_told_in_a_sentence(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    connections = Connections(path)

    with pytest.raises(CatalogError, match=r"is damaged .*restore it from a backup"):
        reading(connections, "SELECT count(*) FROM about")
    connections.close()


def test_after_closing_every_use_is_an_error(connections: Connections) -> None:
    connections.close()

    with pytest.raises(CatalogError, match="was closed; open it again"), connections.reading():
        pass


def test_closing_is_quiet_while_the_thread_of_a_connection_ends(path: Path) -> None:
    errors = []
    for _ in range(300):  # one in thirteen met the very moment
        connections = Connections(path)
        threads = [threading.Thread(target=look, args=(connections,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(0.001)
        try:
            connections.close()
        except sqlite3.Error as error:
            errors.append(error)
        for thread in threads:
            thread.join()

    assert errors == []


def look(connections: Connections) -> None:
    with suppress(CatalogError), connections.reading() as db:
        db.execute("SELECT 1").fetchone()


def test_closing_ends_a_long_read_of_another_thread(connections: Connections) -> None:
    began, errors = threading.Event(), []

    def read() -> None:
        counting = (
            "WITH RECURSIVE c(n) AS (SELECT coalesce(begun(), 1) UNION ALL SELECT n + 1 FROM c)"
        )
        try:
            with connections.reading() as db:
                db.create_function("begun", 0, began.set)
                db.execute(f"{counting} SELECT count(*) FROM c").fetchone()
        except CatalogError as error:
            errors.append(str(error))

    thread = threading.Thread(target=read)
    thread.start()
    began.wait(10)
    connections.close()
    thread.join(10)

    assert errors == ["the catalog catalog.db was closed; open it again"]


def test_a_forked_child_is_refused_and_its_parent_goes_on(path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FORKED, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    reader, writer, check = run.stdout.splitlines()
    assert reader.startswith("CatalogError the catalog catalog.db was opened by process ")
    assert reader.endswith("open it again here with il.open()")
    assert writer == reader
    assert check == "ok"


@pytest.mark.fault
def test_what_a_killed_writer_left_half_done_is_undone_by_the_next_readers(
    connections: Connections, path: Path
) -> None:
    with connections.writing() as db:
        rows = [(f"row{number}", "x" * 5_000) for number in range(200)]
        db.executemany("INSERT INTO about VALUES (?, ?)", rows)
    writer = started(HALF_WRITTEN, path, "half")
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    journal = path.with_name("catalog.db-journal")
    hot = journal.read_bytes()[:1] != b"\x00"

    readers = [started(READ, path, "ready") for _ in range(4)]
    for reader in readers:
        assert reader.stdin is not None
        reader.stdin.write("go\n")
        reader.stdin.flush()
    seen = [reader.communicate(timeout=60) for reader in readers]

    assert hot, "nothing was half done"
    assert seen == [("0\n", "")] * 4
    assert not journal.exists()
    assert reading(connections, "PRAGMA quick_check") == "ok"


def test_a_connection_that_its_own_thread_has_closed_does_not_stop_the_others_from_closing(
    connections: Connections,
) -> None:
    with connections.reading() as db:
        pass
    db.close()

    connections.close()

    with pytest.raises(CatalogError, match="was closed; open it again"), connections.reading():
        pass
