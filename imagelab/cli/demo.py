"""`imagelab demo`: the whole walk in a sandbox, on the vendors' own documented examples.

Every request is made with `reuse=True`: a second run, or one after a kill, takes up what
the first one left and makes only what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagelab as il
from imagelab.cli.examples import RUNWARE, RUNWARE_OFFER, RUNWARE_PAGE, TO_COME, Example
from imagelab.cli.table import table
from imagelab.domain.money import Spend
from imagelab.errors import CancelledError, OutcomeUnknownError, RequestError
from imagelab.handles.asset import Asset
from imagelab.handles.cards import money
from imagelab.handles.generation import Generation
from imagelab.lab.lab import Lab

EDIT_OFFER = "openai/gpt-image-2"


@dataclass(frozen=True, slots=True)
class Chain:
    """Edits of one example, each made from the one before."""

    example: int
    prompts: tuple[str, str]


CHAINS = (
    Chain(
        0,
        (
            "Let the sun rise behind the glass dome: peach and gold light, the sea calm",
            "Now add drifting snow and a warm lantern in the foreground",
        ),
    ),
    Chain(
        3,
        (
            "Make it autumn: amber leaves on the platform, coral sky",
            "Turn the whole scene to a violet night with bright stars",
        ),
    ),
)


def run_demo(folder: Path) -> int:
    """Run or take up the demo in a folder; prints as it goes."""
    _check_folder(folder)
    _say("imagelab demo: a lab notebook for AI images. No key, no network, no bill.\n")
    with il.open(folder / ".imagelab" / "sandbox.db", sandbox=True) as lab:
        made = _make(lab)
        edits = _edit(lab, made)
        _curate(made, edits)
        _find(lab)
        _account([*made, *edits])
        _frame(lab)
        page = lab.search().export(folder / "gallery.html", format="html", title="imagelab demo")
    _next(folder, page)
    return 0


def _check_folder(folder: Path) -> None:
    ours = (folder / ".imagelab" / "sandbox.db").exists()
    if folder.exists() and not ours and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError(
            f"{str(folder)!r} is there already and is no demo's; name another with --folder"
        )


def _make(lab: Lab) -> list[Generation]:
    """The documented examples, all at once."""
    _say(f"\n1. Four documented examples, asked of {RUNWARE_OFFER}")
    _say(f"   ({RUNWARE_PAGE})")
    _say(f"   The examples of other pages are to come: {', '.join(TO_COME)}.")
    quotes = [lab.quote(example.prompt, **_words(example)) for example in RUNWARE]
    _say(f"   Quoted before anything is sent: {Spend.of(q.likely for q in quotes)} for all four.")
    started = [_started(lab, example.prompt, **_words(example)) for example in RUNWARE]
    return [
        _finished(lab, generation, example.title)
        for generation, example in zip(started, RUNWARE, strict=True)
    ]


def _edit(lab: Lab, made: Sequence[Generation]) -> list[Generation]:
    """Edits two steps deep; the first steps at once, then the second ones."""
    _say(f"\n2. Edits, two steps deep, asked of {EDIT_OFFER}")
    parents = [made[chain.example][0] for chain in CHAINS]
    done: list[Generation] = []
    for step in range(2):
        prompts = [chain.prompts[step] for chain in CHAINS]
        steps = [
            _started(lab, prompt, model=EDIT_OFFER, quality="low", images=[parent])
            for prompt, parent in zip(prompts, parents, strict=True)
        ]
        finished = [
            _finished(lab, generation, f"#{parent.id} → {prompt}")
            for generation, parent, prompt in zip(steps, parents, prompts, strict=True)
        ]
        parents = [generation[0] for generation in finished]
        done += finished
    return done


def _curate(made: Sequence[Generation], edits: Sequence[Generation]) -> None:
    made[0][0].rate(5).tag("hero", "observatory")
    made[2][0].rate(4).tag("stickers")
    for number, edit in enumerate(edits):
        edit[0].rate(3 + number % 3).tag("edit")
    _say("\n3. Rated and tagged: " + ", ".join(_stars(g[0]) for g in [made[0], made[2], *edits]))


def _find(lab: Lab) -> None:
    _say("\n4. Found again")
    for query in ("observatory rating:>=4", "is:edit violet", "cost:>0.1 sort:-cost"):
        found = lab.search(query)
        numbers = ", ".join(f"#{asset.id}" for asset in found)
        _say(f"   lab.search({query!r})".ljust(45) + f"{len(found)} found: {numbers}")


def _account(generations: Sequence[Generation]) -> None:
    _say("\n5. What it would have cost, and how that is known")
    rows = [_line(generation) for generation in generations]
    quoted = Spend.of(generation.quote.likely for generation in generations)
    cost = Spend.of(generation.cost for generation in generations)
    images = str(sum(len(generation) for generation in generations))
    rows.append(("together", "", images, str(quoted), str(cost), "", ""))
    head = ("provider", "model", "images", "quoted", "cost", "known", "time")
    _say(table(head, rows, right=(2, 3, 4, 6)))


def _frame(lab: Lab) -> None:
    frame = lab.to_pandas()
    _say("\n6. As a DataFrame: lab.to_pandas()")
    columns = ["id", "model", "quality", "width", "height", "rating", "cost", "known"]
    text: str = frame[columns].head(4).to_string(index=False)
    _say("   " + text.replace("\n", "\n   "))
    _say(f"   … {len(frame)} rows, {len(frame.columns)} columns")


def _next(folder: Path, page: Path) -> None:
    _say(f"\n7. A page to look at and to send: {page}")
    _say(
        f"\nNext, in Python, in {folder}/:\n"
        "   import imagelab as il\n"
        "   lab = il.open(sandbox=True)\n"
        '   g = lab.generate("A fox reading a book in a sunlit forest", quality="low")\n'
        '   g[0].edit("at night, under the moon")\n'
        "With a key (OPENAI_API_KEY or RUNWARE_API_KEY), il.open(sandbox=False) asks the real "
        "services."
    )


def _started(lab: Lab, prompt: str, **words: Any) -> Generation:  # noqa: ANN401 - as `generate` takes them
    """A generation under way, or an equal one of an earlier run."""
    try:
        return lab.submit(prompt, reuse=True, **words)
    except OutcomeUnknownError as error:
        _say(f"   {error}\n   It counts at its upper price; here it is asked anew.")
        return lab.submit(prompt, reuse=False, **words)


def _finished(lab: Lab, generation: Generation, title: str) -> Generation:
    """Wait for it; what an earlier run left without an image is asked again."""
    try:
        generation.wait()
    except (CancelledError, OutcomeUnknownError) as error:
        _say(f"   g{generation.id}: {error}; asked anew")
        images = [asset.id for asset in generation.inputs] or None
        words: dict[str, Any] = {**generation.params, "images": images}
        model = f"{generation.provider}/{generation.model}"
        generation = lab.generate(generation.prompt, model=model, reuse=False, **words)
    _say(f"   #{generation[0].id}  {title}")
    return generation


def _words(example: Example) -> dict[str, Any]:
    return {
        "model": RUNWARE_OFFER,
        "size": example.size,
        "background": example.background,
        "quality": example.quality,
        "images": list(example.images) or None,
    }


def _line(generation: Generation) -> tuple[str, ...]:
    cost = generation.cost
    return (
        generation.provider,
        generation.model,
        str(len(generation)),
        str(generation.quote.likely or "unknown"),
        str(cost) if cost else "unknown",
        cost.source if cost else money(cost),
        f"{generation.duration or 0:.1f} s",
    )


def _stars(asset: Asset) -> str:
    return f"#{asset.id} {'★' * (asset.rating or 0)}"


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command talks
