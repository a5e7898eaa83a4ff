from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import anywidget
import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from imagelab.widgets.still import Still, Stilled

VIEW = "application/vnd.jupyter.widget-view+json"
STILL = Still("<p>3 images</p>", b"\xff\xd8 a picture", "imagelab gallery · 3 assets")
Outputs = list[dict[str, Any]]


class Small(Stilled, anywidget.AnyWidget):
    """The smallest view there is."""

    _esm = "export default { render() {} };"

    def __init__(self, still: Callable[[], Still | None]) -> None:
        self._still = still
        super().__init__()

    def __repr__(self) -> str:
        return "Small()"


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outputs]:
    """What a notebook's cell would keep, by IPython's own machinery."""
    for name in ("VSCODE_PID", "COLAB_RELEASE_TAG"):
        monkeypatch.delenv(name, raising=False)
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.display_pub = CapturingDisplayPublisher()  # type: ignore[no-untyped-call] # IPython's own
    yield shell.display_pub.outputs
    InteractiveShell.clear_instance()


def shown(still: Still | None, outputs: Outputs) -> tuple[str, list[dict[str, Any]]]:
    """The view's name in the page, and what its cell keeps."""
    view = Small(lambda: still)
    name = view.model_id
    view._ipython_display_()
    view.close()
    return name, [output["data"] for output in outputs]


def test_a_still_is_an_output_of_its_own_before_the_view(outputs: Outputs) -> None:
    _, [still, live] = shown(STILL, outputs)

    assert set(still) == {"text/plain", "text/html", "image/jpeg"}
    assert set(live) == {"text/plain", VIEW}


def test_the_live_view_can_find_its_still(outputs: Outputs) -> None:
    name, [still, live] = shown(STILL, outputs)

    assert f'data-il-still="{name}"><p>3 images</p></div>' in still["text/html"]
    assert live[VIEW]["model_id"] == name


def test_both_outputs_read_the_same_in_a_terminal(outputs: Outputs) -> None:
    _, bundles = shown(STILL, outputs)

    assert [bundle["text/plain"] for bundle in bundles] == [STILL.line] * 2


def test_without_a_still_the_view_stands_alone(outputs: Outputs) -> None:
    _, [live] = shown(None, outputs)

    assert (set(live), live["text/plain"]) == ({"text/plain", VIEW}, "Small()")


@pytest.mark.parametrize("name", ["VSCODE_PID", "COLAB_RELEASE_TAG"])
def test_where_outputs_do_not_see_each_other_they_are_one(
    outputs: Outputs, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")

    _, [only] = shown(STILL, outputs)

    assert set(only) == {"text/plain", "text/html", "image/jpeg", VIEW}


def test_a_still_without_a_picture_has_none(outputs: Outputs) -> None:
    _, [still, _] = shown(Still("<p>nothing yet</p>", None, "imagelab gallery"), outputs)

    assert set(still) == {"text/plain", "text/html"}


def test_a_still_is_made_when_it_is_shown_and_not_before() -> None:
    made: list[int] = []

    view = Small(lambda: made.append(1))

    assert made == []
    view.close()


def test_the_name_of_a_still_cannot_leave_its_attribute() -> None:
    bundle = STILL.bundle('"><script>alert(1)</script>')

    assert "<script>" not in bundle["text/html"]
