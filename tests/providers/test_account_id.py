from __future__ import annotations

from pathlib import Path

import pytest

from imagelab.errors import MissingKeyError, RequestError
from imagelab.providers.account_id import (
    account_variables,
    lacks_account,
    paying_base,
    shown_base,
    stand_in_base,
)
from imagelab.providers.cloudflare import PROVIDER as CLOUDFLARE
from imagelab.providers.openai import PROVIDER as OPENAI

API = "https://api.cloudflare.com/client/v4"
VARIABLE = "CLOUDFLARE_ACCOUNT_ID"
ID = "0123456789abcdef0123456789abcdef"


def test_the_account_becomes_a_part_of_the_base() -> None:
    assert paying_base(CLOUDFLARE, API, {VARIABLE: ID}, None) == f"{API}/accounts/{ID}"


@pytest.mark.parametrize("place", ["environment", "file"])
def test_it_is_found_where_keys_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    if place == "environment":
        monkeypatch.setenv(VARIABLE, ID.upper())
    else:
        (tmp_path / ".env").write_text(f"{VARIABLE}={ID}\n")

    assert paying_base(CLOUDFLARE, API, {}, tmp_path).endswith(f"/accounts/{ID}")


def test_without_one_it_is_said_how_to_give_it() -> None:
    said = r"no account for cloudflare: .* set CLOUDFLARE_ACCOUNT_ID, or pass keys={'CLOUDFLARE_ACC"

    with pytest.raises(MissingKeyError, match=said):
        paying_base(CLOUDFLARE, API, {}, None)


def test_the_key_is_never_taken_for_the_account() -> None:
    assert lacks_account(CLOUDFLARE, {"cloudflare": ID, "CLOUDFLARE_API_TOKEN": ID}, None)


@pytest.mark.parametrize("wrong", ["CANARY" * 7, f"{ID}/../x", ID[:-1], f"{ID}?x=1", "a b"])
def test_what_is_no_id_gets_into_no_address(wrong: str) -> None:
    with pytest.raises(RequestError, match="CLOUDFLARE_ACCOUNT_ID is not") as caught:
        paying_base(CLOUDFLARE, API, {VARIABLE: wrong}, None)

    assert wrong not in str(caught.value)


def test_code_shows_the_name_of_its_variable() -> None:
    assert shown_base(CLOUDFLARE, API) == f"{API}/accounts/$CLOUDFLARE_ACCOUNT_ID"


def test_in_the_sandbox_it_is_nobodys() -> None:
    assert stand_in_base(CLOUDFLARE, API) == f"{API}/accounts/{'0' * 32}"


def test_other_vendors_have_none() -> None:
    base = OPENAI.base_url

    assert account_variables(OPENAI) == ()
    assert not lacks_account(OPENAI, {}, None)
    assert {paying_base(OPENAI, base, {}, None), shown_base(OPENAI, base)} == {base}
    assert stand_in_base(OPENAI, base) == base
