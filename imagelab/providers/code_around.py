"""The lines of a script around its paying POST: uploads before it, questions after it."""

from __future__ import annotations

import shlex

from imagelab.providers.body import JsonBody
from imagelab.providers.code_words import python_headers, python_url, shell_header, shell_url
from imagelab.providers.recipe import Asking, Uploading

TIMEOUT_S = 600  # as long as we wait ourselves: an answer that is not waited for is paid for


def python_upload(uploading: Uploading, key_variable: str) -> list[str]:
    """A function that uploads a file and returns its address."""
    return [
        "def uploaded(name):",
        '    kind = name.rpartition(".")[2]',
        "    reply = httpx.post(",
        f"        {python_url(uploading.url)},",
        f"        headers={python_headers(uploading.headers, key_variable)},",
        f"        files={{{uploading.file!r}: (name, Path(name).read_bytes(), f'image/{{kind}}')}},",
        f"        timeout={TIMEOUT_S},",
        "    )",
        "    reply.raise_for_status()",
        f"    return reply.json()[{uploading.told_as!r}]",
        "",
    ]


def python_asking(asking: Asking, key_variable: str) -> list[str]:
    """The loop that asks until it is done; `reply` is that to the order before, and the last after."""
    send = asking.send
    url = python_url(send.url) + (" + reply_id" if asking.named else "")
    body = [f"json={send.body.document!r},"] if isinstance(send.body, JsonBody) else []
    return [
        *([f"reply_id = reply.json()[{asking.named!r}]"] if asking.named else []),
        f"while not re.search({asking.done!r}, reply.text, re.DOTALL):",
        f"    time.sleep({asking.seconds:g})",
        "    reply = httpx.request(",
        f"        {send.method!r},",
        f"        {url},",
        f"        headers={python_headers(send.headers, key_variable)},",
        *(f"        {line}" for line in body),
        f"        timeout={TIMEOUT_S},",
        "    )",
        "    reply.raise_for_status()",
    ]


def shell_upload(uploading: Uploading, name: str, key_variable: str) -> str:
    """The command that uploads a file and keeps its address in a variable."""
    headers = [f"-H {shell_header(n, v, key_variable)}" for n, v in uploading.headers.items()]
    file = shlex.quote(f"{uploading.file}=@{name};type=image/{name.rpartition('.')[2]}")
    posted = " \\\n  ".join([f"curl -sS {shell_url(uploading.url)}", *headers, f"-F {file}"])
    return f"{variable(name)}=$({posted} | {_field(uploading.told_as)})\n"


def shell_asking(asking: Asking, order: str, key_variable: str) -> str:
    """The order, and the loop that asks until it is done or was not taken on."""
    send = asking.send
    words = [f"curl -sS {shell_url(send.url)}" + ('"$reply_id"' if asking.named else "")]
    words += [f"-X {send.method}"] if send.method != "GET" else []
    words += [f"-H {shell_header(n, v, key_variable)}" for n, v in send.headers.items()]
    if isinstance(send.body, JsonBody):
        kind, content = send.body.content()
        words += [f"-H 'Content-Type: {kind}'", f"--data-raw {shlex.quote(content.decode())}"]
    question = " \\\n    ".join(words)
    told = "printf %s \"$reply\" | tr -d '\\n'"
    named = f"reply_id=$({told} | {_field(asking.named)})\n" if asking.named else ""
    nothing = "$reply_id" if asking.named else "$reply"
    return (
        f"reply=$({order.rstrip()})\n{named}"
        f'until {told} | grep -Eq {shlex.quote(asking.done)} || [ -z "{nothing}" ]; do\n'
        f"  sleep {asking.seconds:g}\n"
        f"  reply=$({question})\n"
        "done\n"
        "printf '%s\\n' \"$reply\"\n"
    )


def variable(name: str) -> str:
    """The shell's variable for the address of an uploaded file.

    >>> variable("e1eccae3bbf1.webp")
    'image_e1eccae3bbf1'
    """
    return f"image_{name.partition('.')[0]}"


def _field(name: str) -> str:
    """The command that takes a field's text out of JSON."""
    return "sed -n " + shlex.quote(f's/.*"{name}" *: *"\\([^"]*\\)".*/\\1/p')
