"""The box that finds images on a page: the one script of it, known to the page's policy by its hash."""

from __future__ import annotations

import base64
import hashlib

# Every word that is typed stands somewhere on a card, whatever its case and accents.
_SCRIPT = r"""
"use strict";
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const box = document.querySelector(".find");
const [field, told] = [box.querySelector("input"), box.querySelector("output")];
const cards = [...document.querySelectorAll("article")];
const texts = cards.map((card) => fold(card.textContent));
field.addEventListener("input", () => {
  const words = fold(field.value).split(/\s+/).filter(Boolean);
  cards.forEach((card, at) => (card.hidden = !words.every((word) => texts[at].includes(word))));
  const found = cards.filter((card) => !card.hidden).length;
  told.textContent = words.length ? `${found.toLocaleString("en")} found` : "";
});
box.hidden = false;
"""
_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()

ALLOWED = f"script-src 'sha256-{_HASH}'"
SCRIPT = f"<script>{_SCRIPT}</script>"
# Hidden until the script shows it: where none runs, everything stays in view.
BOX = (
    '<div class="find" role="search" hidden><input type="search" autocomplete="off" '
    'spellcheck="false" aria-label="find" placeholder="find: words of a prompt, a tag, a model…">'
    '<output aria-live="polite"></output></div>'
)
