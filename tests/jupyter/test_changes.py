from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import httpx
import pytest

from imagelab.jupyter.routes import POLLS_AT_ONCE
from tests.jupyter.server import Server, eventually, path

COMMITS = """
import sys
import imagelab as il
with il.open(sys.argv[1], sandbox=True) as lab:
    lab.asset(1).rate(4)
"""


def stamp(server: Server, to: str) -> str:
    return str(server.client.get(path(to, "changes")).json()["stamp"])


def waiting(server: Server, to: str, since: str, seconds: float = 30) -> httpx.Response:
    """A poll that goes away after so many seconds."""
    return server.client.get(path(to, "changes"), params={"since": since}, timeout=seconds)


def test_a_state_that_is_past_is_told_at_once(server: Server, here: str) -> None:
    now = stamp(server, here)

    told = waiting(server, here, "18e9f020e327920b-fc000")

    assert told.json() == {"stamp": now}
    assert f'{{"stamp":"{now}"}}'.encode() in server.ask(here, "stamp").content


def test_a_state_that_is_present_is_waited_with(server: Server, here: str) -> None:
    with pytest.raises(httpx.ReadTimeout, match="timed out"):
        waiting(server, here, stamp(server, here), 1.5)


def test_a_poll_is_answered_when_another_process_commits(server: Server, changing: Path) -> None:
    given = server.point(changing)
    before = stamp(server, given)
    process = subprocess.Popen(
        [sys.executable, "-c", COMMITS, str(changing)],
        env={**os.environ},
        stdout=subprocess.DEVNULL,
    )

    after = waiting(server, given, before).json()["stamp"]

    assert process.wait() == 0
    assert after != before


def test_a_poll_too_many_is_told_to_come_back_and_pages_are_answered(
    server: Server, here: str
) -> None:
    address, params = server.url + path(here, "changes"), {"since": stamp(server, here)}
    before = len(server.log())  # the server is other tests' too
    limits = httpx.Limits(max_connections=POLLS_AT_ONCE + 4)
    headers = {"Authorization": f"token {server.token}"}

    async def crowd() -> tuple[list[int], int]:
        async with httpx.AsyncClient(headers=headers, limits=limits, timeout=60) as client:
            asking = [client.get(address, params=params) for _ in range(POLLS_AT_ONCE + 4)]
            polls = [asyncio.create_task(poll) for poll in asking]
            first = [await poll for poll in islice(asyncio.as_completed(polls), 4)]
            page = await client.get(server.url + path(here, "page"))
            for poll in polls:
                poll.cancel()
            await asyncio.gather(*polls, return_exceptions=True)
        return [poll.status_code for poll in first], page.status_code

    assert asyncio.run(crowd()) == ([429] * 4, 200)
    assert eventually(lambda: server.client.get(address).status_code == 200)
    assert "Traceback" not in server.log()[before:]


def test_a_page_left_open_is_nobody_at_work(server: Server, here: str) -> None:
    server.ask(here, "count")
    at_work = server.client.get("api/status?no_track_activity=1").json()["last_activity"]

    stamp(server, here)

    status = server.client.get("api/status?no_track_activity=1").json()
    assert status["last_activity"] == at_work
