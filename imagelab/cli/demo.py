"""`imagelab demo`: the whole walk in a sandbox, on the vendors' own documented examples.

Every request is made with `reuse=True`: a second run, or one after a kill, takes up what
the first one left and makes only what is missing.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import imagelab as il
from imagelab.cli.bill import bill
from imagelab.cli.examples import CHAINS, EDIT_OFFER, RUNWARE, RUNWARE_OFFER, RUNWARE_PAGE
from imagelab.cli.place import Commands
from imagelab.cli.table import clipped, table
from imagelab.cli.voice import columns, say, say_lines
from imagelab.domain.frozen import frozen
from imagelab.domain.money import Spend, dollars
from imagelab.domain.text import counted
from imagelab.errors import CancelledError, OutcomeUnknownError, RequestError
from imagelab.handles.asset import Asset
from imagelab.handles.generation import Generation
from imagelab.lab.lab import Lab

PAGE, DATASET, BEST = "gallery.html", "best", "rating:>=4"
QUERIES = ("observatory rating:>=4", "is:edit violet", "cost:>0.1 sort:-cost")
_ABOUT = """\
The vendors' documented examples, run in a sandbox without a key, a network or a
bill: made, edited, rated, searched, priced, and written out as a page. Run
again, it takes up what its folder has.
"""
_EXAMPLES = """\
examples:
  imagelab demo                      some seconds, into imagelab-demo/
  imagelab demo --folder ~/first/    into a folder of that name
"""
_TITLE_FROM, _STATE_ROOM = 9, 22  # columns: before a title, and after it


@frozen
class Walk:
    """One run of the demo: its lab, and the newest generation that was there before."""

    lab: Lab
    last: int

    def is_new(self, generation: Generation) -> bool:
        """Whether this run asked for it."""
        return generation.id > self.last


def add_parser(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command to the others."""
    demo = commands.add_parser(
        "demo",
        help="make, edit, find and price images in a sandbox",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    demo.add_argument(
        "--folder",
        type=Path,
        default=Path("imagelab-demo"),
        help="where to keep it (default: %(default)s)",
    )
    demo.set_defaults(run=lambda said: run_demo(said.folder))


def run_demo(folder: Path) -> int:
    """Run or take up the demo in a folder; prints as it goes."""
    _check_folder(folder)
    say_lines("imagelab demo: a lab notebook for AI images, in a sandbox.")
    say_lines("No key, no network, no bill.\n")
    with redirect_stdout(io.StringIO()) as first_line:
        lab = il.open(folder / ".imagelab" / "sandbox.db", sandbox=True)
    with lab:
        say(first_line.getvalue())
        walk = Walk(lab, _last(lab))
        made = _make(walk)
        edits = _edit(walk, [made[chain.example][0] for chain in CHAINS])
        _curate(made, edits)
        _find(lab)
        _trace(edits[-1][0])
        _account(walk, [*made, *edits])
        _frame(lab)
        _write(lab, folder)
    _next(folder, folder / PAGE)
    return 0


def _check_folder(folder: Path) -> None:
    """A folder that is new, empty or an earlier demo's: nobody's work is written into."""
    lab = folder / ".imagelab"
    ours = lab.is_dir() and not (lab / "catalog.db").exists()
    if folder.exists() and not ours and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError(
            f"{str(folder)!r} is there already and is no demo's; name another with --folder"
        )


def _last(lab: Lab) -> int:
    return int(lab.sql("SELECT coalesce(max(id), 0) AS id FROM generations")["id"][0])


def _make(walk: Walk) -> list[Generation]:
    """The documented examples, all at once."""
    say_lines(f"\n1. Make: four documented examples, asked of {RUNWARE_OFFER}")
    say(f"from {RUNWARE_PAGE}", indent=3)
    words = [{"model": RUNWARE_OFFER, **example.words()} for example in RUNWARE]
    quotes = [walk.lab.quote(**asked) for asked in words]
    quoted = Spend.of(quote.likely for quote in quotes)
    # The reference picture is not read for a quote, so its share is supposed: hence "about".
    say(
        f"Quoted for all four, before anything is sent: about {dollars(round(quoted.usd, 2))}",
        indent=3,
    )
    started = [_started(walk, **asked) for asked in words]
    return [
        _finished(walk, generation, example.title)
        for generation, example in zip(started, RUNWARE, strict=True)
    ]


def _edit(walk: Walk, parents: Sequence[Asset]) -> list[Generation]:
    """Edits two steps deep; the first steps at once, then the second ones."""
    say_lines(f"\n2. Edit, and edit the edits: asked of {EDIT_OFFER}")
    done: list[Generation] = []
    for step in range(2):
        prompts = [chain.prompts[step] for chain in CHAINS]
        started = [
            _started(walk, prompt, model=EDIT_OFFER, quality="low", images=[parent])
            for prompt, parent in zip(prompts, parents, strict=True)
        ]
        finished = [
            _finished(walk, generation, f"from #{parent.id}: {prompt}")
            for generation, parent, prompt in zip(started, parents, prompts, strict=True)
        ]
        parents = [generation[0] for generation in finished]
        done += finished
    return done


def _curate(made: Sequence[Generation], edits: Sequence[Generation]) -> None:
    """Stars and tags for what has none: nothing that was said since is said over."""
    _judge(made[0][0], 5, "hero", "observatory")
    _judge(made[2][0], 4, "stickers")
    for number, edit in enumerate(edits):
        _judge(edit[0], 3 + number % 3, "edit")
    say_lines("\n3. Rate and tag")
    judged = [made[0][0], made[2][0], *(edit[0] for edit in edits)]
    rows = [(f"#{a.id}", "★" * (a.rating or 0), ", ".join(a.tags)) for a in judged]
    say_lines(table((), rows, right=[0]))


def _judge(asset: Asset, stars: int, *tags: str) -> None:
    if asset.rating is None:
        asset.tag(*tags).rate(stars)


def _find(lab: Lab) -> None:
    say_lines("\n4. Find")
    rows = []
    for query in QUERIES:
        found = lab.search(query)
        numbers = " ".join(f"#{number}" for number in found.ids[:6])
        rows.append((f'lab.search("{query}")', f"{len(found)} found", numbers))
    say_lines(table((), rows))


def _trace(asset: Asset) -> None:
    say_lines(f"\n5. Trace: lab.asset({asset.id}).lineage()")
    lines = repr(asset.lineage()).splitlines()
    say_lines("\n".join(f"   {clipped(line, columns() - 3)}" for line in lines))


def _account(walk: Walk, generations: Sequence[Generation]) -> None:
    say_lines("\n6. Account for every cent (what it would have cost, outside the sandbox)")
    say_lines(bill(generations))
    say("reported: the vendor named the price; computed: from the usage it named", indent=3)
    new = [generation for generation in generations if walk.is_new(generation)]
    if not new:
        say("All of it is from an earlier run: nothing was asked, nothing paid again.", indent=3)
    elif len(new) < len(generations):
        cost = Spend.of(generation.cost for generation in new)
        say(f"{len(new)} of {len(generations)} were made in this run: {cost}.", indent=3)


def _frame(lab: Lab) -> None:
    say_lines("\n7. Analyse: lab.to_pandas()")
    frame = lab.to_pandas()
    names = ["id", "model", "quality", "width", "height", "rating", "cost", "known"]
    text: str = frame[names].head(4).to_string(index=False)
    say_lines("   " + text.replace("\n", "\n   "))
    say_lines(f"   … {len(frame)} rows, {len(frame.columns)} columns")


def _write(lab: Lab, folder: Path) -> None:
    exported = lab.export(folder / DATASET, BEST, overwrite=True)
    lab.export(folder / PAGE, title="imagelab demo", overwrite=True)
    say_lines(f'\n8. Export: lab.export("{DATASET}", "{BEST}")')
    say_lines(f"   {counted(exported.count, 'image')}, each with its words, as {exported.format}")


def _next(folder: Path, page: Path) -> None:
    say_lines(f"\n9. Show: {page}")
    say("one file with everything in it: open it in a browser, send it along", indent=3)
    say_lines(
        f"\nNext: cd {folder}, start python, and\n"
        "   import imagelab as il\n"
        "   lab = il.open(sandbox=True)\n"
        '   g = lab.generate("A fox reading a book in a sunlit forest", quality="low")\n'
        '   g[0].edit("at night, under the moon")'
    )
    say(
        "With a provider's key set, such as OPENAI_API_KEY, il.open(sandbox=False) makes a catalog that "
        "asks the real services."
    )


def _started(walk: Walk, prompt: str, **words: Any) -> Generation:  # noqa: ANN401 - as `generate` takes them
    """A generation under way, or an equal one of an earlier run."""
    try:
        return walk.lab.submit(prompt, reuse=True, **words)
    except OutcomeUnknownError as error:
        say(f"{error}. Here it is asked anew.", indent=3)
        return walk.lab.submit(prompt, reuse=False, **words)


def _finished(walk: Walk, generation: Generation, title: str) -> Generation:
    """Wait for it; what an earlier run left without an image is asked again."""
    try:
        generation.wait()
    except (CancelledError, OutcomeUnknownError) as error:
        say(f"g{generation.id}: {error}; asked anew", indent=3)
        generation = walk.lab.generate(generation.prompt, **_again(generation))
    state = (
        f"{generation.duration or 0:.1f} s" if walk.is_new(generation) else "from an earlier run"
    )
    room = columns() - _TITLE_FROM - _STATE_ROOM
    number = f"#{generation[0].id}"
    say_lines(f"   {number:4}  {clipped(title, room):{room}}  {state}")
    return generation


def _again(generation: Generation) -> dict[str, Any]:
    return {
        **generation.params,
        "model": f"{generation.provider}/{generation.model}",
        "images": [asset.id for asset in generation.inputs] or None,
        "reuse": False,
    }
