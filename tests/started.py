"""A server in a process of its own on loopback: started, waited for, and stopped by whoever started it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

_START_SECONDS, _STOP_SECONDS = 60, 10


class Started:
    """A server that is running; what it writes is in the file `log`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        log: Path,
        environment: Mapping[str, str],
        answers: Callable[[], object],
    ) -> None:
        """`answers` raises OSError until the server answers; RuntimeError if it never does."""
        self._log = log.open("w+")
        self._process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            cwd=folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait(answers)
        except BaseException:
            self.close()
            raise

    def log(self) -> str:
        """What it has written until now."""
        self._log.seek(0)
        return self._log.read()

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait(self, answers: Callable[[], object]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                answers()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"{type(self).__name__} did not start:\n{self.log()[-3000:]}")


def free_port() -> int:
    """A port of loopback that nothing listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
