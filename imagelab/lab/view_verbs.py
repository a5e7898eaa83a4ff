"""The verbs of a view: what a page may have done, looked at as anything that is foreign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from imagelab.catalog.catalog import Catalog
from imagelab.domain.acts import Act
from imagelab.errors import RequestError
from imagelab.handles.backing import Backing
from imagelab.lab.searches import Searches
from imagelab.lab.trashing import Trash
from imagelab.lab.undoing import exchange


class ViewVerbs:
    """Carries out what views ask for; each answers with words for the view."""

    def __init__(self, catalog: Catalog, backing: Backing) -> None:
        self._catalog, self._backing = catalog, backing

    def act(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Do one thing; RequestError for what is no verb, or is given what it does not take."""
        match name, given:
            case _, {"ids": list(ids)}:
                return {"said": self._judged(name, _numbers(ids), given)}
            case (("undo" | "redo"), _):
                done = exchange(self._catalog, 1, again=name == "redo")
                return {"said": str(done), "ids": list(done.ids)}
            case "save_search", {"name": str(called), "query": str(query)}:
                Searches(self._catalog).save(called, query)
                return {"said": f"saved as {called}"}
            case "delete_search", {"name": str(called)}:
                Searches(self._catalog).delete(called)
                return {"said": f"deleted the search {called}"}
            case "empty", {"count": int(count)} if not isinstance(count, bool):
                return {"said": Trash(self._catalog, self._backing).empty(count)}
        raise _no_verb(name, given)

    def _judged(self, name: str, ids: Sequence[int], given: Mapping[str, Any]) -> str:
        """What is said of images; the act in words."""
        match name, given:
            case "rate", {"stars": int(stars)}:
                self._backing.rate(ids, stars)
                act = Act("rate", stars or None)
            case "reject", {"rejected": bool(rejected)}:
                self._backing.reject(ids, rejected=rejected)
                act = Act("reject", rejected)
            case "tag", {"names": list(names)}:
                self._backing.tag(ids, names)
                act = Act("tag", names)
            case "untag", {"names": list(names)}:
                self._backing.untag(ids, names)
                act = Act("untag", names)
            case "caption", {"text": (str() | None) as text}:
                self._backing.caption(ids, text or None)
                act = Act("caption", text or None)
            case "note", {"text": (str() | None) as text}:
                self._backing.note(ids, text or None)
                act = Act("note", text or None)
            case _:
                raise _no_verb(name, given)
        return act.words(len(ids), ids[0]) if ids else "nothing is selected"


def _no_verb(name: str, given: Mapping[str, Any]) -> RequestError:
    return RequestError(f"{name!r:.40} with {sorted(map(str, given))[:8]} is not a verb of a view")


def _numbers(ids: list[object]) -> list[int]:
    numbers = [number for number in ids if isinstance(number, int) and not isinstance(number, bool)]
    if len(numbers) != len(ids):
        raise RequestError(f"ids={ids!r:.80} are not numbers of assets")
    return list(dict.fromkeys(numbers))
