"""The vendors' own documented example requests, as data that names its page; and our edits of them."""

from __future__ import annotations

from typing import Any

from imagelab.domain.frozen import frozen


@frozen
class Example:
    """One documented request, in our words; `images` are the page's own addresses."""

    title: str
    prompt: str
    size: str
    background: str
    quality: str
    images: tuple[str, ...] = ()

    def words(self) -> dict[str, Any]:
        """The request as `lab.generate` takes it, but for the offer."""
        return {
            "prompt": self.prompt,
            "size": self.size,
            "background": self.background,
            "quality": self.quality,
            "images": list(self.images) or None,
        }


@frozen
class Chain:
    """Our own edits of one example, each made from the one before."""

    example: int
    prompts: tuple[str, str]


RUNWARE_PAGE = "https://runware.ai/docs/models/openai-gpt-image-1-5"
RUNWARE_OFFER = "runware/gpt-image-1.5"

# Titles, prompts, sizes, settings and the reference image are the page's.
RUNWARE = (
    Example(
        "Luminescent Botanical Observatory Interior",
        "A grand interior of a moonlit botanical observatory built inside a glass-domed "
        "conservatory on a cliff above a bioluminescent sea, art nouveau meets retro-futurist "
        "science design. In the center stands a circular brass orrery entwined with glowing vines "
        "and rare night-blooming flowers. Curators in elegant field coats examine luminous "
        "specimens under suspended lanterns. Shelves of labeled apothecary jars, botanical "
        "sketches pinned to cork boards, polished stone floors reflecting blue-green light, "
        "delicate fog near the ground, distant storm clouds beyond the glass dome. Include crisp, "
        "believable small text on a few signs and labels such as 'Specimen Archive', 'Lunar "
        "Orchid Wing', and 'Humidity 78%'. Cinematic wide composition, exquisite material detail, "
        "believable perspective, soft atmospheric depth, rich teal, amber, and violet palette, "
        "serene wonder, highly detailed, premium editorial concept art realism.",
        "1536x1024",
        "opaque",
        "high",
    ),
    Example(
        "Bioluminescent Art Nouveau Portrait",
        "Transform the reference portrait into a luxurious Art Nouveau poster portrait infused "
        "with deep-sea bioluminescent fantasy. Preserve the subject's facial identity, pose, gaze "
        "direction, and upper-body framing from the reference image. Replace the simple outfit "
        "with an elegant gown made of layered translucent fabrics, pearl details, and subtle "
        "shell-inspired ornamentation. Surround her with flowing organic linework, iridescent "
        "jellyfish-glass motifs, moonlit teal and violet glow, gilded border accents, and "
        "delicate typography-like decorative shapes that feel like a vintage exhibition print "
        "without relying on readable text. Rich painterly detail, believable skin, refined hands, "
        "symmetrical composition, premium editorial finish, dramatic yet graceful mood.",
        "1024x1536",
        "opaque",
        "high",
        ("https://assets.runware.ai/assets/inputs/2c91d5eb-995a-4a87-a20b-1270e1b1891e.jpg",),
    ),
    Example(
        "Retro-Futurist Observatory Sticker Sheet",
        "A premium sticker-sheet style illustration on a transparent background: a "
        "retro-futurist moon observatory collection composed of isolated cutout elements arranged "
        "neatly in one square frame, including a brass telescope dome with glowing teal windows, a "
        "tiny rover carrying crystal samples, a crescent moon map panel, a star chart clipboard, a "
        "thermos with constellation decals, cables, bolts, patches, and small scientific "
        "instruments. Clean separation between objects, crisp edges, no backdrop, no floor, no "
        "scene environment, each object fully visible and floating independently. Rich "
        "mid-century sci-fi design, enamel pin and screenprint aesthetic, saturated coral, teal, "
        "cream, and gold palette, intricate linework, subtle shading, polished graphic design, "
        "exceptional clarity, tiny legible labels and emblem-style markings.",
        "1024x1024",
        "transparent",
        "high",
    ),
    Example(
        "Retro-Futurist Metro Poster",
        "A meticulously designed retro-futurist subway advertisement poster mounted inside a "
        "pristine glass transit shelter at blue hour, centered composition, bold graphic design, "
        "premium print finish, art deco meets optimistic 1970s sci-fi. Main subject: a sleek "
        "silver magnetic train gliding into a luminous underground station with amber and teal "
        "accent lighting, tiny commuters in fashionable coats, polished terrazzo floors "
        "reflecting signage. Include abundant crisp, readable poster typography integrated into "
        "the artwork: large headline 'ORBITAL LINE CITY PASS', subheading 'Unlimited rides across "
        "12 districts', pricing badge '$24 WEEKLY', feature list 'Night Metro / River Tram / "
        "Skybridge Express', footer text 'Valid from 01 Oct 2086', 'Tap once, go everywhere', and "
        "a small route map legend with station names in neat micro text. Add a corner seal "
        "reading 'Metropolitan Transit Bureau'. Make all text clean, correctly spelled, and "
        "convincingly printed. Rich paper texture, subtle ink grain, precise linework, elegant "
        "geometry, cinematic urban background beyond the shelter with light rain on pavement, "
        "moody but hopeful atmosphere, highly detailed, sharp focus, premium editorial poster "
        "aesthetic.",
        "1536x1024",
        "opaque",
        "high",
    ),
)

EDIT_OFFER = "openai/gpt-image-2"
CHAINS = (
    Chain(
        0,
        (
            "Let the sun rise behind the glass dome: peach and gold light, the sea calm",
            "Now add drifting snow and a warm lantern in the foreground",
        ),
    ),
    Chain(
        3,
        (
            "Make it autumn: amber leaves on the platform, coral sky",
            "Turn the whole scene to a violet night with bright stars",
        ),
    ),
)
