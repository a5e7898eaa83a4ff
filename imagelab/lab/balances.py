"""What is left of the money at a provider, asked of it when somebody wants to know."""

from __future__ import annotations

from imagelab.domain.money import Cost
from imagelab.errors import RequestError, listed
from imagelab.lab.engine import Engine
from imagelab.providers.provider import TellsBalance
from imagelab.providers.questions import asked
from imagelab.providers.registry import providers


def balance_of(engine: Engine, name: str) -> Cost:
    """The balance in the provider's unit; it is asked for free.

    RequestError where the provider has no way to tell it, MissingKeyError without its key, and
    the provider's own error where it turns the question away.
    """
    account = engine.accounts.account(name)
    if not isinstance(account.provider, TellsBalance):
        telling = [known for known, p in providers().items() if isinstance(p, TellsBalance)]
        raise RequestError(
            f"{name} does not tell what is left, look at its dashboard; {listed(telling)} does"
        )
    flow = account.provider.balance(account.key, account.base)
    return engine.loop.submit(asked(flow, account.wire, provider=name, base=account.base)).result()
