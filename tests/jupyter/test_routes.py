from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagelab.catalog import pointer
from imagelab.catalog.pages import Pages
from imagelab.catalog.reading import open_to_read
from tests.jupyter.server import Server, path

UNKNOWN = "0" * 32
ASKED = [
    ("page", {"query": "", "start": 0, "limit": 3, "pictures": True}),
    ("page", {"query": "owl", "start": 0, "limit": 60, "pictures": False}),
    ("count", {"query": "fox"}),
    ("pictures", {"ids": [3, 1, 99]}),
    ("between", {"query": "", "start": 1, "stop": 3}),
    ("facts", {"id": 2}),
    ("original", {"id": 3}),
    ("suggest", {"text": "qua", "at": 3}),
    ("generations", {"ids": [2, 1]}),
    ("standing", {}),
    ("stamp", {}),
]
HOSTILE = [
    "",
    "nonsense",
    "null",
    "[]",
    '"fox"',
    "7",
    '{"id": NaN}',
    '{"id": 1e999}',
    '{"id": true}',
    '{"id": "1"}',
    '{"id": [1]}',
    '{"id": 1, "id": {}}',
    '{"id": ' + "9" * 5000 + "}",
    '{"id": ' + "[" * 8000,
    '{"id": "' + "x" * 20_000 + '"}',
    '{"id": "\ud800"}'.encode(errors="surrogatepass").decode(errors="replace"),
    '{"id": "\\ud800\\u0000"}',
    '{"path": "/etc/passwd"}',
]


@pytest.fixture
def browser(server: Server) -> Iterator[httpx.Client]:
    """A client as a browser is: it logged in, and has a cookie for that."""
    with server.stranger() as client:
        client.get("login")  # leaves the cookie against forged requests, as every page does
        client.get("login", params={"token": server.token})
        yield client


@pytest.mark.parametrize(("name", "asked"), ASKED)
def test_the_server_answers_what_the_kernel_answers(
    server: Server, here: str, catalog: Path, name: str, asked: dict[str, Any]
) -> None:
    reader = open_to_read(catalog)

    answered = server.ask(here, name, asked)

    assert answered.content == Pages(reader, catalog).answer(name, asked).packed()
    assert answered.headers["content-type"] == "application/octet-stream"
    reader.close()


def test_a_question_without_arguments_may_leave_them_out(server: Server, here: str) -> None:
    answered = server.client.get(path(here, "count"))

    assert answered.status_code == 200


def test_an_answer_is_kept_by_nobody_and_is_nothing_but_bytes(server: Server, here: str) -> None:
    headers = server.ask(here, "original", {"id": 1}).headers

    assert headers["cache-control"] == "private, no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "etag" not in headers


@pytest.mark.parametrize("name", ["page", "changes", "nonsense"])
def test_a_stranger_is_refused(server: Server, here: str, name: str) -> None:
    with server.stranger() as client:
        refused = client.get(path(here, name))

    assert refused.status_code == 403
    assert refused.json() == {"message": "Forbidden", "reason": None}


@pytest.mark.parametrize("name", ["page", "changes"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_written_here(server: Server, here: str, method: str, name: str) -> None:
    refused = server.client.request(method, path(here, name))

    assert refused.status_code == 405


@pytest.mark.parametrize("name", ["page", "changes"])
@pytest.mark.parametrize(
    "to",
    [UNKNOWN, "x", "0" * 31, "0" * 33, "A" * 32, "..", "%2e%2e", "..%2f..%2fx", "0" * 32 + "%00"],
)
def test_a_pointer_that_leads_nowhere_is_not_found(server: Server, to: str, name: str) -> None:
    missed = server.client.get(path(to, name))

    assert missed.status_code == 404


def test_a_pointer_that_others_can_read_is_not_believed(server: Server, catalog: Path) -> None:
    shared = server.point(catalog)
    (server.runtime / "imagelab" / f"{shared}.json").chmod(0o640)

    assert server.ask(shared, "count").status_code == 404
    assert server.ask(shared, "changes").status_code == 404


def test_a_pointer_that_is_a_link_is_not_believed(server: Server, here: str) -> None:
    folder = server.runtime / "imagelab"
    (folder / f"{UNKNOWN}.json").symlink_to(folder / f"{here}.json")

    assert server.ask(UNKNOWN, "count").status_code == 404


def test_a_pointer_taken_away_leads_nowhere_at_once(server: Server, changing: Path) -> None:
    given = server.point(changing)
    before = server.ask(given, "count")

    pointer.remove(server.runtime / "imagelab", given)

    assert before.status_code == 200
    assert server.ask(given, "count").status_code == 404
    assert server.ask(given, "changes").status_code == 404


@pytest.mark.parametrize("name", ["count", "changes"])
def test_a_catalog_that_was_deleted_is_not_found_and_not_made(
    server: Server, tmp_path: Path, name: str
) -> None:
    (tmp_path / "gone.db").touch()
    given = server.point(tmp_path / "gone.db")
    (tmp_path / "gone.db").unlink()

    assert server.ask(given, name).status_code == 404
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_catalog_is_left_to_the_kernel(server: Server, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("These are notes, and no catalog.")
    given = server.point(tmp_path / "notes.db")

    missed = server.ask(given, "count")

    assert missed.status_code == 404
    assert str(tmp_path) not in missed.text


def test_a_newer_catalog_is_left_to_the_kernel(server: Server, changing: Path) -> None:
    with sqlite3.connect(changing) as db:
        db.execute("PRAGMA user_version=9999")
    db.close()

    assert server.ask(server.point(changing), "count").status_code == 404


def test_a_catalog_put_in_place_of_another_is_the_one_that_answers(
    server: Server, changing: Path, catalog: Path, tmp_path: Path
) -> None:
    given = server.point(changing)
    first = server.ask(given, "count")
    (tmp_path / "other.db").write_bytes(catalog.read_bytes())

    (tmp_path / "other.db").replace(changing)

    assert b'"total":1,' in first.content
    assert b'"total":3,' in server.ask(given, "count").content


def test_a_query_that_cannot_be_read_is_told_with_its_place(server: Server, here: str) -> None:
    refused = server.ask(here, "page", {"query": "fox qualty:high"})

    assert refused.status_code == 400
    told = refused.json()
    assert (told["kind"], told["at"], told["length"]) == ("QueryError", 4, 7)
    assert "did you mean quality" in told["error"]


def test_an_asset_that_is_not_there_is_told_in_words(server: Server, here: str) -> None:
    refused = server.ask(here, "facts", {"id": 77})

    assert refused.status_code == 400
    assert refused.json() == {
        "error": "no asset #77 in this catalog",
        "kind": "AssetNotFoundError",
    }


@pytest.mark.parametrize("ask", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_not_a_question_is_a_request_error(server: Server, here: str, ask: str) -> None:
    refused = server.client.get(path(here, "facts"), params={"ask": ask})

    assert (refused.status_code, refused.json()["kind"]) == (400, "RequestError")


@pytest.mark.parametrize("query", [b"ask=%ff", b"ask=%", b"ask=%00", b"ask[]={}&ask=7"])
def test_an_ask_that_is_not_even_text_is_refused(server: Server, here: str, query: bytes) -> None:
    refused = server.client.get(server.url + path(here, "facts") + "?" + query.decode())

    assert refused.status_code == 400


@pytest.mark.parametrize("name", ["answer", "_page", "__class__", "stamp%00", "page%2f..", "Page"])
def test_only_the_questions_of_a_view_are_answered(server: Server, here: str, name: str) -> None:
    refused = server.client.get(path(here, name), params={"ask": '{"query": ""}'})

    assert refused.status_code == 400
    assert "is no question" in refused.json()["error"]


def test_a_search_that_is_half_typed_is_no_news_for_the_servers_log(
    server: Server, here: str
) -> None:
    server.ask(here, "page", {"query": 'quetzalcoatl "'})

    assert server.ask(here, "page", {"query": "quetzalcoatl:"}).status_code == 400
    assert "quetzalcoatl" not in server.log()


def test_what_nobody_expected_tells_no_path(server: Server, changing: Path) -> None:
    given = server.point(changing)
    server.ask(given, "facts", {"id": 1})
    lock = changing.with_name("changing.db.lock")

    with lock.open("rb") as held, ThreadPoolExecutor(2) as clients:
        fcntl.flock(held, fcntl.LOCK_EX)  # the thread that has the file open waits
        lock.unlink()
        lock.mkdir()  # and another one cannot open it
        asked = [clients.submit(server.ask, given, "facts", {"id": 1}) for _ in range(2)]
        failed = next(as_completed(asked)).result()
        fcntl.flock(held, fcntl.LOCK_UN)

    assert failed.status_code == 500
    assert failed.json() == {"message": "Unhandled error", "reason": None, "traceback": ""}


@pytest.mark.parametrize("name", ["page", "changes"])
def test_a_page_of_this_server_is_answered(
    server: Server, browser: httpx.Client, here: str, name: str
) -> None:
    answered = browser.get(path(here, name), headers={"Referer": server.url + "lab"})

    assert answered.status_code == 200


@pytest.mark.parametrize("name", ["page", "changes"])
def test_a_page_that_hides_its_address_is_answered_for_the_token_of_its_cookie(
    browser: httpx.Client, here: str, name: str
) -> None:
    forged = browser.get(path(here, name))
    token = {"X-XSRFToken": browser.cookies["_xsrf"]}

    assert forged.status_code == 403
    assert browser.get(path(here, name), headers=token).status_code == 200


@pytest.mark.parametrize("name", ["page", "changes"])
@pytest.mark.parametrize(
    ("header", "status"), [({"Referer": "http://evil.example/a"}, 403), ({"Origin": "null"}, 404)]
)
def test_a_page_from_elsewhere_is_refused_though_its_reader_is_logged_in(
    browser: httpx.Client, here: str, name: str, header: dict[str, str], status: int
) -> None:
    refused = browser.get(path(here, name), headers=header)

    assert refused.status_code == status
    assert "access-control-allow-origin" not in refused.headers


def test_another_port_of_this_machine_is_elsewhere(browser: httpx.Client, here: str) -> None:
    foreign = "http://127.0.0.1:1/"

    assert browser.get(path(here, "page"), headers={"Origin": foreign}).status_code == 404
    assert browser.get(path(here, "page"), headers={"Referer": foreign}).status_code == 403
