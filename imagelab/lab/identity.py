"""Keys as a person asks about them: give one, and see which are there."""

from __future__ import annotations

from imagelab.catalog.location import here
from imagelab.providers.account_id import account_variables, lacks_account
from imagelab.providers.keys import find_key, login as remember
from imagelab.providers.registry import provider_named, providers


def login(provider: str) -> str:
    """Ask for a provider's key without showing it, and keep it for this process.

    Returns its ending. It goes into no catalog, cell or file. Where the vendor wants the id of
    an account too and none is known, that is asked for as well.
    """
    known = provider_named(provider)
    ending = remember(provider, known.key_variable).ending
    if lacks_account(known, {}, here()):
        for variable in account_variables(known):
            remember(provider, variable)
    return f"{provider} {ending}"


def whoami() -> dict[str, str]:
    """The providers whose key is known here, each with the key's ending.

    >>> keys = il.whoami()                # such as {'openai': '…f3a1'}; no key is shown whole
    """
    found = {
        name: find_key(name, provider.key_variable, folder=here())
        for name, provider in providers().items()
    }
    return {name: key.ending for name, key in found.items() if key}
