"""Recovering: what is not settled, why, and asking for all of it again."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import datetime, timedelta

from imagelab.catalog import staging
from imagelab.catalog.merge_rows import MERGED
from imagelab.catalog.unsettled import Unsettled, is_copy, unsettled
from imagelab.domain.cost_words import price_range
from imagelab.errors import ImagelabError, RequestError
from imagelab.handles.generation import Generation
from imagelab.jobs.lease import lives
from imagelab.jobs.owner import carried, this_process
from imagelab.jobs.recovery import Orphan
from imagelab.lab.engine import Engine
from imagelab.lab.pending import Pending, Waiting
from imagelab.lab.recovered import Recovered, Taken
from imagelab.providers.registry import provider_named

_MARGIN = timedelta(minutes=2)  # a vendor's clock and ours


class Recovery:
    """Looks through what is not settled, for one lab."""

    def __init__(self, engine: Engine, generation: Callable[[int], Generation]) -> None:
        self._engine, self._generation = engine, generation

    def pending(self) -> Pending:
        """Everything that is not settled, with what can be done about it."""
        return Pending([self._waiting(found) for found in self._unsettled()])

    def recover(self) -> Recovered:
        """Settle what can be settled, and wait for it; a report of what became of each.

        What nobody works on is taken up, and what was unknown is asked for again where the
        vendor can be asked. A POST is sent once more only to a vendor that knows it again.
        """
        with self._engine.catalog.reading() as db:
            repeat = not is_copy(db)
        taken = [self._taken(found, repeat=repeat) for found in self._unsettled()]
        return Recovered([self._settled(each) for each in taken])

    def _unsettled(self) -> list[Unsettled]:
        with self._engine.catalog.reading() as db:
            return unsettled(db)

    def _taken(self, found: Unsettled, *, repeat: bool) -> Taken:
        generation = self._generation(found.generation)
        taken = Taken(generation, generation.status, len(generation))
        again = self._askable(found)
        if found.uuid in self._resumed():
            return taken.begun()
        if self._carried(found) or not (found.open or again):
            return taken
        orphan = Orphan(found.generation, found.uuid, found.provider, found.owner, again)
        try:
            self._engine.adopt(orphan, repeat=repeat)
        except ImagelabError as error:
            return taken.but(str(error))
        return taken.begun()

    def _settled(self, taken: Taken) -> Taken:
        if not taken.waits:
            return taken.now(self._remedy_of(taken.generation))
        with warnings.catch_warnings(action="ignore"):  # the report tells
            try:
                taken.generation.wait()
            except ImagelabError as error:
                return taken.now(str(error))
        return taken.now("")

    def _resumed(self) -> set[str]:
        """What this process has taken up already, as it was opened."""
        return {job.uuid for job in self._engine.runner.open_jobs() if job.resumed}

    def _remedy_of(self, generation: Generation) -> str:
        found = next((u for u in self._unsettled() if u.generation == generation.id), None)
        return self._waiting(found).remedy if found else ""

    def _askable(self, found: Unsettled) -> tuple[str, ...]:
        """The unknown calls that may become known: their vendor can be asked, or a reply is here.

        What came from another catalog is asked for there: nothing of a stranger's is sent.
        """
        if found.owner.boot == MERGED:
            return ()
        if self._provider_asks(found):
            return found.unknown
        folder = self._engine.catalog.staging
        return tuple(call for call in found.unknown if staging.staged(folder, call))

    def _provider_asks(self, found: Unsettled) -> bool:
        try:
            return provider_named(found.provider).askable
        except RequestError:  # a plug-in that is not installed any more
            return False

    def _carried(self, found: Unsettled) -> bool:
        """Whether somebody works on it now."""
        if not found.open:
            return False
        if found.owner == this_process():
            return carried(found.uuid)
        return lives(found.owner, found.lease, self._engine.watched)

    def _waiting(self, found: Unsettled) -> Waiting:
        generation = self._generation(found.generation)
        quote = generation.quote
        matter, remedy = self._matter(found)
        return Waiting(
            generation,
            _local(generation.created_at),
            price_range(quote.low, quote.likely, quote.high),
            matter,
            remedy,
        )

    def _matter(self, found: Unsettled) -> tuple[str, str]:
        number = found.generation
        here = f"lab.generation({number})"
        if self._carried(found):
            where = "here" if found.owner == this_process() else f"by process {found.owner.pid}"
            return f"under way {where}", f"{here}.wait()"
        if found.open:
            left = (
                "left by a kernel that is gone" if found.owner.pid else "put down, and not settled"
            )
            return left, self._needs_key(found) or "lab.recover()"
        said = "sent, and no whole answer came: it may have been billed"
        by_hand = f"{here}.settle(charged=…)"
        if (
            self._generation(number).status == "unknown"
        ):  # of a partial one, only what came is known
            by_hand += " or .resend()"
        if self._provider_asks(found):
            needs = self._needs_key(found)
            return said, f"{needs or f'lab.recover() asks {found.provider}'}; else {by_hand}"
        if self._askable(found):
            said = "answered, and the answer was not understood: it may have been billed"
            return said, f"lab.recover() reads the answer again; else {by_hand}"
        return (
            said,
            f"look at {found.provider}'s usage page {_about(found.sent_at)}, then {by_hand}",
        )

    def _needs_key(self, found: Unsettled) -> str:
        try:
            self._engine.accounts.account(found.provider)
        except ImagelabError as error:
            return str(error)
        return ""


def _local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _about(sent: datetime | None) -> str:
    """The minutes to look at, as vendors show them."""
    if sent is None:
        return "of that time"
    return f"from {sent - _MARGIN:%Y-%m-%d %H:%M} to {sent + _MARGIN:%H:%M} UTC"
