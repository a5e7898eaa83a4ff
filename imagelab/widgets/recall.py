"""Recalling: presets and an asset's request put into a form, and taken out of it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import ipywidgets
import traitlets

from imagelab.errors import ImagelabError, RequestError
from imagelab.widgets.controls import Words
from imagelab.widgets.draft import Draft

_CHOOSE = "Presets…"


class Recalled(Protocol):
    """Where forms are kept; each is `prompt`, `model`, `n` and `params`, or some of these."""

    def names(self) -> list[str]:
        """The names of the presets."""
        ...

    def read(self, name: str) -> Mapping[str, Any]:
        """What a preset says."""
        ...

    def save(self, name: str, form: Mapping[str, Any]) -> None:
        """Keep a form's parameters under a name."""
        ...

    def delete(self, name: str) -> None:
        """Forget a preset."""
        ...

    def remember(self, form: Mapping[str, Any]) -> None:
        """Keep what was just sent."""
        ...

    def of_asset(self, name: str) -> Mapping[str, Any]:
        """The request an asset came from."""
        ...


class Recall(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets ships no types
    """A line over a form: what fills it says so, and can be undone with all that was typed before."""

    def __init__(self, draft: Draft, kept: Recalled) -> None:
        self._draft, self._kept = draft, kept
        self._before: dict[str, Any] | None = None
        self._presets = ipywidgets.Dropdown(options=[_CHOOSE, *kept.names()])
        self._saving, self._loading = _opener("Save…"), _opener("Load from asset…")
        self._delete = _button("Delete")
        self._name = ipywidgets.Text(placeholder="a name for these parameters")
        self._keep = _button("Save")
        self._asset = ipywidgets.Text(placeholder="#206, or the beginning of its uuid")
        self._load = _button("Load")
        self._said, self._undo = Words(), _button("Undo")
        super().__init__()
        self.add_class("il-recall")
        self._put_together()
        self._listen()
        self._show()

    def show_presets(self) -> None:
        """Bring the list to what is kept now, whoever kept it."""
        names = [_CHOOSE, *self._kept.names()]
        if list(self._presets.options) != names:
            chosen = self._presets.value
            with self._presets.hold_sync():
                self._presets.options = names
                self._presets.value = chosen if chosen in names else _CHOOSE

    def use(self, name: str) -> None:
        """Take up a preset; words and pictures stay as they are. RequestError for no such name."""
        form = dict(self._kept.read(name))
        own = {n: v for n, v in self._draft.params.items() if n in ("images", "mask")}
        self._fill({**form, "params": {**form.get("params", {}), **own}}, f"preset {name}")

    def save(self, name: str) -> None:
        """Keep the parameters under a name, in place of what went by it before."""
        self._kept.save(name, form_of(self._draft))
        self.show_presets()

    def delete(self, name: str) -> None:
        """Forget a preset; RequestError for no such name."""
        self._kept.delete(name)
        self.show_presets()

    def load(self, name: str) -> None:
        """Take up the request that an asset came from."""
        self._fill(self._kept.of_asset(name), f"loaded from {name}")

    def undo(self) -> None:
        """The form as it was before it was filled."""
        before, self._before = self._before, None
        if before is not None:
            fill(self._draft, before)
        self._said.say("")
        self._show()

    def _fill(self, form: Mapping[str, Any], said: str) -> None:
        before = form_of(self._draft)
        try:
            fill(self._draft, form)
        except ImagelabError:
            fill(self._draft, before)
            raise
        self._before = before
        self._said.say(said)
        self._show()

    def _put_together(self) -> None:
        line = ipywidgets.HBox([self._presets, self._saving, self._delete, self._loading])
        save = ipywidgets.HBox([self._name, self._keep])
        load = ipywidgets.HBox([self._asset, self._load])
        said = ipywidgets.HBox([self._said, self._undo])
        self._rows = {"save": save, "load": load, "said": said}
        for row in (line, *self._rows.values()):
            row.add_class("il-recall-row")
        self.children = [line, *self._rows.values()]

    def _listen(self) -> None:
        self._presets.observe(lambda change: self._chosen(change["new"]), "value")
        self._keep.on_click(lambda _: self._pressed(self._save_named))
        self._load.on_click(lambda _: self._pressed(self._load_named))
        self._delete.on_click(lambda _: self._pressed(lambda: self.delete(self._presets.value)))
        self._undo.on_click(lambda _: self.undo())
        for opener in (self._saving, self._loading):
            opener.observe(self._opened, "value")

    def _chosen(self, name: str) -> None:
        if name != _CHOOSE:
            self._pressed(lambda: self.use(name))
        self._show()

    def _save_named(self) -> None:
        self.save(self._name.value.strip())
        self._saving.value = False
        self._said.say(f"saved as {self._name.value.strip()}")

    def _load_named(self) -> None:
        self.load(self._asset.value)
        self._loading.value = False

    def _pressed(self, act: Callable[[], None]) -> None:
        try:
            act()
        except ImagelabError as error:
            self._said.say(str(error), tone="bad")
        self._show()

    def _opened(self, change: Mapping[str, Any]) -> None:
        """One of both at a time."""
        other = self._loading if change["owner"] is self._saving else self._saving
        if change["new"]:
            other.value = False
        self._show()

    def _show(self) -> None:
        shown = {
            self._rows["save"]: self._saving.value,
            self._rows["load"]: self._loading.value,
            self._rows["said"]: bool(self._said.value),
            self._undo: self._before is not None,
            self._delete: self._presets.value != _CHOOSE,
        }
        for part, on in shown.items():
            part.layout.display = None if on else "none"


def fill(draft: Draft, form: Mapping[str, Any]) -> None:
    """Put into a draft what a form says; the model first, since it drops what it does not take.

    UnknownModelError for one that is not offered; RequestError for what no form can say.
    """
    for name in ("model", "params", "prompt", "n"):
        if name not in form:
            continue
        try:
            setattr(draft, name, form[name])
        except traitlets.TraitError as error:
            raise RequestError(f"{name}={form[name]!r:.60} cannot be loaded: {error}") from error


def form_of(draft: Draft) -> dict[str, Any]:
    """What a draft says, as `fill` takes it."""
    return {"prompt": draft.prompt, "model": draft.model, "n": draft.n, "params": draft.params}


def _button(words: str) -> ipywidgets.Button:
    return ipywidgets.Button(description=words, layout={"width": "auto"})


def _opener(words: str) -> ipywidgets.ToggleButton:
    return ipywidgets.ToggleButton(description=words, layout={"width": "auto"})
