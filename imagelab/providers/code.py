"""A request as a script that anyone can run: Python with httpx, or curl in a shell.

Keys appear as the name of their variable, input images as files named by their hash.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from imagelab.domain.request import Call, Input
from imagelab.providers.body import DataUri, FormBody, JsonBody
from imagelab.providers.steps import Pay, Provider, Send, Stream

TIMEOUT_S = 300  # images of high quality take minutes
_MARK = re.compile(r"\\ue000([0-9a-z.]+)\\ue000")
# Every other value counts as a key.
_OPEN_HEADERS = (
    *("accept", "content-type"),
    *("cf-aig-max-attempts", "cf-aig-metadata", "cf-aig-skip-cache"),
)
_VARIABLE = re.compile(r"(?<=/)\$([A-Z][A-Z0-9_]*)(?=/|$)")  # a part of an address


def paying(provider: Provider, call: Call, base: str) -> Send:
    """The paying POST of a call, made and not sent.

    Its key is the name of the provider's variable. RequestError for what the provider has
    no field for, so that this can be known before anything is recorded.
    """
    with closing(provider.generate(call, provider.key_variable, base)) as flow:
        step = next(flow)
    step = step.pay if isinstance(step, Stream) else step
    assert isinstance(step, Pay), "a flow pays first"
    return step.send


def as_python(send: Send, key_variable: str) -> str:
    """The request as a Python script."""
    body, uris = _python_body(send), _uris(_document(send))
    lines = ["import os", "", "import httpx", ""]
    if uris:
        lines = ["import base64", "import os", "from pathlib import Path", "", "import httpx", ""]
        lines += ["", *_PYTHON_URI, ""]
    elif isinstance(send.body, FormBody):
        lines = ["import os", "from pathlib import Path", "", "import httpx", ""]
    lines += [
        "reply = httpx.request(",
        f"    {send.method!r},",
        f"    {_python_url(send.url)},",
        f"    headers={_python_headers(send.headers, key_variable)},",
        *(f"    {line}" for line in body),
        f"    timeout={TIMEOUT_S},",
        ")",
        "reply.raise_for_status()",
        "print(reply.text)",
    ]
    return "\n".join(lines) + "\n"


def as_curl(send: Send, key_variable: str) -> str:
    """The request as a command for a POSIX shell."""
    words = [f"curl {_shell_url(send.url)}", f"-X {send.method}"]
    words += [
        f"-H {_shell_header(name, value, key_variable)}" for name, value in send.headers.items()
    ]
    lead = ""
    if isinstance(send.body, FormBody):
        words += _curl_form(send.body)
    elif send.body:
        lead, data = _curl_json(_document(send))
        words += ["-H 'Content-Type: application/json'", data]
    return lead + " \\\n  ".join(words) + "\n"


def file_name(image: Input) -> str:
    """The file a script expects an input image in."""
    return f"{image.sha256[:12]}.{image.format}"


_PYTHON_URI = (
    "def data_uri(name):",
    '    kind = name.rpartition(".")[2]',
    "    coded = base64.b64encode(Path(name).read_bytes()).decode()",
    '    return f"data:image/{kind};base64,{coded}"',
    "",
)


def _document(send: Send) -> Any:  # noqa: ANN401 - a JSON document has any shape
    return send.body.document if isinstance(send.body, JsonBody) else None


def _uris(value: object) -> list[DataUri]:
    match value:
        case DataUri():
            return [value]
        case dict():
            return [uri for item in value.values() for uri in _uris(item)]
        case list() | tuple():
            return [uri for item in value for uri in _uris(item)]
        case _:
            return []


def _python_body(send: Send) -> list[str]:
    if isinstance(send.body, FormBody):
        files = [
            f"    ({field!r}, ({file_name(image)!r}, Path({file_name(image)!r}).read_bytes(), "
            f"{f'image/{image.format}'!r})),"
            for field, image in send.body.files
        ]
        return [*_named("data", dict(send.body.fields)), "files=[", *files, "],"]
    return _named("json", _document(send)) if send.body else []


def _named(argument: str, value: object) -> list[str]:
    first, *rest = _literal(value)
    lines = [f"{argument}={first}", *rest]
    return [*lines[:-1], f"{lines[-1]},"]


def _literal(value: object) -> list[str]:
    """A value as lines of Python source."""
    match value:
        case DataUri():
            return [f"data_uri({file_name(value.image)!r})"]
        case dict() if value:
            return ["{", *_items([(f"{key!r}: ", item) for key, item in value.items()]), "}"]
        case list() | tuple() if value:
            return ["[", *_items([("", item) for item in value]), "]"]
        case _:
            return [repr(value)]


def _items(items: list[tuple[str, object]]) -> list[str]:
    lines: list[str] = []
    for lead, item in items:
        first, *rest = _literal(item)
        block = [lead + first, *rest]
        lines += [f"    {line}" for line in [*block[:-1], f"{block[-1]},"]]
    return lines


def _python_url(url: str) -> str:
    """The address as Python source; what stands in it as `$NAME` is read from the environment."""
    pieces = enumerate(_VARIABLE.split(url))
    spelled = [f"os.environ[{part!r}]" if at % 2 else repr(part) for at, part in pieces if part]
    return " + ".join(spelled)


def _shell_url(url: str) -> str:
    pieces = enumerate(_VARIABLE.split(url))
    return "".join(f'"${part}"' if at % 2 else shlex.quote(part) for at, part in pieces if part)


def _python_headers(headers: Mapping[str, str], key_variable: str) -> str:
    return (
        "{"
        + ", ".join(f"{k!r}: {_python_header(k, v, key_variable)}" for k, v in headers.items())
        + "}"
    )


def _python_header(name: str, value: str, key_variable: str) -> str:
    lead, key = _apart(name, value)
    return f"{lead!r} + os.environ[{key_variable!r}]" if key else repr(value)


def _shell_header(name: str, value: str, key_variable: str) -> str:
    lead, key = _apart(name, value)
    return f'"{name}: {lead}${key_variable}"' if key else shlex.quote(f"{name}: {value}")


def _apart(name: str, value: str) -> tuple[str, bool]:
    """What stands before the key in a header, and whether there is a key at all."""
    if name.lower() in _OPEN_HEADERS:
        return "", False
    return ("Bearer " if value.startswith("Bearer ") else ""), True


def _curl_form(body: FormBody) -> list[str]:
    # --form-string: a prompt that begins with @ is no file.
    fields = [f"--form-string {shlex.quote(f'{k}={v}')}" for k, v in body.fields.items()]
    files = [
        f"-F {shlex.quote(f'{field}=@{file_name(image)};type=image/{image.format}')}"
        for field, image in body.files
    ]
    return [*fields, *files]


def _curl_json(document: object) -> tuple[str, str]:
    """What goes before curl, and the option that takes the body; images are coded on the way."""
    told = json.dumps(_marked(document), indent=1)
    pieces = _MARK.split(told)
    if len(pieces) == 1:
        return "", f"--data-raw {shlex.quote(told)}"
    # Piped, for an image is longer than a command line may be.
    return "{ " + " ".join(map(_piece, range(len(pieces)), pieces)) + " } | ", "--data-binary @-"


def _marked(value: object) -> object:
    """The document with each image as its file's name between two private-use characters."""
    match value:
        case DataUri():
            return f"\ue000{file_name(value.image)}\ue000"
        case dict():
            return {key: _marked(item) for key, item in value.items()}
        case list() | tuple():
            return [_marked(item) for item in value]
        case _:
            return value


def _piece(place: int, piece: str) -> str:
    """One part of the body as a shell command: text in even places, a file's name in odd ones."""
    if place % 2 == 0:
        return f"printf %s {shlex.quote(piece)};"
    kind = piece.rpartition(".")[2]
    return f"printf %s 'data:image/{kind};base64,'; base64 < {piece} | tr -d '\\n';"
