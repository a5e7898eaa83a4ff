"""The last image of a call is kept in the transaction that settles it, where nothing lies between.

An image is kept as soon as what its flow wants next is known, which takes no waiting: of most
calls that is nothing, and one transaction does for both. Anything else waits until it is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial

from imagelab.errors import ProviderError
from imagelab.jobs.call_journal import CallJournal
from imagelab.providers.journal import finished
from imagelab.providers.steps import Facts, Flow, Keep, Step


async def hold_last(
    flow: Flow[Facts], told: CallJournal, run: Callable[[Flow[Facts]], Awaitable[Facts]]
) -> Facts:
    """Run a flow to its end, and have its last image kept when the call is settled.

    A cancellation that comes before is raised once the image is kept by itself.
    """
    held: list[Keep] = []
    try:
        facts = await run(last_held(flow, held.append))
    except asyncio.CancelledError:
        for keep in held:
            await finished(told.keep(keep.index, keep.image))
        raise
    for keep in held:
        if not told.hold(keep):
            await finished(told.keep(keep.index, keep.image))
    return facts


def last_held(flow: Flow[Facts], hold: Callable[[Keep], None]) -> Flow[Facts]:
    """The same flow without its last step, if that is to keep an image: `hold` is told it instead."""
    held: Keep | None = None
    advance: Callable[[], Step] = partial(flow.send, None)
    with closing(flow):
        while True:
            try:
                step = advance()
            except StopIteration as ended:
                if held:
                    hold(held)
                facts: Facts = ended.value
                return facts
            except BaseException:
                if held:
                    yield held
                raise
            if held:
                yield held
                held = None
            if isinstance(step, Keep):
                held, advance = step, partial(flow.send, None)
                continue
            try:
                advance = partial(flow.send, (yield step))
            except ProviderError as error:
                advance = partial(flow.throw, error)
