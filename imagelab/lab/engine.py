"""The engine: one catalog with the threads that work on it, started and stopped together."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial

from imagelab import clock
from imagelab.catalog import leases, staging
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.requests import open_calls
from imagelab.errors import ImagelabError
from imagelab.jobs.account import Account
from imagelab.jobs.job import Job
from imagelab.jobs.lease import Watched, this_lease
from imagelab.jobs.looker import Looker
from imagelab.jobs.loop import BackgroundLoop
from imagelab.jobs.owner import carry, put_down, this_process
from imagelab.jobs.pulse import Pulse
from imagelab.jobs.recovery import Orphan, claim, clear, orphans, read_through, release
from imagelab.jobs.runner import Runner
from imagelab.jobs.writer import Writer
from imagelab.lab.accounts import Accounts
from imagelab.lab.offering import Offering
from imagelab.lab.signpost import Signpost
from imagelab.lab.stores import original
from imagelab.providers.keys import Secret

_SILENT_SECONDS = 0.2  # a call that ends so soon is not worth a line
_log = logging.getLogger(__name__)


class Engine:
    """Everything behind a lab that has to be closed."""

    def __init__(self, catalog: Catalog, keys: Mapping[str, str | Secret] | None) -> None:
        self.catalog = catalog
        self.loop = BackgroundLoop()
        self.writer = Writer(catalog)
        self.looker = Looker(catalog, self.writer, partial(original, catalog))
        self.accounts = Accounts(catalog.mode, catalog.path.parent, self.loop, keys)
        self.offering = Offering(catalog, self.loop, self.accounts)
        self.runner = Runner(catalog, self.loop, self.writer, self.looker)
        self.watched = Watched()
        self.pulse = Pulse(self._renew, self._look_again)
        self.closed = False
        self._signpost = Signpost(catalog.path)
        self._closing: list[Callable[[], None]] = [self._signpost.close]
        self._pid = os.getpid()
        self._checked = not catalog.unclean

    def take_up(self) -> list[Job]:
        """Settle what nobody works on any more, as far as that is free; in the background.

        A generation whose provider has no key now stays open for a later opening, and so does
        all of it in a catalog that is open for looking only.
        """
        if self.catalog.read_only:
            return []
        left = self.orphans()
        with self.catalog.reading() as db:
            spent = read_through(db, staging.all_staged(self.catalog.staging))
        jobs = [job for job in map(self._adopted, left) if job is not None]
        self.writer.do(lambda: clear(self.catalog.staging, spent))
        self.looker.catch_up()
        if not self._checked:
            self._checked = True
            threading.Thread(target=self._check, name="imagelab-check", daemon=True).start()
        return jobs

    def orphans(self) -> list[Orphan]:
        """The open generations that nobody works on."""
        with self.catalog.reading() as db:
            return orphans(db, self.watched)

    def adopt(self, orphan: Orphan, *, repeat: bool = False) -> Job | None:
        """Claim one and go on with it; None if another was faster.

        With `repeat`, a POST may be sent once more to a vendor that knows it again.
        MissingKeyError if its provider has no key now, CatalogError if an input cannot be read.
        """
        account = self.accounts.account(orphan.provider)
        if not carry(orphan.uuid):  # another lab in this process was faster
            return None
        try:
            if self.writer.write(lambda db: claim(db, orphan, this_lease())).result():
                return self._resumed(orphan, account, repeat=repeat)
        except BaseException:
            put_down(orphan.uuid)
            raise
        put_down(orphan.uuid)
        return None

    def pointer(self) -> str:
        """How Jupyter's server finds the catalog; empty where it cannot."""
        return self._signpost.pointer()

    def at_close(self, act: Callable[[], None]) -> None:
        """Have something done when it closes, while the catalog can still be read."""
        self._closing.append(act)

    def close(self) -> None:
        """Wait for calls that cannot be taken up again, write what is left, and stop.

        In a forked child it does nothing: threads, calls and files are its parent's.
        """
        if self.closed or os.getpid() != self._pid:
            return
        self.closed = True
        with ExitStack() as last:  # each is closed whatever became of the one before
            last.callback(self.catalog.close)
            last.callback(self.writer.close)
            last.callback(self.looker.close)
            last.callback(self.loop.close)
            last.callback(self.accounts.close)
            last.callback(self.loop.cancel)
            for act in self._closing:
                last.callback(act)
            last.callback(self._leave)
            self._wait_for_calls()

    def _adopted(self, orphan: Orphan) -> Job | None:
        try:
            return self.adopt(orphan)
        except ImagelabError as error:
            _log.warning("g%d stays open: %s", orphan.generation, error)
            return None

    def _resumed(self, orphan: Orphan, account: Account, *, repeat: bool) -> Job:
        try:
            with self.catalog.reading() as db:
                calls = open_calls(db, orphan.generation)
        except ImagelabError:
            mine = this_process()
            self.writer.write(lambda db: release(db, orphan.uuid, mine)).result()
            raise
        return self.runner.resume(
            orphan.generation,
            orphan.uuid,
            account,
            calls,
            repeat=repeat,
            late=bool(orphan.reopen),
        )

    def _renew(self) -> None:
        """Say that this process still works on what it owns, while it owns anything."""
        if self.runner.open_jobs():
            self.writer.write(lambda db: leases.renew(db, this_lease())).result()

    def _look_again(self) -> None:
        """Take up what a kernel has left by dying meanwhile."""
        for orphan in self.orphans():
            if orphan.owner.pid:  # what was put down on purpose waits to be asked for
                self._adopted(orphan)

    def _leave(self) -> None:
        """Nothing is carried any more, so that nobody need wait for the lease to end."""
        self.pulse.close()
        with suppress(ImagelabError):  # it ends by itself
            self.writer.write(lambda db: leases.give_up(db, this_process())).result()

    def _check(self) -> None:
        """SQLite's own check, after an exit that was not clean."""
        try:
            found = self.catalog.quick_check()
        except ImagelabError as error:  # closed meanwhile
            _log.debug("no check: %s", error)
            return
        if found != "ok":
            _log.error("the catalog %s is damaged: %s", self.catalog.path.name, found)

    def _wait_for_calls(self) -> None:
        """Until nothing is under way that a later opening could not ask for."""
        try:
            self.writer.do(self.runner.stop).result()
            deadline = clock.monotonic() + _SILENT_SECONDS
            told = False
            while waited := [job for job in self.runner.open_jobs() if not job.leavable]:
                if not told and clock.monotonic() > deadline:
                    told = True
                    print(_waiting_for(waited))  # noqa: T201 - said to whoever closes
                clock.sleep(0.02)
        except KeyboardInterrupt:
            print("left with calls under way; what they came to is looked at when it is opened")  # noqa: T201 - an answer to the keys


def _waiting_for(jobs: Sequence[Job]) -> str:
    names = ", ".join(f"g{job.generation}" for job in jobs)
    return (
        f"waiting for {names}: sent, not answered, and it may be billed; interrupt to leave, and "
        "the next opening settles what can be asked for"
    )
