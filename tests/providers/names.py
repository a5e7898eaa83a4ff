"""Names and numbers without a network: resolvers that are told their answers, and a dialler that dials nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import httpcore
import httpx


class Answers:
    """A resolver that gives its answers one after the other, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        del host, port
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Dialled(httpcore.AsyncNetworkBackend):
    """Writes down what is dialled, and dials nothing."""

    def __init__(self) -> None:
        self.numbers: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        del port, timeout, local_address, socket_options
        self.numbers.append(host)
        raise httpcore.ConnectError("not dialled")


class FirstHop(httpx.AsyncBaseTransport):
    """Stands for cdn.test, a public file host: it redirects to `target`; all else goes on to `rest`."""

    def __init__(self, target: str, rest: httpx.AsyncClient) -> None:
        self.target, self.rest = target, rest
        self.hosts: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.hosts.append(request.url.host)
        if request.url.host == "cdn.test":
            location = self.target.encode("utf-8", "replace")
            return httpx.Response(302, headers={b"location": location})
        return await self.rest.send(request)
