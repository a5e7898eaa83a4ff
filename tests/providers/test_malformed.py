"""Whatever a vendor answers: a typed error or an image, the answer kept, and paid once."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.providers.registry import providers
from tests.providers import garbled
from tests.providers.malformed import SUBJECTS, Subject, judged

EXAMPLES = 40
BATCH = 50  # answers for one example, over the subjects of a provider: 2,000 in all
SEEDS = st.integers(0, 2**32)


@pytest.mark.fault
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
@settings(deadline=None, max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_no_answer_gets_the_better_of_a_flow(subject: Subject, seed: int) -> None:
    subjects = [other for other in SUBJECTS if other.provider is subject.provider]
    runs = judged(subject, range(seed, seed + BATCH // len(subjects)))

    assert [f"{run.name}: {sentence}" for run in runs for sentence in run.broken] == []


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_the_first_answers_do_not_get_the_better_of_a_flow(subject: Subject) -> None:
    runs = judged(subject, range(BATCH))

    assert [f"{run.name}: {sentence}" for run in runs for sentence in run.broken] == []


def test_every_provider_is_put_under_it() -> None:
    assert {subject.provider.name for subject in SUBJECTS} == set(providers())


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_some_answers_give_images_and_some_do_not(subject: Subject) -> None:
    kept = [run.counted["images kept"] for run in judged(subject, range(200))]

    assert 5 <= sum(images > 0 for images in kept) <= 195


@given(seed=SEEDS)
def test_a_seed_garbles_in_one_way(seed: int) -> None:
    first, again = (
        garbled.reply(random.Random(seed), [{"data": [{"url": "x"}]}]) for _ in range(2)
    )

    assert first == again


def test_garbling_leaves_the_document_it_is_given() -> None:
    document = {"data": [{"url": "x"}]}

    for seed in range(50):
        garbled.garbled(random.Random(seed), document)

    assert document == {"data": [{"url": "x"}]}
