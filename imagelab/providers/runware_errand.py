"""One Runware task on its way: asked for until its images are there, each kept as it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from imagelab.domain.money import Cost, total
from imagelab.domain.offer import Offer
from imagelab.domain.request import Call
from imagelab.errors import (
    DownloadError,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    UnavailableError,
)
from imagelab.providers import answers, bills, runware_answers as told
from imagelab.providers.answers import Complaint, text, whole
from imagelab.providers.body import JsonBody
from imagelab.providers.inline import image_bytes
from imagelab.providers.runware_answers import NAME
from imagelab.providers.runware_offers import OFFERS
from imagelab.providers.steps import (
    Accepted,
    Facts,
    Fetched,
    Flow,
    Image,
    Keep,
    PostponedError,
    Reply,
    Send,
    Wait,
    ask,
    fetch,
)

FIRST_WAIT_S, GROWTH, LONGEST_WAIT_S = 1.0, 1.5, 5.0
PATIENCE_S = 20 * 60.0  # as the vendor's own package waits
PATIENCE_UNSEEN_S = 3 * 60.0  # while nothing proves that the vendor has the task
MISSES = 5  # "not found" so often is believed
QUIET_FAILED = 2  # a failure without entries is believed after so many replies that say the same
QUIET_PARTLY = 30  # beside entries it may be of one image only: 150 s, longer than any image takes


@dataclass(slots=True)
class Errand:
    """One task on its way: what of it was seen, kept, lost or complained about so far."""

    call: Call
    key: str = field(repr=False)
    base: str
    seen: bool = field(init=False)
    places: dict[str, int] = field(default_factory=dict)  # by image name, in order of arrival
    costs: dict[str, tuple[Cost | None, str]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    missed: dict[str, str] = field(default_factory=dict)  # could not be fetched, once
    problems: dict[str, ProviderError] = field(default_factory=dict)  # by image name
    complaints: tuple[Complaint, ...] = ()
    last: Reply = field(default_factory=lambda: Reply(200, {}, b""))
    quiet: int = 0
    enough: int = QUIET_FAILED
    idle: bool = False  # the last reply names images only, and none that is under way
    misses: int = 0
    unheard: UnavailableError | None = None  # why the last question got no answer

    def __post_init__(self) -> None:
        self.seen = self.call.key in self.call.remote

    def accepted(self) -> Flow[None]:
        """The vendor has the task under our id."""
        if not self.seen:
            self.seen = True
            yield Accepted((self.call.key,))

    def poll(self) -> Flow[Facts]:
        """Ask until nothing more is to come; OutcomeUnknownError when patience ends first."""
        waited, wait = 0.0, FIRST_WAIT_S
        while not self._finished():
            if waited >= (PATIENCE_S if self.seen else PATIENCE_UNSEEN_S):
                yield from self.question("getTaskDetails")
                break
            yield Wait(wait)
            waited, wait = waited + wait, min(wait * GROWTH, LONGEST_WAIT_S)
            yield from self.question("getResponse")
        if not self._finished():
            raise PostponedError(self.unheard) if self.unheard else self._still_open()
        return self._facts()

    def question(self, task_type: Literal["getResponse", "getTaskDetails"]) -> Flow[None]:
        """One free question; a reply that tells nothing changes nothing."""
        try:
            reply = yield from ask(question_of(task_type, self.call, self.key, self.base))
        except UnavailableError as error:
            self.unheard = error  # a network that is down now says nothing of the task
            return
        document = answers.document(reply)
        if locked_out := told.locked_out(reply, self.key):
            raise PostponedError(locked_out)
        if reply.status >= 500 or reply.status in (408, 429):
            return
        self.unheard = None
        if task_type == "getTaskDetails":
            document = told.response(document)
        yield from self.take(reply, document)

    def take(self, reply: Reply, document: object) -> Flow[None]:
        """Keep what images a reply has, each as soon as it is there, and note complaints."""
        items = told.entries(document, self.call.key)
        if items:
            yield from self.accepted()
            self.enough = QUIET_PARTLY
        self.idle = bool(items) and all(told.is_image(item) for item in items)
        before = self._progress()
        yield from self._images([item for item in items if told.is_image(item)])
        self._note(reply, told.complaints(document, self.call.key))
        self.quiet = self.quiet + 1 if self._progress() == before else 0

    def _images(self, items: list[Mapping[str, Any]]) -> Flow[None]:
        most = bills.credible(_offer(self.call), self.call)
        listed = {self._name(place, item): item for place, item in enumerate(items)}
        gone = self.missed.keys() - listed.keys() - self.kept if listed else ()
        for name in gone:
            self._lose(name, self.missed[name])
        for name, item in listed.items():
            if name in self.kept or name in self.problems:
                continue
            self._place(name, item)
            self.costs[name] = (bills.reported(item.get("cost"), most), str(item.get("cost", "")))
            yield from self._image(name, item)

    def _image(self, name: str, item: Mapping[str, Any]) -> Flow[None]:
        inline = told.coded(item)
        data = image_bytes(inline) if inline else None
        if inline and not data:
            self.problems[name] = ProtocolError(
                NAME, "an image came in no readable base64", charged="yes"
            )
        elif data is None:
            got = yield from fetch(text(item.get("imageURL")) or "")
            data = got.data if isinstance(got, Fetched) else None
            if not data:
                self._miss(name, "it is empty" if isinstance(got, Fetched) else got.reason)
        if data:
            self.kept.add(name)
            yield Keep(self.places[name], _arrived(data, name, item, self.costs[name][0]))

    def _name(self, place: int, item: Mapping[str, Any]) -> str:
        index = whole(item.get("resultIndex"))
        address = (text(item.get("imageURL")) or "").partition("?")[0]
        spare = address if index is None and address else f"#{place if index is None else index}"
        return text(item.get("imageUUID")) or spare

    def _place(self, name: str, item: Mapping[str, Any]) -> None:
        """The vendor's own index of an image where it tells one, else the first that is free."""
        taken = {index for other, index in self.places.items() if other != name}
        told_index = whole(item.get("resultIndex"))
        if name in self.places:
            return
        if told_index is not None and told_index in set(range(self.call.n)) - taken:
            self.places[name] = told_index
        else:
            self.places[name] = min(set(range(len(taken) + 1)) - taken)

    def _miss(self, name: str, reason: str) -> None:
        """Ask once more, for a fresh address; then the image is lost."""
        if name in self.missed:
            self._lose(name, reason)
        else:
            self.missed[name] = reason

    def _lose(self, name: str, reason: str) -> None:
        said = f"an image was made and its address does not give it: {reason}"
        self.problems[name] = DownloadError(NAME, said, charged="yes")

    def _note(self, reply: Reply, complaints: tuple[Complaint, ...]) -> None:
        absent = [c for c in complaints if told.missing(c)]
        self.misses = self.misses + 1 if absent else 0
        believed = [c for c in complaints if c not in absent or self.misses >= MISSES]
        if believed:
            self.complaints, self.last = tuple(believed), reply

    def _progress(self) -> tuple[int, int, int]:
        return len(self.kept), len(self.problems), len(self.complaints)

    def _finished(self) -> bool:
        settled = len(self.kept) + len(self.problems) + len(self.complaints) >= self.call.n
        waiting = self.missed.keys() - self.kept - self.problems.keys()
        over = (bool(self.complaints) or self.idle) and self.quiet >= self.enough
        return not waiting and (settled or over)

    def _facts(self) -> Facts:
        """The bill of what was made; the complaint itself where nothing was."""
        failed = [told.task_failure(c, self.last, self.key) for c in self.complaints]
        problems = [*self.problems.values(), *failed]
        if not problems and len(self.kept) < self.call.n:
            problems.append(self._fewer())
        if not self.costs:
            raise problems[0]
        cost = total(cost for cost, _ in self.costs.values())
        raw = ", ".join(spelled[:40] for _, spelled in self.costs.values())
        return Facts(cost, raw, problem=next(iter(problems), None))

    def _fewer(self) -> ProtocolError:
        came = f"{len(self.kept)} of the {self.call.n} images asked for came"
        said = f"{came}, and the service says of no other that it is under way or has failed"
        return ProtocolError(NAME, said, charged="yes")

    def _still_open(self) -> OutcomeUnknownError:
        known = "is not done with" if self.seen else "says nothing of"
        return OutcomeUnknownError(
            NAME,
            f"the service {known} task {self.call.key} after all this time; "
            "look at the account's usage page, then settle() or resend() the generation",
            charged="unknown",
        )


def question_of(task_type: str, call: Call, key: str, base: str) -> Send:
    document = [{"taskType": task_type, "taskUUID": call.key}]
    return Send("POST", base, headers(key), JsonBody(document))


def headers(key: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _offer(call: Call) -> Offer | None:
    return next((offer for offer in OFFERS if offer.native == call.request.native), None)


def _arrived(data: bytes, name: str, item: Mapping[str, Any], cost: Cost | None) -> Image:
    flagged = item.get("NSFWContent")
    return Image(
        data,
        remote=name,
        seed=whole(item.get("seed")),
        flagged=flagged if isinstance(flagged, bool) else None,
        cost=cost,
    )
