"""An asset as a user holds it: one image of the catalog, always as it is now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from imagelab.errors import CatalogError, RequestError
from imagelab.handles.asset_facts import Facts
from imagelab.handles.cards import asset_card
from imagelab.handles.lines import asset_line
from imagelab.handles.saving import format_of_name, misnamed
from imagelab.imaging.convert import converted
from imagelab.imaging.decode import decode

if TYPE_CHECKING:  # each leads to the other: a generation holds assets, an asset its generation
    from imagelab.handles.generation import Generation


class Asset(Facts):
    """One image in the catalog, with everything that is known of it.

    Two handles are equal when they mean the same image: equality and hash are the uuid's,
    which is the same in every catalog the image is in.

    >>> fox.size_bytes == len(fox.read()), fox.image.size, fox.format
    (True, (1024, 1024), 'png')
    """

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
    def image(self) -> Image.Image:
        """Its pixels, decoded in full; DamagedImageError where they do not decode."""
        return decode(self.read(), called=f"asset #{self._id}")

    @property
    def thumbnail(self) -> bytes | None:
        """A copy of at most 320 pixels, JPEG or WebP; None where the image does not decode."""
        small = self._backing.small(self.sha256)
        return small[0] if small else None

    def read(self) -> bytes:
        r"""The bytes exactly as the provider sent them.

        >>> fox.read()[:4]
        b'\x89PNG'
        """
        return self._backing.original(self._row.sha256)

    def save(self, path: str | Path, *, convert: bool = False) -> Path:
        """Write the original bytes to a file, or converted to what its name says.

        A name that belongs to another format is refused unless `convert` is set.

        >>> fox.save("foxes/1.jpg", convert=True).name
        '1.jpg'
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

        >>> fox.edit("add a hat", quality="low", mask=il.Mask.rect(300, 100, 400, 300, of=fox))[0].parents
        [Asset(#1 ...)]
        """
        return self._backing.edit(self._id, prompt, {"mask": mask, **params})

    def vary(self, n: int = 1, **params: Any) -> Generation:  # noqa: ANN401 - see Lab.generate
        """More of the same: its own prompt, with this picture as the reference.

        >>> len(fox.vary(2))
        2
        """
        return self._backing.edit(self._id, self.prompt, {"n": n, **params}, role="reference")

    def regenerate(self, **params: Any) -> Generation:  # noqa: ANN401 - see Lab.generate
        """Ask the same again for one image (`n=`), with some parameters changed.

        >>> fox.regenerate(quality="medium").params["quality"]
        'medium'
        """
        if self._row.generation is None:
            raise RequestError(f"asset #{self._id} was imported; there is no request to repeat")
        return self._backing.regenerate(self._id, {"n": 1, **params})

    def rate(self, stars: int) -> Asset:
        """Give 1 to 5 stars; 0 takes them away.

        >>> fox.rate(5).rating, fox.rate(0).rating
        (5, None)
        """
        self._backing.rate([self._id], stars)
        return self

    def reject(self) -> Asset:
        """Hide it; nothing is deleted.

        >>> fox.reject().rejected, fox in lab.search("fox"), fox.unreject().rejected
        (True, False, False)
        """
        self._backing.reject([self._id], rejected=True)
        return self

    def unreject(self) -> Asset:
        """Show it again.

        >>> fox.unreject().rejected
        False
        """
        self._backing.reject([self._id], rejected=False)
        return self

    def tag(self, *names: str) -> Asset:
        """Put words on it.

        >>> fox.tag("hero", "autumn").tags
        ('autumn', 'hero')
        >>> fox.untag("hero", "autumn").tags
        ()
        """
        self._backing.tag([self._id], names)
        return self

    def untag(self, *names: str) -> Asset:
        """Take words off it.

        >>> fox.untag("no such word").tags
        ()
        """
        self._backing.untag([self._id], names)
        return self

    def code(self, style: str = "imagelab") -> str:
        """The request it came from as code: `"imagelab"`, `"python"` or `"curl"`.

        >>> print(fox.code())
        lab.generate('a fox', model='openai/gpt-image-2', quality='low')
        """
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


def _written(name: str, text: object) -> str | None:
    if text is not None and not isinstance(text, str):
        raise RequestError(f"{name}={text!r} is not text; None takes it away")
    return text or None
