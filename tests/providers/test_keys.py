from __future__ import annotations

import copy
import os
import pickle
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.errors import MissingKeyError, RequestError
from imagelab.providers.keys import Secret, base_url, find_key, required_key

KEY = "sk-CANARY-0123456789-a1f9"
VARIABLE = "RUNWARE_API_KEY"


@pytest.fixture(autouse=True)
def no_keys_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    inner = tmp_path / "notebooks" / "july"
    inner.mkdir(parents=True)
    return inner


def test_a_secret_shows_its_ending_and_nothing_more() -> None:
    key = Secret(KEY)

    shown = [repr(key), str(key), f"{key}", f"{key:>9}", f"{key!s} {[key]}", key.ending]

    assert all("a1f9" in text for text in shown)
    assert not any("CANARY" in text for text in shown)
    assert key.reveal() == KEY


def test_a_short_secret_shows_nothing() -> None:
    assert repr(Secret("abcdefgh")) == "Secret('…')"


@pytest.mark.parametrize("spread", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_not_pickled_or_copied(spread: object) -> None:
    assert callable(spread)
    with pytest.raises(TypeError, match="not pickled or copied"):
        spread(Secret(KEY))


def test_equal_keys_are_equal_secrets() -> None:
    assert Secret(KEY) == Secret(f" {KEY}\n")
    assert Secret(KEY) != KEY
    assert len({Secret(KEY), Secret(KEY)}) == 1


@pytest.mark.parametrize(
    "value",
    ["", " ", "CANARY key", "CANARY\nkey", "CANARY\x00", "CANARY–key", "“CANARY”", "CANARY\x7f"],
)
def test_what_cannot_be_a_key_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(RequestError, match="it is not a key") as caught:
        Secret(value)

    text = "".join(traceback.format_exception(caught.value))
    assert "CANARY" not in text


@given(st.text())
@settings(deadline=None)
def test_any_text_is_a_key_that_fits_a_header_or_is_refused(text: str) -> None:
    try:
        key = Secret(text)
    except RequestError as error:
        assert text == "" or not text.strip() or text not in str(error)  # noqa: PT017 - either may happen
    else:
        assert key.reveal().encode("ascii").isascii()


def test_a_given_key_comes_before_all_others(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "from-environment")
    (project / ".env").write_text(f"{VARIABLE}=from-dotenv\n")

    by_name = find_key("runware", VARIABLE, {"runware": "given-by-name"}, project)
    by_variable = find_key("runware", VARIABLE, {VARIABLE: Secret("given")}, project)
    from_environment = find_key("runware", VARIABLE, {"openai": "other"}, project)

    assert by_name == Secret("given-by-name")
    assert by_variable == Secret("given")
    assert from_environment == Secret("from-environment")


def test_an_empty_variable_is_no_key(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, " ")
    (project / ".env").write_text(f"{VARIABLE}=from-dotenv\n")

    assert find_key("runware", VARIABLE, {"runware": ""}, project) == Secret("from-dotenv")


def test_a_bad_key_in_the_environment_is_named_by_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "CANARY–key")

    with pytest.raises(RequestError, match="RUNWARE_API_KEY in the environment is not a key"):
        find_key("runware", VARIABLE)


@pytest.mark.parametrize(
    "line",
    [
        "RUNWARE_API_KEY=abc#1",
        "  export RUNWARE_API_KEY = abc#1  ",
        'RUNWARE_API_KEY="abc#1"',
        "RUNWARE_API_KEY='abc#1'   # mine",
        "RUNWARE_API_KEY=abc#1 # mine",
        "# RUNWARE_API_KEY=no\nRUNWARE_API_KEY=abc#1",
        "\ufeffOTHER=1\r\nRUNWARE_API_KEY=abc#1\r\n",
        "RUNWARE_API_KEY=old\nRUNWARE_API_KEY=abc#1",
    ],
)
def test_a_dotenv_is_read_as_people_write_it(project: Path, line: str) -> None:
    (project / ".env").write_text(line, encoding="utf-8")

    assert find_key("runware", VARIABLE, folder=project) == Secret("abc#1")


def test_the_nearest_dotenv_with_the_key_wins(project: Path) -> None:
    (project.parent.parent / ".env").write_text(f"{VARIABLE}=from-root\n")
    (project.parent / ".env").write_text(f"{VARIABLE}=from-notebooks\n")
    (project / ".env").write_text("OTHER=1\n")

    assert find_key("runware", VARIABLE, folder=project) == Secret("from-notebooks")


def test_no_dotenv_above_the_project_is_read(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (tmp_path / ".env").write_text(f"{VARIABLE}=from-outside\n")
    (tmp_path / "pyproject.toml").touch()

    assert find_key("runware", VARIABLE, folder=project) is None


def test_outside_a_project_only_the_folder_itself_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (tmp_path / "a" / ".env").write_text(f"{VARIABLE}=from-above\n")

    assert find_key("runware", VARIABLE, folder=folder) is None


def test_a_dotenv_is_not_exported(project: Path) -> None:
    (project / ".env").write_text(f"{VARIABLE}=abc\n")

    find_key("runware", VARIABLE, folder=project)

    assert VARIABLE not in os.environ


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"RUNWARE_API_KEY" * 9999, b"=\n==\n'\n"])
def test_a_dotenv_of_another_kind_is_passed_over(project: Path, data: bytes) -> None:
    (project / ".env").write_bytes(data)

    assert find_key("runware", VARIABLE, folder=project) is None


def test_a_dotenv_that_is_no_file_is_passed_over(project: Path) -> None:
    os.mkfifo(project / ".env")
    (project.parent / ".env").mkdir()

    assert find_key("runware", VARIABLE, folder=project) is None


def test_a_missing_key_is_an_error_that_says_how_to_give_one() -> None:
    said = "no key for runware: set RUNWARE_API_KEY, or pass keys={'runware': …} to il.open()"

    with pytest.raises(MissingKeyError, match=f"^{re.escape(said)}$"):
        required_key("runware", VARIABLE)


def test_login_asks_once_and_remembers() -> None:
    code = (
        "from imagelab.providers.keys import find_key, login; "
        "print(login('runware', 'RUNWARE_API_KEY'), find_key('runware', 'RUNWARE_API_KEY'))"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        input=f"{KEY}\n",
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
    )

    assert ran.stdout.strip() == "…a1f9 …a1f9"
    assert "CANARY" not in ran.stdout + ran.stderr


KEYRINGS = {
    "a key": ("def get_password(service, name): return service + '-' + name", "Secret('…_KEY')"),
    "none": ("def get_password(service, name): return None", "None"),
    "no backend": ("def get_password(service, name): raise RuntimeError('no backend')", "None"),
    "broken": ("raise OSError('cannot be imported')", "None"),
}


@pytest.mark.parametrize("kind", KEYRINGS)
def test_a_keyring_is_asked_if_there_is_one(tmp_path: Path, kind: str) -> None:
    module, expected = KEYRINGS[kind]
    (tmp_path / "keyring.py").write_text(module)
    code = (
        "from imagelab.providers.keys import find_key; "
        "print(repr(find_key('runware', 'RUNWARE_API_KEY')))"
    )
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == expected


def test_looking_for_a_key_loads_nothing_heavy() -> None:
    code = (
        "import imagelab.providers.keys, sys; print('httpx' in sys.modules, 'ssl' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["False", "False"]


def test_a_base_is_given_or_from_the_environment_or_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    default, given = "https://api.openai.com/v1", {"OPENAI_BASE_URL": "http://localhost:8000/v1/"}

    monkeypatch.setenv("OPENAI_BASE_URL", "https://gateway.test/openai/")

    assert base_url("openai", "OPENAI_BASE_URL", default, given) == "http://localhost:8000/v1"
    assert base_url("openai", "OPENAI_BASE_URL", default) == "https://gateway.test/openai"
    assert base_url("openai", "OTHER_BASE_URL", default) == default


@pytest.mark.parametrize(
    "base",
    [
        "http://api.test/v1",
        "http://10.0.0.1/v1",
        "http://localhost.evil.test/v1",
        "https://me:CANARY@api.test/v1",
        "https://api.test/v1?token=CANARY",
        "https://api.test/v1#x",
        "https://",
        "api.test/v1",
        "https://api.test:port/",
        "https://api.test:99999999/",
        "https://[::1/v1",
        "https://api.test/\x00",
        "https://api.test\\@localhost/",
        "ftp://localhost/",
    ],
)
def test_a_base_that_could_leak_the_key_is_refused(base: str) -> None:
    with pytest.raises(RequestError, match="openai: X_BASE_URL is not an address") as caught:
        base_url("openai", "X_BASE_URL", "https://api.openai.com/v1", {"X_BASE_URL": base})

    assert "CANARY" not in str(caught.value)
