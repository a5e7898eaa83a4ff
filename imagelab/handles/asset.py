"""An asset as a user holds it: one image of the catalog, always as it is now."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from imagelab.domain.money import Cost
from imagelab.domain.records import AssetRow
from imagelab.errors import CatalogError, RequestError
from imagelab.handles.cards import asset_card
from imagelab.handles.lines import asset_line
from imagelab.handles.relatives import Relatives
from imagelab.handles.saving import format_of_name, misnamed
from imagelab.imaging.convert import converted
from imagelab.imaging.decode import decode

if TYPE_CHECKING:  # each leads to the other: a generation holds assets, an asset its generation
    from imagelab.handles.generation import Generation


class Asset(Relatives):
    """One image in the catalog, with everything that is known of it.

    Two handles are equal when they mean the same image: equality and hash are the uuid's,
    which is the same in every catalog the image is in.
    """

    @property
    def id(self) -> int:
        """Its number in this catalog, by arrival."""
        return self._id

    @property
    def uuid(self) -> str:
        """Its name everywhere."""
        return self._uuid

    @property
    def prompt(self) -> str:
        """The text that was sent; empty for an imported image whose file tells none."""
        return self._row.prompt

    @property
    def caption(self) -> str | None:
        """What is in the picture, where somebody said so."""
        return self._row.caption

    @caption.setter
    def caption(self, text: str | None) -> None:
        self._backing.caption([self._id], _written("caption", text))

    @property
    def note(self) -> str | None:
        """Something written for oneself."""
        return self._row.note

    @note.setter
    def note(self, text: str | None) -> None:
        self._backing.note([self._id], _written("note", text))

    @property
    def params(self) -> dict[str, Any]:
        """What was asked beside the prompt."""
        return dict(self._row.params)

    @property
    def provider(self) -> str | None:
        """Who made it; of an imported image the tool that says so, or None."""
        return self._row.provider

    @property
    def model(self) -> str | None:
        """What drew it, by our name."""
        return self._row.model

    @property
    def imported(self) -> dict[str, Any] | None:
        """Of an added image: whose words it came with, its path then, and the words as they came.

        None for an image that was made here, or came in as an input.
        """
        told = self._backing.story(self._id)
        return None if told is None else dict(told)

    @property
    def generation(self) -> Generation | None:
        """The generation it came from; None for an imported image."""
        number = self._row.generation
        return self._backing.generation(number) if number is not None else None

    @property
    def width(self) -> int:
        """Pixels across."""
        return self._row.width

    @property
    def height(self) -> int:
        """Pixels down."""
        return self._row.height

    @property
    def format(self) -> str:
        """`"png"`, `"jpeg"` or `"webp"`."""
        return self._row.format

    @property
    def sha256(self) -> str:
        """The hash of its bytes as received."""
        return self._row.sha256

    @property
    def size_bytes(self) -> int:
        """How many bytes were received."""
        return self._row.size_bytes

    @property
    def created_at(self) -> datetime:
        """When it arrived; aware, in UTC."""
        return self._row.created_at

    @property
    def cost(self) -> Cost | None:
        """What it cost, or None where that is not known."""
        return self._row.cost

    @property
    def seed(self) -> int | None:
        """The seed the vendor reported; it need not reproduce anything."""
        return self._row.seed

    @property
    def flagged(self) -> bool | None:
        """Whether the vendor flagged its content; None where it does not say."""
        return self._row.flagged

    @property
    def reported(self) -> dict[str, Any]:
        """What else the vendor said of it."""
        return dict(self._row.reported)

    @property
    def rating(self) -> int | None:
        """Stars from 1 to 5; None where there are none."""
        return self._row.rating

    @property
    def rejected(self) -> bool:
        """Whether it is hidden from search, gallery and exports."""
        return self._row.rejected

    @property
    def tags(self) -> tuple[str, ...]:
        """The words on it, in order."""
        return self._row.tags

    @property
    def image(self) -> Image.Image:
        """Its pixels, decoded in full; DamagedImageError where they do not decode."""
        return decode(self.read(), called=f"asset #{self._id}")

    @property
    def thumbnail(self) -> bytes | None:
        """A copy of at most 320 pixels, JPEG or WebP; None where the image does not decode."""
        small = self._backing.small(self.sha256)
        return small[0] if small else None

    def read(self) -> bytes:
        """The bytes exactly as the provider sent them."""
        return self._backing.original(self._row.sha256)

    def save(self, path: str | Path, *, convert: bool = False) -> Path:
        """Write the original bytes to a file, or converted to what its name says.

        A name that belongs to another format is refused unless `convert` is set.
        """
        target, wanted = Path(path).expanduser(), format_of_name(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        if wanted == self.format:
            target.write_bytes(self.read())
        elif wanted and convert:
            target.write_bytes(converted(self.image, wanted))
        else:
            raise RequestError(misnamed(self._id, self.format, target))
        return target

    def edit(self, prompt: str, *, mask: object = None, **params: Any) -> Generation:  # noqa: ANN401 - see Lab.generate
        """Make a new image from this one; parameters as `lab.generate` takes them.

        The offer and the quality stay this one's, unless others are named.
        `mask` is an image of this one's size whose clear pixels are where it changes.
        """
        return self._backing.edit(self._id, prompt, {"mask": mask, **params})

    def vary(self, n: int = 1, **params: Any) -> Generation:  # noqa: ANN401 - see Lab.generate
        """More of the same: its own prompt, with this picture as the reference."""
        return self._backing.edit(self._id, self.prompt, {"n": n, **params}, role="reference")

    def regenerate(self, **params: Any) -> Generation:  # noqa: ANN401 - see Lab.generate
        """Ask the same again for one image (`n=`), with some parameters changed."""
        if self._row.generation is None:
            raise RequestError(f"asset #{self._id} was imported; there is no request to repeat")
        return self._backing.regenerate(self._id, {"n": 1, **params})

    def rate(self, stars: int) -> Asset:
        """Give 1 to 5 stars; 0 takes them away."""
        self._backing.rate([self._id], stars)
        return self

    def reject(self) -> Asset:
        """Hide it; nothing is deleted."""
        self._backing.reject([self._id], rejected=True)
        return self

    def unreject(self) -> Asset:
        """Show it again."""
        self._backing.reject([self._id], rejected=False)
        return self

    def tag(self, *names: str) -> Asset:
        """Put words on it."""
        self._backing.tag([self._id], names)
        return self

    def untag(self, *names: str) -> Asset:
        """Take words off it."""
        self._backing.untag([self._id], names)
        return self

    def code(self, style: str = "imagelab") -> str:
        """The request it came from as code: `"imagelab"`, `"python"` or `"curl"`."""
        number = self._row.generation
        if number is None:
            return f"lab.asset({self._id})"
        return self._backing.code(number, style)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asset) and other.uuid == self.uuid

    def __hash__(self) -> int:
        return hash(self._uuid)

    def __repr__(self) -> str:
        try:
            return asset_line(self._row)
        except CatalogError as error:  # a closed lab; whoever prints a variable wants no traceback
            return f"Asset(#{self._id}: {error})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """A picture with its facts in a notebook, one line in a terminal."""
        try:
            row = self._row
            small, parents = self._backing.small(row.sha256), self._backing.relatives(row.id)[0]
        except CatalogError:
            return {"text/plain": repr(self)}
        bundle: dict[str, Any] = {
            "text/plain": asset_line(row),
            "text/html": asset_card(row, small, parents),
        }
        if small and small[1] == "image/jpeg":
            bundle["image/jpeg"] = small[0]
        return bundle

    @property
    def _row(self) -> AssetRow:
        return self._backing.asset_row(self._id)


def _written(name: str, text: object) -> str | None:
    if text is not None and not isinstance(text, str):
        raise RequestError(f"{name}={text!r} is not text; None takes it away")
    return text or None
