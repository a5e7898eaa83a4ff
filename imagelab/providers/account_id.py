"""The id of an account, which some vendors want in the address of their API beside the key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

from imagelab.errors import MissingKeyError, RequestError
from imagelab.providers.keys import Secret, find_key
from imagelab.providers.provider import Provider

# It becomes a part of an address that is kept and shown, so nothing else may pass for one,
# least of all a key. Source: the dashboard's own addresses, dash.cloudflare.com/<account id>.
_ID = re.compile(r"[0-9a-f]{32}")


@runtime_checkable
class InAccount(Protocol):
    """A vendor whose API has an address for every account."""

    account_variable: str

    def account_base(self, base: str, account: str) -> str:
        """The base of one account's API."""
        ...


def account_variables(provider: Provider) -> tuple[str, ...]:
    """The variable that holds the account's id, for a vendor that wants one."""
    return (provider.account_variable,) if isinstance(provider, InAccount) else ()


def lacks_account(
    provider: Provider, given: Mapping[str, str | Secret], folder: Path | None
) -> bool:
    """Whether the vendor wants an account's id and none is known; RequestError for a wrong one."""
    return isinstance(provider, InAccount) and _found(provider, given, folder) is None


def paying_base(
    provider: Provider, base: str, given: Mapping[str, str | Secret], folder: Path | None
) -> str:
    """The base that is paid at; MissingKeyError says how to give the account's id."""
    if not isinstance(provider, InAccount):
        return base
    account = _found(provider, given, folder)
    if account is None:
        variable = provider.account_variable
        raise MissingKeyError(
            f"no account for {provider.name}: its address holds the account's id; set {variable}, "
            f"or pass keys={{{variable!r}: …}} to il.open()"
        )
    return provider.account_base(base, account)


def shown_base(provider: Provider, base: str) -> str:
    """The same base as code shows it: with the variable's name for the account's id."""
    if not isinstance(provider, InAccount):
        return base
    return provider.account_base(base, f"${provider.account_variable}")


def stand_in_base(provider: Provider, base: str) -> str:
    """The same base with an id that is nobody's, for the sandbox."""
    return provider.account_base(base, "0" * 32) if isinstance(provider, InAccount) else base


def _found(
    provider: InAccount, given: Mapping[str, str | Secret], folder: Path | None
) -> str | None:
    variable = provider.account_variable
    only = {name: value for name, value in given.items() if name == variable}
    found = find_key(variable, variable, only, folder)
    if found is None:
        return None
    account = found.reveal().lower()
    if not _ID.fullmatch(account):
        raise RequestError(
            f"{variable} is not an account's id, which is 32 digits and letters from a to f; "
            "copy it from the address of the dashboard"
        )
    return account
