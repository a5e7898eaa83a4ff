"""Batches: rows asked and priced, reserved as one, and taken up again where they were left."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from imagelab import killpoints
from imagelab.catalog import batch_standing, batches
from imagelab.domain.ids import uuid4, uuid7
from imagelab.domain.life import Intent
from imagelab.domain.request import Input
from imagelab.errors import AssetNotFoundError, RequestError
from imagelab.handles.backing import Backing
from imagelab.handles.batch import Batch
from imagelab.jobs.account import Account
from imagelab.jobs.batches import Feeder, Turn
from imagelab.jobs.lease import this_lease
from imagelab.lab.asking import Asked
from imagelab.lab.batch_opening import Accounts, Carried, Left, Opened, Wanted, decided, lines
from imagelab.lab.batch_rows import Table, read_rows, refused
from imagelab.lab.batch_shelf import BatchShelf, settle_left
from imagelab.lab.engine import Engine
from imagelab.lab.inputs import Fetcher
from imagelab.lab.making import Maker, notebook

Say = Callable[[str], None]


class Batcher:
    """Makes batches, for one lab."""

    def __init__(self, engine: Engine, maker: Maker) -> None:
        self._engine, self._maker = engine, maker

    def batch(
        self,
        backing: Backing,
        rows: object,
        common: Mapping[str, Any],
        *,
        reuse: bool | None,
        say: Say = print,
    ) -> Batch:
        """Ask every row, reserve them as one, and begin to send; an equal one is gone on with."""
        if reuse is not None and not isinstance(reuse, bool):
            raise RequestError(f"reuse={reuse!r} is not True or False")
        wanted = self._wanted(backing, read_rows(rows, common), reuse=reuse)
        opened = self._open(wanted)
        try:
            for line in lines(opened, wanted):
                say(line)
        finally:
            if opened.feeder is not None:
                opened.feeder.go()
        self._tag(backing, wanted, opened)
        return self._handle(backing, wanted, opened)

    def _handle(self, backing: Backing, wanted: Wanted, opened: Opened) -> Batch:
        def take_up(unsent: Collection[int]) -> Feeder | None:
            return self._open(wanted, Left(opened.batch.id, frozenset(unsent))).feeder

        shelf = BatchShelf(self._engine, opened.batch, wanted.quote, opened.feeder, take_up)
        table = wanted.table
        return Batch(
            backing,
            shelf,
            number=opened.batch.id,
            uuid=opened.batch.uuid,
            quote=wanted.quote,
            index=table.index,
            said=table.said,
        )

    def _wanted(self, backing: Backing, table: Table, *, reuse: bool | None) -> Wanted:
        """All rows asked; addresses are read only when every row could be sent."""
        again = self._maker.reuse if reuse is None else reuse
        kept = self._maker.kept if again else None
        asked = self._asked(backing, table, lambda _: kept)
        wanted = Wanted(table, asked, again=again, fresh=reuse is False)
        if not wanted.has_addresses or (again and self._is_here(wanted)):
            return wanted

        accounts = self._engine.accounts
        fetchers = {  # each reads an address once for all rows
            provider: self._maker.fetched(accounts.account(provider).wire)
            for provider in {row.offer.provider for row in asked}
        }
        read = self._asked(backing, table, lambda place: fetchers[asked[place].offer.provider])
        return replace(wanted, asked=read)

    def _asked(
        self, backing: Backing, table: Table, fetch: Callable[[int], Fetcher | None]
    ) -> tuple[Asked, ...]:
        asked: list[Asked] = []
        wrong: list[tuple[object, Exception]] = []
        pictures: dict[Input, Input] = {}
        for place, name in enumerate(table.names):
            given = table.words(place)
            try:
                row = self._maker.ask(backing, _prompt(given), given, fetch(place))
            except (RequestError, AssetNotFoundError) as error:
                wrong.append((name, error))
            else:
                asked.append(_sharing(row, pictures))
        if wrong:
            raise refused(wrong, len(table.names)) from wrong[0][1]
        return tuple(asked)

    def _is_here(self, wanted: Wanted) -> bool:
        with self._engine.catalog.reading() as db:
            return batches.newest(db, wanted.fingerprint) is not None

    def _open(self, wanted: Wanted, left: Left | None = None) -> Opened:
        """Reserve a new one, take up an equal one, or join whoever sends it."""
        if not wanted.fresh or left is not None:
            settle_left(self._engine, wanted.fingerprint)
        accounts = self._accounts(wanted)
        _ = wanted.entries  # hashed here, and not while the catalog is held
        opening = self._engine.writer.do(lambda: self._opened(wanted, left, accounts))
        try:
            return opening.result()
        except KeyboardInterrupt:  # before anybody has a handle on it: what is not sent is dropped
            opening.add_done_callback(self._drop)
            raise

    def _opened(self, wanted: Wanted, left: Left | None, accounts: Accounts) -> Opened:
        """On the writer's thread, where no interrupt can part the rows from who sends them."""
        engine, carried = self._engine, Carried()
        try:
            opened = engine.writer.transaction(
                lambda db: decided(db, wanted, left, carried, accounts)
            )
            killpoints.reach("reserved")
            if not carried.hold:
                return opened
            turns = [_turn(wanted.asked[place], place, accounts) for place in opened.send]
            feeder = Feeder(opened.batch, turns, engine.runner, engine.writer)
            feeder.start(engine.loop)
            return replace(opened, feeder=feeder)
        except BaseException:
            carried.put_down()
            raise

    def _accounts(self, wanted: Wanted) -> Accounts:
        """Who is paid; what is in the way of paying matters only if there is something to pay."""
        found: Accounts = {}
        for provider in {asked.offer.provider for asked in wanted.asked}:
            try:
                found[provider] = self._engine.accounts.account(provider)
            except RequestError as error:
                found[provider] = error
        return found

    def _tag(self, backing: Backing, wanted: Wanted, opened: Opened) -> None:
        """What was here already gets the tags it is asked for with, as with one request."""
        with self._engine.catalog.reading() as db:
            found = [
                (batch_standing.generation_at(db, opened.batch.id, place), wanted.asked[place])
                for place in opened.reused
                if wanted.asked[place].request.tags
            ]
        for generation, asked in found:
            if generation is not None:
                numbers = [asset.id for asset in backing.arrived(generation)]
                backing.tag(numbers, asked.request.tags)

    def _drop(self, opening: concurrent.futures.Future[Opened]) -> None:
        if not opening.exception() and opening.result().feeder is not None:
            number = opening.result().batch.id
            self._engine.writer.write(lambda db: batches.cancel(db, number))


def _turn(asked: Asked, place: int, accounts: Accounts) -> Turn:
    account = accounts[asked.offer.provider]
    assert isinstance(account, Account)  # else it was refused before it was reserved
    # Each turn has calls of its own: one that was kept and never sent may be followed by another.
    calls = tuple(replace(call, uuid=uuid7(), key=uuid4()) for call in asked.calls)
    intent = Intent(uuid7(), asked.request, calls, asked.quote, this_lease(), notebook())
    return Turn(place, intent, account)


def _prompt(given: dict[str, Any]) -> Any:  # noqa: ANN401 - asking says what is no text
    if "prompt" not in given:
        raise RequestError("it has no prompt; say what the image should show")
    return given.pop("prompt")


def _sharing(asked: Asked, pictures: dict[Input, Input]) -> Asked:
    """The same, with one copy in memory of a picture that many rows start from."""
    if not asked.request.inputs:
        return asked
    inputs = tuple(pictures.setdefault(image, image) for image in asked.request.inputs)
    request = replace(asked.request, inputs=inputs)
    calls = tuple(replace(call, request=request) for call in asked.calls)
    return replace(asked, request=request, calls=calls)
