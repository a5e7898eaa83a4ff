"""Going on with a call whose answer was lost: by the vendor's ids, or by looking for them.

Nothing is paid, unless the same POST may be sent once more under an id of ours that the
vendor knows again; the driver holds that to the vendor's own window.
"""

from __future__ import annotations

from dataclasses import replace

from imagelab.domain.request import Call
from imagelab.errors import UnavailableError
from imagelab.providers.provider import Provider
from imagelab.providers.steps import Accepted, Facts, Flow, PostponedError


def taken_up(provider: Provider, call: Call, key: str, base: str, *, repeat: bool) -> Flow[Facts]:
    """The rest of a call that was sent in an earlier run.

    PostponedError where the vendor cannot be asked now.
    """
    if not call.remote:
        try:
            found = yield from provider.find(call, key, base)
        except UnavailableError as error:
            raise PostponedError(error) from error
        if found:
            yield Accepted(found)
            call = replace(call, remote=found)
        elif repeat:
            return (yield from provider.generate(call, key, base))
    return (yield from provider.resume(call, key, base))
