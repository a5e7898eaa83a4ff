"""Full decodes in the background: thumbnails, likeness, transparency, damage.

They follow the recording of an original and never hold it up.
"""

from __future__ import annotations

import concurrent.futures
import logging
import threading
from collections.abc import Callable

from imagelab.catalog import thumbnails
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.thumbnails import Look
from imagelab.errors import DamagedImageError, ImagelabError
from imagelab.imaging.decode import decode
from imagelab.imaging.likeness import likeness
from imagelab.imaging.thumbnail import has_transparency, thumbnail
from imagelab.jobs.writer import Writer

# Pillow lets go of the interpreter while it decodes; two are enough for two cores.
_THREADS = 2
_log = logging.getLogger(__name__)


class Looker:
    """Looks at blobs, a few at a time; `read` gives the bytes of one by its hash."""

    def __init__(self, catalog: Catalog, writer: Writer, read: Callable[[str], bytes]) -> None:
        self._catalog, self._writer, self._read = catalog, writer, read
        self._pool = concurrent.futures.ThreadPoolExecutor(_THREADS, "imagelab-look")
        self._waiting: dict[str, concurrent.futures.Future[None]] = {}
        self._lock = threading.Lock()

    def look_later(self, sha256: str) -> concurrent.futures.Future[None]:
        """Look at a blob when there is time; once, however often it is asked.

        Not where what is seen could not be kept.
        """
        if self._catalog.read_only:
            return _seen()
        with self._lock:
            if sha256 not in self._waiting:
                self._waiting[sha256] = self._pool.submit(self._look, sha256)
            return self._waiting[sha256]

    def catch_up(self) -> None:
        """Look at every blob that an earlier process did not get to."""
        with self._catalog.reading() as db:
            hashes = thumbnails.missing(db)
        for sha256 in hashes:
            self.look_later(sha256)

    def wait_for(self, sha256: str) -> None:
        """Have this blob looked at now."""
        self.look_later(sha256).result()

    def wait(self) -> None:
        """Wait for everything that was asked for."""
        with self._lock:
            waiting = list(self._waiting.values())
        concurrent.futures.wait(waiting)

    def close(self) -> None:
        """Finish what is being looked at, drop the rest: the next opening catches up."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _look(self, sha256: str) -> None:
        try:
            look = look_at(self._read(sha256))
            self._writer.write(lambda db: thumbnails.save(db, sha256, look)).result()
        except ImagelabError as error:
            _log.warning("no thumbnail for %s: %s", sha256[:12], error)
        finally:
            with self._lock:
                self._waiting.pop(sha256, None)


def _seen() -> concurrent.futures.Future[None]:
    done: concurrent.futures.Future[None] = concurrent.futures.Future()
    done.set_result(None)
    return done


def look_at(data: bytes) -> Look:
    """Decode an original in full, and say what is to be seen."""
    try:
        image = decode(data)
    except DamagedImageError as error:
        return Look(None, None, None, damaged=str(error))
    transparent = has_transparency(image)
    small = thumbnail(image)
    media_type = "image/jpeg" if small.startswith(b"\xff\xd8") else "image/webp"
    return Look(small, media_type, likeness(image), transparent=transparent)
