"""What a studio's form can be filled with: presets, what was sent last, and an asset's request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from imagelab.catalog import presets, requests
from imagelab.errors import RequestError
from imagelab.handles.backing import Backing
from imagelab.lab.engine import Engine
from imagelab.lab.finding import asset_named


class Recaller:
    """Keeps what forms said in the catalog; a form is `prompt`, `model`, `n` and `params`.

    `keep` makes an asset of a mask, so that a form can name it.
    """

    def __init__(self, engine: Engine, backing: Backing, keep: Callable[[bytes, str], int]) -> None:
        self._catalog, self._backing, self._keep = engine.catalog, backing, keep

    def names(self) -> list[str]:
        """The names of the presets."""
        with self._catalog.reading() as db:
            return presets.names(db)

    def read(self, name: str) -> dict[str, Any]:
        """What a preset says; RequestError where there is none of that name."""
        with self._catalog.reading() as db:
            found = presets.read(db, name)
        if found is None or not name:
            raise RequestError(f"no preset is named {name!r:.60}")
        return _clean(found)

    def save(self, name: str, form: Mapping[str, Any]) -> None:
        """Keep a form's parameters, without its words and pictures."""
        params = {n: v for n, v in _kept(form["params"]).items() if n not in ("images", "mask")}
        said = {"model": form["model"], "n": form["n"], "params": params}
        with self._catalog.writing() as db:
            presets.save(db, name, said)

    def delete(self, name: str) -> None:
        """Forget a preset."""
        with self._catalog.writing() as db:
            presets.delete(db, name)

    def remember(self, form: Mapping[str, Any]) -> None:
        """Keep what was just sent, for the next studio to begin with."""
        with self._catalog.writing() as db:
            presets.remember(db, {**form, "params": _kept(form["params"])})

    def last(self) -> dict[str, Any]:
        """What was sent last; {} before anything was."""
        with self._catalog.reading() as db:
            return _clean(presets.read(db, presets.LAST) or {})

    def of_asset(self, name: str) -> dict[str, Any]:
        """The request an asset came from, as a form says it.

        AssetNotFoundError for a number that is none, RequestError for an imported one.
        """
        row = asset_named(self._catalog, self._backing, name.strip(), None)
        if row.generation is None:
            raise RequestError(
                f"asset #{row.id} was imported, so there is no request to load; it can be dropped on "
                "the input images"
            )
        made = self._backing.generation_row(row.generation)
        params = dict(made.params)
        params |= {"images": list(made.inputs)} if made.inputs else {}
        mask = self._mask(row.generation)
        params |= {} if mask is None else {"mask": mask}
        params |= {"tags": list(made.tags)} if made.tags else {}
        params |= {"extra": dict(made.extra)} if made.extra else {}
        model = f"{made.provider}/{made.model}"
        return {"prompt": made.prompt, "model": model, "n": 1, "params": params}

    def _mask(self, generation: int) -> int | None:
        """The asset of a request's mask; one that was painted or given in code becomes one."""
        with self._catalog.reading() as db:
            mask = requests.request_of(db, generation, data=requests.MASKS).mask
        if mask is None:
            return None
        if mask.asset:
            return asset_named(self._catalog, self._backing, mask.asset, None).id
        return self._keep(mask.data, "the mask")


def _clean(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a form can hold of what was kept; a catalog from elsewhere may hold anything."""
    known = {name: said[name] for name in ("prompt", "model", "n", "params") if name in said}
    params = known.get("params")
    return {**known, "params": _kept(params) if isinstance(params, dict) else {}}


def _kept(params: Mapping[str, Any]) -> dict[str, Any]:
    """What can be kept: words, numbers and assets; `extra` may hold what opens an address."""
    return {name: value for name, value in params.items() if name != "extra" and _plain(value)}


def _plain(value: object) -> bool:
    if isinstance(value, list):
        return all(type(one) in (int, str) for one in value) and not any(map(_is_address, value))
    return type(value) in (int, str, bool) and not _is_address(value)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and ("://" in value or value.startswith("data:"))
