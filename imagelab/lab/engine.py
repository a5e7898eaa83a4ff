"""The engine: one catalog with the threads that work on it, started and stopped together."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping

from imagelab.catalog.catalog import Catalog
from imagelab.errors import ImagelabError
from imagelab.jobs.job import Job
from imagelab.jobs.looker import Looker
from imagelab.jobs.loop import BackgroundLoop
from imagelab.jobs.owner import this_process
from imagelab.jobs.recovery import Orphan, claim, orphans
from imagelab.jobs.runner import Runner
from imagelab.jobs.writer import Writer
from imagelab.lab.accounts import Accounts
from imagelab.providers.keys import Secret

_log = logging.getLogger(__name__)


class Engine:
    """Everything behind a lab that has to be closed."""

    def __init__(self, catalog: Catalog, keys: Mapping[str, str | Secret] | None) -> None:
        self.catalog = catalog
        self.loop = BackgroundLoop()
        self.writer = Writer(catalog)
        self.looker = Looker(catalog, self.writer)
        self.accounts = Accounts(catalog.mode, catalog.path.parent, self.loop, keys)
        self.runner = Runner(catalog, self.loop, self.writer, self.looker)
        self._closed = False

    def take_up(self) -> list[Job]:
        """Settle what dead processes left open, as far as that is free; in the background.

        A generation whose provider has no key now stays open for a later opening.
        """
        with self.catalog.reading() as db:
            left = orphans(db)
        jobs = [self._adopt(orphan) for orphan in left]
        self.looker.catch_up()
        if left or self.catalog.unclean:
            threading.Thread(target=self._check, name="imagelab-check", daemon=True).start()
        return [job for job in jobs if job is not None]

    def close(self) -> None:
        """Wait for calls that cannot be taken up again, write what is left, and stop."""
        if self._closed:
            return
        self._closed = True
        self._wait_for_calls()
        self.accounts.close()
        self.loop.close()
        self.looker.close()
        self.writer.close()
        self.catalog.close()

    def _adopt(self, orphan: Orphan) -> Job | None:
        try:
            account = self.accounts.account(orphan.provider)
        except ImagelabError as error:
            _log.warning("g%d stays open: %s", orphan.generation, error)
            return None
        mine = this_process()
        if not self.writer.write(lambda db: claim(db, orphan, mine)).result():
            return None
        return self.runner.resume(orphan.generation, orphan.uuid, account, list(orphan.calls))

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
        waited = self.runner.open_jobs()
        if waited:
            names = ", ".join(f"g{job.generation}" for job in waited)
            print(  # noqa: T201 - said to whoever closes; a second interrupt leaves
                f"waiting for {names}: it was sent and may have been billed; "
                "interrupt to leave, and it is looked for at the next opening"
            )
        try:
            for job in waited:
                while not job.done.done():
                    time.sleep(0.05)
        except KeyboardInterrupt:
            _log.warning("left with calls under way")
