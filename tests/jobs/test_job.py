from __future__ import annotations

from imagelab.jobs.job import Job


def test_a_call_that_is_accepted_and_then_ends_is_safe_once() -> None:
    job = Job("u", 1, 20, calls={"first", "second"})

    job.safe("first")
    job.safe("first")
    before = job.leavable
    job.safe("second")

    assert (before, job.leavable) == (False, True)


def test_a_job_that_was_taken_up_can_be_left_at_any_time() -> None:
    job = Job("u", 1, 2, resumed=True)

    assert job.leavable
    assert not job.cancel()
