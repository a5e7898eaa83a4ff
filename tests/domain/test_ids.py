from __future__ import annotations

import uuid

from imagelab import clock
from imagelab.domain.ids import made_at, uuid4, uuid7


def test_a_uuid7_tells_the_millisecond_it_was_made() -> None:
    before = clock.now_us() // 1000
    made = uuid.UUID(uuid7())
    after = clock.now_us() // 1000

    assert before <= made.int >> 80 <= after
    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_ten_thousand_uuids_differ() -> None:
    assert len({uuid7() for _ in range(10_000)}) == 10_000


def test_a_uuid4_is_of_version_4() -> None:
    assert uuid.UUID(uuid4()).version == 4


def test_when_a_uuid7_was_made_is_read_from_it_and_from_no_other_text() -> None:
    before = clock.now_us() // 1000
    moment = made_at(uuid7())

    assert moment
    assert before <= clock.to_us(moment) // 1000 <= clock.now_us() // 1000
    assert made_at(uuid4()) is made_at("0190-u") is None
