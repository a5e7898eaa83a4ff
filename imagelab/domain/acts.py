"""Acts of curation: what was said of images, as values and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from imagelab.domain.frozen import frozen
from imagelab.domain.text import counted, one_line

ActKind = Literal["rate", "reject", "tag", "untag", "caption", "note"]
Said: TypeAlias = int | bool | str | Sequence[str] | None

_TAGS_CHARACTERS = 60


@frozen
class Act:
    """One thing said of images: stars or None, a text or None, tags, whether rejected."""

    kind: ActKind
    said: Said

    def words(self, count: int, first: int) -> str:
        """The act in the past tense, of so many assets; a lone one is called by its number.

        >>> Act("rate", 4).words(3, 7), Act("tag", ["hero"]).words(1, 7)
        ('rated 3 assets 4 stars', 'tagged #7 hero')
        """
        these = f"#{first}" if count == 1 else counted(count, "asset")
        match self.kind, self.said:
            case "rate", int(stars):
                told = f"rated {these} {counted(stars, 'star')}"
            case "rate", _:
                told = f"took the stars off {these}"
            case "reject", rejected:
                told = f"{'rejected' if rejected else 'took back the rejection of'} {these}"
            case "tag", names:
                told = f"tagged {these} {_listed(names)}"
            case "untag", names:
                told = f"took {_listed(names)} off {these}"
            case kind, text:
                told = (
                    f"took the {kind} off {these}" if text is None else f"wrote a {kind} on {these}"
                )
        return told


@frozen
class Done:
    """An act as it was carried out, taken back or done again: on so many assets, such as `ids`."""

    act: Act
    assets: int
    ids: tuple[int, ...]

    def __str__(self) -> str:
        return self.act.words(self.assets, self.ids[0] if self.ids else 0)


def _listed(names: Said) -> str:
    told = ", ".join(map(str, names)) if isinstance(names, Sequence) else str(names)
    return one_line(told, _TAGS_CHARACTERS)
