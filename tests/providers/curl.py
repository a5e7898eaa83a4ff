"""Stands in for curl on a machine that has none: the options that our commands use, and no others.

Written from curl's manual page, and not from our code. https://curl.se/docs/manpage.html
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import httpx


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="curl", allow_abbrev=False)
    parser.add_argument("url")
    parser.add_argument("-X", dest="method")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("--data-raw")
    parser.add_argument("--data-binary")
    parser.add_argument("--form-string", action="append", default=[])
    parser.add_argument("-F", dest="files", action="append", default=[])
    said = parser.parse_args(words)
    headers = dict(header.split(": ", 1) for header in said.headers)
    with httpx.Client(trust_env=False) as client:
        reply = client.request(said.method, said.url, headers=headers, **_body(said))
    print(reply.text)  # noqa: T201 - as curl does


def _body(said: argparse.Namespace) -> dict[str, Any]:
    if said.data_raw is not None:
        return {"content": said.data_raw.encode()}
    if said.data_binary is not None:
        return {"content": _read(said.data_binary)}
    data = dict(field.split("=", 1) for field in said.form_string)
    return {"data": data, "files": [_file(part) for part in said.files]}


def _read(source: str) -> bytes:
    """`@-` is the standard input."""
    if source != "@-":
        raise SystemExit(f"curl: {source} is not read here")
    return sys.stdin.buffer.read()


def _file(part: str) -> tuple[str, tuple[str, bytes, str]]:
    """`field=@name;type=media/type`."""
    field, _, named = part.partition("=@")
    name, _, kind = named.partition(";type=")
    return field, (name, Path(name).read_bytes(), kind)


if __name__ == "__main__":
    main(sys.argv[1:])
