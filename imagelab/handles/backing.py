"""What handles ask of the lab: reading rows and bytes, curating, and asking for more images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from imagelab.domain.blind import Contestant
from imagelab.domain.money import Cost, Spend
from imagelab.domain.records import AssetRow, GenerationRow
from imagelab.domain.request import Role
from imagelab.export.exported import Exported
from imagelab.export.options import Options
from imagelab.handles.kinship import Kinship

if TYPE_CHECKING:  # pandas and widgets are heavy, and handles are themselves given a backing
    import pandas as pd

    from imagelab.handles.assets import Assets
    from imagelab.handles.generation import Generation
    from imagelab.widgets.blind import Blind
    from imagelab.widgets.gallery import Gallery


class Backing(Protocol):
    """The functions behind every handle; the lab has them."""

    @property
    def kinship(self) -> Kinship:
        """What is asked about families."""
        ...

    def asset_row(self, number: int) -> AssetRow:
        """The asset as it is now."""
        ...

    def asset_rows(self, numbers: Sequence[int]) -> list[AssetRow]:
        """Several assets as they are now, in this order."""
        ...

    def spent_on(self, numbers: Sequence[int]) -> Spend:
        """What several assets cost together."""
        ...

    def generation_row(self, number: int) -> GenerationRow:
        """The generation as it is now."""
        ...

    def arrived(self, generation: int) -> list[AssetRow]:
        """A generation's assets, in order of arrival."""
        ...

    def relatives(self, number: int) -> tuple[list[int], list[int]]:
        """The numbers of an asset's parents and children."""
        ...

    def found(self, query: str, sort: str | None) -> Sequence[int]:
        """The numbers a query finds, all of them."""
        ...

    def original(self, sha256: str) -> bytes:
        """The bytes as the provider sent them."""
        ...

    def small(self, sha256: str) -> tuple[bytes, str] | None:
        """The thumbnail and its media type; None where the original does not decode."""
        ...

    def story(self, number: int) -> Mapping[str, Any] | None:
        """The words an imported image came with; None for one that was made here."""
        ...

    def rate(self, numbers: Sequence[int], stars: int) -> None:
        """Give stars; 0 takes them away."""
        ...

    def reject(self, numbers: Sequence[int], *, rejected: bool) -> None:
        """Hide, or show again."""
        ...

    def tag(self, numbers: Sequence[int], names: Sequence[str]) -> None:
        """Put words on."""
        ...

    def untag(self, numbers: Sequence[int], names: Sequence[str]) -> None:
        """Take words off."""
        ...

    def caption(self, numbers: Sequence[int], text: str | None) -> None:
        """Say what is in the picture."""
        ...

    def note(self, numbers: Sequence[int], text: str | None) -> None:
        """Write something for oneself."""
        ...

    def generation(self, number: int) -> Generation:
        """The handle of a generation."""
        ...

    def edit(
        self, number: int, prompt: str, params: dict[str, Any], role: Role = "input"
    ) -> Generation:
        """A generation that starts from this asset, or only looks at it."""
        ...

    def regenerate(self, number: int, params: dict[str, Any]) -> Generation:
        """The request that this asset came from, again."""
        ...

    def wait(self, generation: int, timeout: float | None) -> None:
        """Wait until it is settled; TimeoutError if that takes longer."""
        ...

    async def waiting(self, generation: int) -> None:
        """The same, awaited."""
        ...

    def cancel(self, generation: int) -> bool:
        """Drop what was not sent, stop the rest where that can be; True if nothing is charged."""
        ...

    def settle(self, generation: int, cost: Cost | None) -> None:
        """Close what is unknown of it as billed so much, or as not billed."""
        ...

    def resend(self, generation: int) -> Generation:
        """An equal request sent anew."""
        ...

    def seconds(self, generation: int) -> float | None:
        """How long it has been under way; None where this process does not carry it."""
        ...

    def preview(self, generation: int) -> tuple[bytes, str] | None:
        """A rough picture of what is in the making, and its media type; None where none came."""
        ...

    def code(self, generation: int, style: str) -> str:
        """The request as code."""
        ...

    def export(self, numbers: Sequence[int], dest: Path, query: str, options: Options) -> Exported:
        """Write assets out; `query` is what they are known by, should it be done again."""
        ...

    def gallery(self, query: str) -> Gallery[Assets]:
        """A gallery of what a query finds."""
        ...

    def blind(
        self, contestants: Sequence[Contestant], about: str, *, seed: int, pairs: int
    ) -> Blind:
        """A blind comparison of some images."""
        ...

    def frame(self, numbers: Sequence[int], *, thumbnails: bool) -> pd.DataFrame:
        """A DataFrame, a row an asset."""
        ...

    def arrow(self, numbers: Sequence[int]) -> Any:  # noqa: ANN401 - pyarrow has no types
        """An Arrow table, a row an asset."""
        ...
