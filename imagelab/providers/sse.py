r"""Server-sent events: bytes in as they come, events out as soon as each is whole.

By the parsing rules of the WHATWG HTML standard, §9.2.6. Lines may be of any length, for one
image is one line of megabytes; what is held at a time is bounded instead.

>>> stream = Events()
>>> stream.feed(b'id: 7\nevent: done\ndata: {"ok":'), stream.feed(b' true}\n\n')
([], [Event(name='done', id='7')])
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field

from imagelab.domain.frozen import frozen

MEDIA_TYPE = "text/event-stream"
LARGEST_BYTES = 256_000_000  # of one event, its open line included
LONGEST_WAIT_MS = 86_400_000
_WAIT_DIGITS = 20  # more of them are as good as for ever
_LONGEST_ID = 1000  # bytes; it is sent back as a header
_PIECE_BYTES = 1 << 16  # of a body that is read again

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n?|\n")


class OverlongEventError(ValueError):
    """One event is larger than the bound; the stream cannot be read on."""


@frozen
class Event:
    """One event; `name` is "message" where the server gave none, `id` the last it gave."""

    data: str = field(repr=False)
    name: str = "message"
    id: str = ""


class Events:
    """An event stream being read. Text that is no UTF-8 is replaced, as browsers do.

    `last_id` is what a reconnection sends as `Last-Event-ID`; `retry_ms` how long the server
    asks to wait before it, None if it does not.
    """

    def __init__(self, *, largest_bytes: int = LARGEST_BYTES) -> None:
        self._most = largest_bytes
        self._line, self._data = bytearray(), bytearray()
        self._name = self._id = b""
        self._first, self._cr = True, False
        self.last_id = ""
        self.retry_ms: int | None = None

    def feed(self, received: bytes) -> list[Event]:
        """The events that are whole by now; OverlongEventError once one cannot be held."""
        events: list[Event] = []
        start = int(self._cr and received.startswith(b"\n"))  # the rest of a CR LF
        self._cr = self._cr and not received
        for end in _LINE_END.finditer(received, start):
            self._hold(received[start : end.start()])
            self._end_line(events)
            start = end.end()
        self._hold(received[start:])
        self._cr = self._cr or received.endswith(b"\r")
        return events

    def _hold(self, part: bytes) -> None:
        if len(self._line) + len(self._data) + len(self._name) + len(part) > self._most:
            raise OverlongEventError(f"an event is larger than {self._most:,} bytes")
        self._line += part

    def _end_line(self, events: list[Event]) -> None:
        line = bytes(self._line)
        self._line.clear()
        if self._first:
            line, self._first = line.removeprefix(_BOM), False
        if line:
            self._read(line)
        else:
            events += self._whole()

    def _read(self, line: bytes) -> None:
        """One field; a comment is one without a name, and what nobody knows is passed over."""
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match name:
            case b"data":
                self._data += value + b"\n"
            case b"event":
                self._name = value
            case b"id" if b"\0" not in value and len(value) <= _LONGEST_ID:
                self._id = value
            case b"retry" if value.isdigit():
                self.retry_ms = min(int(value[:_WAIT_DIGITS]), LONGEST_WAIT_MS)

    def _whole(self) -> list[Event]:
        """The event that a blank line ends; none if it has no data."""
        data, name = bytes(self._data), self._name
        self._data.clear()
        self._name = b""
        self.last_id = _text(self._id)
        return [Event(_text(data[:-1]), _text(name) or "message", self.last_id)] if data else []


def events_of(body: bytes) -> Iterator[Event]:
    """The events of a body that is at hand, read piece by piece."""
    stream = Events(largest_bytes=max(len(body), 1))
    for start in range(0, len(body), _PIECE_BYTES):
        yield from stream.feed(body[start : start + _PIECE_BYTES])


def is_event_stream(content_type: str) -> bool:
    """Whether a reply's content type announces events.

    >>> is_event_stream("text/event-stream; charset=utf-8"), is_event_stream("application/json")
    (True, False)
    """
    return content_type.partition(";")[0].strip().lower() == MEDIA_TYPE


def _text(spelled: bytes) -> str:
    return spelled.decode("utf-8", "replace")
