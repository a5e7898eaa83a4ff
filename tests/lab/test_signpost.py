from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from imagelab.catalog import pointer
from imagelab.domain.life import Owner
from imagelab.jobs.owner import this_process
from imagelab.lab.signpost import Signpost

# As in a kernel, but nobody sends it messages.
KERNEL = """
import os, sys
from pathlib import Path
from ipykernel.kernelapp import IPKernelApp
from imagelab.lab.signpost import Signpost

IPKernelApp.instance(connection_file=sys.argv[1] + "/kernel-1.json")
post = Signpost(Path(sys.argv[2]))
{then}
"""
TELLS = "print(post.pointer(), post.pointer())"
CLOSES = "post.pointer(); post.close(); print(repr(post.pointer()))"
FORKS = """
given = post.pointer()
child = os.fork()
if child == 0:
    post.close()
    print(repr(post.pointer()), flush=True)
    os._exit(0)
os.waitpid(child, 0)
print(given == post.pointer())
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    (tmp_path / "lab.db").touch()
    return tmp_path / "lab.db"


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    (tmp_path / "runtime").mkdir()
    return tmp_path / "runtime"


def in_a_kernel(runtime: Path, catalog: Path, then: str) -> list[str]:
    script = KERNEL.format(then=then)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(runtime), str(catalog)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_outside_of_a_kernel_there_is_no_pointer(catalog: Path) -> None:
    post = Signpost(catalog)

    assert post.pointer() == ""
    post.close()


def test_a_kernel_leaves_one_pointer_where_its_server_looks(runtime: Path, catalog: Path) -> None:
    first, second = in_a_kernel(runtime, catalog, TELLS)

    assert first == second
    assert pointer.read(runtime / "imagelab", first) == catalog
    assert [file.name for file in (runtime / "imagelab").iterdir()] == [f"{first}.json"]


def test_nobody_else_can_read_it(runtime: Path, catalog: Path) -> None:
    in_a_kernel(runtime, catalog, TELLS)

    folder = runtime / "imagelab"
    [file] = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_closing_takes_it_away(runtime: Path, catalog: Path) -> None:
    assert in_a_kernel(runtime, catalog, CLOSES) == ["''"]
    assert list((runtime / "imagelab").iterdir()) == []


def test_a_forked_child_leaves_its_parents_pointer_alone(runtime: Path, catalog: Path) -> None:
    assert in_a_kernel(runtime, catalog, FORKS) == ["''", "True"]
    assert len(list((runtime / "imagelab").iterdir())) == 1


def test_what_a_killed_kernel_left_is_swept_up(runtime: Path, catalog: Path) -> None:
    [left, _] = in_a_kernel(runtime, catalog, TELLS)

    [new, _] = in_a_kernel(runtime, catalog, TELLS)

    assert left != new
    assert pointer.read(runtime / "imagelab", left) is None


def test_what_others_use_is_not_swept_up(runtime: Path, catalog: Path) -> None:
    here = pointer.write(runtime / "imagelab", catalog, this_process())
    elsewhere = pointer.write(runtime / "imagelab", catalog, Owner("another-boot", 1, 1))

    in_a_kernel(runtime, catalog, CLOSES)

    left = {file.stem for file in (runtime / "imagelab").iterdir()}
    assert left == {here, elsewhere}


def test_a_folder_that_cannot_be_written_means_no_pointer(runtime: Path, catalog: Path) -> None:
    (runtime / "imagelab").touch()

    assert in_a_kernel(runtime, catalog, "print(repr(post.pointer()))") == ["''"]
