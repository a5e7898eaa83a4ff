"""Saving an image under a name: which format the name means."""

from __future__ import annotations

from pathlib import Path

_SUFFIXES = {"png": (".png",), "jpeg": (".jpg", ".jpeg"), "webp": (".webp",)}


def format_of_name(path: str | Path) -> str | None:
    """The format a file's name promises; None for one that imagelab does not write.

    >>> format_of_name("fox.JPG"), format_of_name("fox.tiff")
    ('jpeg', None)
    """
    suffix = Path(path).suffix.lower()
    return next((name for name, known in _SUFFIXES.items() if suffix in known), None)


def misnamed(number: int, format: str, target: Path) -> str:  # noqa: A002 - the word everyone uses for it
    """Why an asset of this format is not saved under this name, and what to do."""
    better = (target.stem or str(number)) + _SUFFIXES[format][0]
    if format_of_name(target):
        return (
            f"asset #{number} is {format}, and {target.name!r} is not named so; save it as "
            f"{better!r}, or pass convert=True"
        )
    return (
        f"asset #{number} cannot be saved as {target.name!r}: a name ends in .png, .jpg, .jpeg or "
        f".webp; save it as {better!r}"
    )
