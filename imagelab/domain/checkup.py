"""What a check of a catalog found: counts, and every original or sum that is not as it should be."""

from __future__ import annotations

from collections.abc import Sequence

from imagelab.domain.frozen import frozen
from imagelab.domain.markup import report
from imagelab.domain.text import counted, file_size

_SHOWN = 5  # of a kind; the rest is counted


@frozen
class Flaw:
    """One original that is not as it should be: the assets that are made of it, and why.

    `blob` is its row's number, `sha256` the hash it was kept under; empty where its row is gone.
    """

    blob: int
    sha256: str
    why: str
    assets: tuple[int, ...] = ()

    def __str__(self) -> str:
        """As a person reads it."""
        numbers = ", ".join(f"#{asset}" for asset in self.assets[:_SHOWN])
        more = f" and {len(self.assets) - _SHOWN:,} more" if len(self.assets) > _SHOWN else ""
        name = f"{self.sha256[:12]}…" if self.sha256 else f"original {self.blob}"
        return f"{numbers}{more} ({name}): {self.why}" if numbers else f"{name}: {self.why}"


@frozen
class Checkup:
    """A catalog's state as it was looked at; nothing was written for it.

    `deep` says whether every original was hashed again. `assets`, `generations`, `originals`,
    `size_bytes` and `replies` count what was looked at, `stored` the originals that lie in stores,
    and `stores` says whether those were asked; everything below them is amiss.
    """

    catalog: str
    deep: bool
    assets: int = 0
    generations: int = 0
    originals: int = 0
    size_bytes: int = 0
    stored: int = 0
    stores: bool = False
    replies: int = 0
    structure: tuple[str, ...] = ()  # what SQLite says of the file
    missing: tuple[Flaw, ...] = ()
    mismatched: tuple[Flaw, ...] = ()
    undecodable: tuple[Flaw, ...] = ()
    unreached: tuple[str, ...] = ()  # stores that did not answer
    orphaned: tuple[Flaw, ...] = ()
    strays: tuple[str, ...] = ()  # calls whose staged reply nobody needs or knows
    unlisted: tuple[int, ...] = ()  # assets that no search finds
    sums: tuple[str, ...] = ()  # what does not add up

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return not self.findings

    @property
    def findings(self) -> tuple[str, ...]:
        """A sentence for each kind of flaw, with what to do about it."""
        kinds: tuple[tuple[str, Sequence[object], str], ...] = (
            ("structure", self.structure, "restore the file from a backup"),
            ("missing", self.missing, "lab.repair(source=…) takes them from a backup"),
            ("mismatched", self.mismatched, "lab.repair(source=…) puts them right from a backup"),
            ("undecodable", self.undecodable, "the bytes are kept; save() them to look closer"),
            ("stores", self.unreached, "what lies there is as it was when it was last read"),
            ("orphaned", self.orphaned, "lab.repair() takes them in as imported"),
            ("stray replies", self.strays, "nothing needs them; they stay until you remove them"),
            ("not in the index", [f"#{n}" for n in self.unlisted], "lab.repair() lists them"),
            ("sums", self.sums, "they are only told: no program changes what was billed"),
        )
        return tuple(_finding(*kind) for kind in kinds if kind[1])

    def __str__(self) -> str:
        """As a person reads it: a line where all is well, else a line for each finding."""
        hashed = "hashed again" if self.deep else "not hashed; deep=True does"
        looked = (
            f"{counted(self.assets, 'asset')}, {counted(self.generations, 'generation')}, "
            f"{counted(self.originals, 'original')} ({file_size(self.size_bytes)}, {hashed}), "
            f"{_stored(self.stored, asked=self.stores)}{self.replies:,} staged {'reply' if self.replies == 1 else 'replies'}"
        )
        if self.ok:
            return f"{self.catalog}: all is well in {looked}"
        lines = [f"{self.catalog}: {counted(len(self.findings), 'finding')} in {looked}"]
        return "\n".join([*lines, *(f"  {finding}" for finding in self.findings)])

    def __repr__(self) -> str:
        return f"Checkup({self})"

    def _repr_html_(self) -> str:
        return report(str(self))


def _stored(count: int, *, asked: bool) -> str:
    if not count:
        return ""
    return f"{count:,} more in stores{'' if asked else ', not looked at'}, "


def _finding(kind: str, found: Sequence[object], advice: str) -> str:
    shown = "; ".join(str(one) for one in found[:_SHOWN])
    more = f"; and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
    return f"{kind}, {len(found):,}: {shown}{more}; {advice}"
