"""Acme, a vendor of one order, and a driver that stands ready to run flows against it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from imagelab.providers.answers import retry_after
from imagelab.providers.body import JsonBody
from imagelab.providers.driver import drive
from imagelab.providers.journal import Journal
from imagelab.providers.steps import Flow, Reply, Send, Verdict, pay
from imagelab.providers.wire import Wire
from tests.providers.vendor import Vendor

KEY = "sk-CANARY-0123456789"
DOCUMENT = {"prompt": "a fox", "n": 1}
SENT = b'{"n":1,"prompt":"a fox"}'
CUT = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\nx-request-id: req_1\r\n\r\nhalf an answ"
KEYED = timedelta(minutes=15)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Acme:
    """Runs flows over `wire` against `vendor`, and what has to last goes to `journal`."""

    vendor: Vendor
    wire: Wire
    journal: Journal

    def over(self, wire: Wire) -> Acme:
        return replace(self, wire=wire)

    def within(self, **bounds: Any) -> Acme:
        """The same with tighter bounds for paying and asking."""
        paying, asking = (replace(old, **bounds) for old in (self.wire.pay, self.wire.ask))
        return self.over(replace(self.wire, pay=paying, ask=asking))

    @property
    def order(self) -> Send:
        return Send("POST", f"{self.vendor.url}/v1", self._headers, JsonBody(DOCUMENT))

    @property
    def question(self) -> Send:
        return Send("GET", f"{self.vendor.url}/v1/job", self._headers)

    async def bought(self, repeatable: timedelta | None = None) -> Reply:
        return await self.run(pay(self.order, repeatable))

    async def run(self, flow: Flow[T], **how: Any) -> T:
        verdict, base = how.pop("verdict", judge), f"{self.vendor.url}/v1"
        return await drive(
            flow, self.wire, self.journal, verdict, provider="acme", base=base, **how
        )

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {KEY}"}


def judge(reply: Reply) -> Verdict:
    """Too many requests were not charged, and may come again; all else was."""
    again = reply.status == 429
    return Verdict("no" if again else "yes", again=again, after=retry_after(reply.headers))
