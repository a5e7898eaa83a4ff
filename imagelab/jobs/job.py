"""A generation in flight, as its process sees it: what can be waited for, and how far it is."""

from __future__ import annotations

import concurrent.futures
import threading
from dataclasses import dataclass, field

from imagelab import clock


@dataclass(slots=True)
class Job:
    """One generation being carried. `done` ends when it is settled, or with what stopped it.

    `begun` are the calls, by uuid, that were or are about to be sent. `calls` are those, by uuid, that nobody could take up again: not yet ended, nor accepted by
    a vendor that can be asked for them. A `late` one was given up before, and its images are
    marked so; one to `repeat` may send its POST again where the vendor knows it again.
    """

    uuid: str
    generation: int
    images: int
    calls: set[str] = field(default_factory=set)
    resumed: bool = False
    repeat: bool = False
    late: bool = False
    done: concurrent.futures.Future[None] = field(default_factory=concurrent.futures.Future)
    started: float = field(default_factory=clock.monotonic)
    arrived: int = 0
    fraction: float | None = None
    preview: bytes | None = field(default=None, repr=False)
    cancelled: bool = False
    begun: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def seconds(self) -> float:
        """How long it has been under way."""
        return clock.monotonic() - self.started

    def begin(self, call: str) -> bool:
        """This one of its calls is about to be sent; False if it was cancelled first."""
        with self._lock:
            if not self.cancelled:
                self.begun.add(call)
            return not self.cancelled

    def cancel(self) -> bool:
        """Send nothing more of it; True if nothing of it was sent, so that nothing is charged."""
        with self._lock:
            self.cancelled = True
            return not (self.begun or self.resumed)

    def count(self) -> None:
        """One more image has arrived."""
        with self._lock:
            self.arrived += 1

    def show(self, fraction: float | None, preview: bytes | None) -> None:
        """How far it is said to be, and the last rough picture of what is in the making."""
        self.fraction = fraction
        self.preview = preview or self.preview

    @property
    def leavable(self) -> bool:
        """Whether this process may end without losing what was paid for."""
        return not self.calls or self.done.done()

    def safe(self, call: str) -> None:
        """This one of its calls can be taken up again, or has ended."""
        self.calls.discard(call)

    def finish(self, error: BaseException | None = None) -> None:
        """Let those who wait go on; only the first call counts."""
        with self._lock:
            if self.done.done():
                return
            if error is None:
                self.done.set_result(None)
            else:
                self.done.set_exception(error)
