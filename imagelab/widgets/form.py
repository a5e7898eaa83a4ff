"""The form: a draft's controls, drawn anew for each offer, with the button that spends money."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import ipywidgets
import traitlets

from imagelab.domain.offer import Offer
from imagelab.widgets import prices
from imagelab.widgets.controls import Choice, Control, Tone, Words, close_all, control
from imagelab.widgets.draft import MOST_IMAGES, Draft
from imagelab.widgets.outlook import Outlook, about_offer, by_provider, concerned, on_button
from imagelab.widgets.strip import Inputs

_FIRST = ("size", "quality", "background", "format", "compression")
_PRICED = ("quality", "size")
_COMPRESSED = ("jpeg", "webp")
_NEEDS_INPUTS = ("input_fidelity",)  # shown where there are some, or it was said in code
_INPUTS = {"images", "mask", "extra"}  # they cost too, and the lists of choices leave them out


class Form(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets ships no types
    """Keeps its controls and a draft the same; what a press means is told by `show`.

    `controls` are all that can be set, by name.
    """

    def __init__(
        self,
        draft: Draft,
        offers: Sequence[Offer],
        usable: Collection[str],
        press: Callable[[], object],
        inputs: Inputs | None = None,
    ) -> None:
        self._draft, self._usable, self._inputs = draft, frozenset(usable), inputs
        self._model = ipywidgets.Dropdown(
            options=by_provider(offers, self._usable), value=draft.model, description="Model"
        )
        self._offer_note, self._left_out = Words(), Words()
        self._prompt = ipywidgets.Textarea(
            placeholder="What should the image show?", description="Prompt", rows=4
        )
        self._n = ipywidgets.BoundedIntText(min=1, max=MOST_IMAGES, description="Images")
        self._others = Words()
        self._leave_out = ipywidgets.Button(description="Leave out", layout={"width": "auto"})
        self._more = ipywidgets.ToggleButton(description="More", layout={"width": "auto"})
        self.button = ipywidgets.Button(
            button_style="primary", tooltip="Ctrl+Enter or ⌘+Enter in the prompt does it too"
        )
        self._notes = {"prompt": Words(), "others": Words(), "": Words()}
        self._refused = ""  # what was said in code and has no control here
        self.fields: dict[str, Control] = {}
        self._gone: list[Control] = []  # of offers before
        super().__init__()
        self._frame()
        self._name_for_styles()
        self._draw()
        self._tie(press)

    @property
    def controls(self) -> dict[str, ipywidgets.Widget]:
        """Everything that can be set, the model first since the others depend on it."""
        own = {"model": self._model, "prompt": self._prompt, "n": self._n}
        return own | {
            name: part for field in self.fields.values() for name, part in field.parts.items()
        }

    @property
    def _shown(self) -> list[str]:
        """The parameters that stand on the form; a mask does on its image."""
        return [*self.fields, *(["mask"] if self._inputs else [])]

    def show(self, outlook: Outlook) -> None:
        """Say what a press would come to: on the button, under it, at the control it concerns."""
        self._show_button(outlook)
        sentence = str(outlook.refusal or "")
        place = named = concerned(outlook.refusal)
        place = "images" if place == "mask" and self._inputs else place
        for name, field in self.fields.items():
            field.complain(sentence if name == place else "")
        if place not in self.fields:
            place = place if place == "prompt" else "others" if place in self._draft.params else ""
        for name, note in self._notes.items():
            note.say(sentence if name == place else "", tone="bad")
        self._refused = named if place == "others" else ""
        if outlook.asked and outlook.doubt:
            self.say(f"this sweep {outlook.doubt}; press again to send it", tone="doubt")
        elif not sentence:
            self.say(self._basis(outlook), tone="quiet")
        self._show_fitting(place)
        self._price_choices()

    def say(self, sentence: str, *, tone: Tone) -> None:
        """Say under the button what came of a press."""
        self._notes[""].say(sentence, tone=tone)

    def take(self, seen: Mapping[str, Any]) -> bool:
        """Catch up with what a page shows: its messages may come after the press they belong to.

        False where the page shows another form than this, or what this cannot hold.
        """
        if not self._drawn_from(seen):
            return False
        for name, part in self.controls.items():
            trait = "index" if part.has_trait("index") else "value"
            try:
                if getattr(part, trait) != seen[name]["value"]:
                    part.set_state({trait: seen[name]["value"]})
            except traitlets.TraitError:
                return False
            if not self._drawn_from(seen):  # it was the model
                return False
        return True

    def agrees(self, seen: Mapping[str, Any], prompt: str, given: Mapping[str, Any]) -> bool:
        """Whether this prompt and what is given beside it are what a page shows of this form."""
        if not self._drawn_from(seen):
            return False
        told = {name: one["value"] for name, one in seen.items()}
        models = dict(enumerate(model for _, model in self._model.options))
        own = (prompt, given["n"], given["model"])
        return own == (told["prompt"], told["n"], models.get(told["model"])) and all(
            field.agrees(given.get(param), told) for param, field in self.fields.items()
        )

    def align(self) -> None:
        """Show what the draft says, wherever another thread left a control behind."""
        self._prompt.value, self._n.value = self._draft.prompt, self._draft.n
        self._model.value = self._draft.model
        for param, field in self.fields.items():
            field.said = self._draft.params.get(param)
            field.renew()

    def close_gone(self) -> None:
        """Close the controls of offers before, once nothing speaks of them."""
        while self._gone:
            close_all(self._gone.pop())

    def _drawn_from(self, seen: Mapping[str, Any]) -> bool:
        """Whether what was seen is of these controls, all of them and no others."""
        controls = self.controls
        return seen.keys() == controls.keys() and all(
            isinstance(seen[name], Mapping)
            and "value" in seen[name]
            and seen[name].get("id") == part.model_id
            for name, part in controls.items()
        )

    def _tie(self, press: Callable[[], object]) -> None:
        draft = self._draft
        _tied(draft, "prompt", self._prompt)
        _tied(draft, "n", self._n)
        _tied(draft, "model", self._model)
        draft.observe(lambda _: self._draw(), "model")
        draft.observe(lambda _: self._show_params(), "params")
        draft.observe(lambda change: self._left_out.say(change["new"], tone="doubt"), "left_out")
        self.button.on_click(lambda _: press())
        self._leave_out.on_click(lambda _: self._drop_others())
        self._more.observe(lambda _: self._show_fitting(), "value")
        if self._inputs:
            self._follow("images", self._inputs)

    def _draw(self) -> None:
        """The controls of the offer, as it stands in the draft."""
        offer = self._draft.offer
        self._gone += [field for field in self.fields.values() if field is not self._inputs]
        self.fields = {param: control(offer, param) for param in _params(offer)}
        for param, field in self.fields.items():
            field.said = self._draft.params.get(param)
            self._follow(param, field)
        if self._inputs:
            self._inputs.takes(offer.inputs_max, masks=offer.mask)
            self.fields["images"] = self._inputs
        self._offer_note.say(about_offer(offer, self._usable))
        self._lay_out()
        self._show_params()

    def _follow(self, param: str, field: Control) -> None:
        field.observe(lambda change: self._draft.say(param, change["new"]), "said")

    def _frame(self) -> None:
        """The boxes that stay, whatever the offer."""
        line = ipywidgets.HBox([self._others, self._leave_out])
        line.add_class("il-others")
        others = ipywidgets.VBox([line, self._notes["others"]])
        prompt = ipywidgets.VBox([self._prompt, self._notes["prompt"]])
        model = ipywidgets.VBox([self._model, self._offer_note, self._left_out])
        for box in (prompt, model, others):
            box.add_class("il-control")
        actions = ipywidgets.HBox([self._n, self.button])
        actions.add_class("il-actions")
        self._above, self._below = [model, prompt], [others, actions, self._notes[""]]

    def _lay_out(self) -> None:
        first = [self.fields[param] for param in _FIRST if param in self.fields]
        rest = [self.fields[param] for param in self.fields if param not in (*_FIRST, "images")]
        inputs = [self._inputs] if self._inputs else []
        self._show_fitting()
        self.children = [*self._above, *inputs, *first, self._more, *rest, *self._below]

    def _show_params(self) -> None:
        said = self._draft.params
        for param, field in self.fields.items():
            field.said = said.get(param)
        if self._inputs:
            self._inputs.masked(said.get("mask"))
        others = [f"{name}={said[name]!r}" for name in said if name not in self._shown]
        self._others.say(", ".join(others))
        self._leave_out.layout.display = None if others else "none"
        self._show_fitting()

    def _drop_others(self) -> None:
        """Leave out what is refused; where nothing is, everything that has no control here."""
        dropped = (self._refused,) if self._refused else {*self._draft.params} - {*self._shown}
        self._draft.params = {n: v for n, v in self._draft.params.items() if n not in dropped}

    def _show_fitting(self, concerned: str = "") -> None:
        """What can be set as things are, and what was set although it cannot."""
        said = self._draft.params
        apart = (*_FIRST, *_NEEDS_INPUTS, "images")
        rest = [param for param in self.fields if param not in apart]
        if concerned in rest:
            self._more.value = True
        self._more.layout.display = None if rest else "none"
        for param, field in self.fields.items():
            fits = param in _FIRST or (param in rest and self._more.value)
            if param in _NEEDS_INPUTS:
                fits = bool(said.get("images"))
            if param == "compression":
                fits = said.get("format") in _COMPRESSED
            if param == "images":
                fits = self._draft.offer.inputs_max > 0
            field.layout.display = None if fits or param in said else "none"

    def _show_button(self, outlook: Outlook) -> None:
        with self.button.hold_sync():
            self.button.description = on_button(outlook, self._draft.n)
            self.button.disabled = outlook.quote is None or outlook.empty

    def _basis(self, outlook: Outlook) -> str:
        if outlook.quote is None:
            return ""
        basis = prices.under_button(
            outlook.quote, self._draft.offer, self._draft.params, outlook.prompts
        )
        return f"say in the prompt what the image should show · {basis}" if outlook.empty else basis

    def _price_choices(self) -> None:
        """A price on each quality and size, where no picture that is read adds to it."""
        draft = self._draft
        said = {name: draft.params[name] for name in self.fields if name in draft.params}
        known = not any(draft.params.get(name) for name in _INPUTS)
        for param in _PRICED:
            field = self.fields.get(param)
            if isinstance(field, Choice):
                told = (draft.offer, param, field.values, said, draft.prompt)
                field.annotate(prices.of_choices(*told) if known else {})

    def _name_for_styles(self) -> None:
        self.add_class("il-form")
        self._n.add_class("il-param-n")
        self._prompt.add_class("il-prompt")
        self._more.add_class("il-more")
        self.button.add_class("il-generate")
        self._notes[""].add_class("il-basis")


def _tied(draft: Draft, name: str, part: ipywidgets.Widget) -> None:
    """Keep both the same; `traitlets.link` drops what comes while its other side is being set."""
    draft.observe(lambda _: part.set_trait("value", getattr(draft, name)), name)
    part.observe(lambda _: draft.set_trait(name, part.value), "value")
    part.value = getattr(draft, name)


def _params(offer: Offer) -> list[str]:
    """What the offer takes, the usual first."""
    taken = [*offer.choices]
    taken += [name for name in ("compression", "previews") if getattr(offer, name)]
    return sorted(taken, key=lambda param: _FIRST.index(param) if param in _FIRST else len(_FIRST))
