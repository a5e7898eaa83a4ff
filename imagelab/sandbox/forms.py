"""Reading `multipart/form-data` (RFC 7578), strictly: what is not a whole form is a ValueError."""

from __future__ import annotations

from dataclasses import field
from email.message import Message

from imagelab.domain.frozen import frozen


@frozen
class Part:
    """One part of a form: a field, or a file if it came with a file name."""

    name: str
    filename: str | None
    content_type: str
    content: bytes = field(repr=False)


def parts(content_type: str, body: bytes) -> list[Part]:
    r"""The parts of a form in their order.

    >>> body = b'--x\r\nContent-Disposition: form-data; name="n"\r\n\r\n2\r\n--x--\r\n'
    >>> parts("multipart/form-data; boundary=x", body)[0].content
    b'2'
    """
    header = _header("content-type", content_type)
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/form-data" or not boundary:
        raise ValueError(f"form: {content_type!r} is not multipart/form-data with a boundary")
    preamble, *middle, end = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if preamble or end.rstrip() != b"--":
        raise ValueError("form: it does not begin and end with its boundary")
    return [_part(raw) for raw in middle]


def _part(raw: bytes) -> Part:
    head, blank, content = raw.partition(b"\r\n\r\n")
    lines = dict(_field(line) for line in head.decode().splitlines() if line)
    disposition = _header("content-disposition", lines.get("content-disposition", ""))
    name = disposition.get_param("name", header="content-disposition")
    if not blank or not isinstance(name, str):
        raise ValueError("form: a part has no name")
    return Part(name, disposition.get_filename(), lines.get("content-type", ""), content)


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def _header(name: str, value: str) -> Message:
    message = Message()
    message[name] = value
    return message
