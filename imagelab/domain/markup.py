"""What every piece of HTML of ours has in common, and reports as HTML."""

from __future__ import annotations

import html

# Notebooks set what stands between two dollar signs as mathematics, prices among them.
PLAIN = 'class="tex2jax_ignore mathjax_ignore"'
_REPORT = (
    "font-size:14px;line-height:1.5;max-width:60em;white-space:pre-wrap;overflow-wrap:break-word"
)


def report(text: str) -> str:
    """Lines that a person reads; a notebook breaks them between words, not within.

    >>> report("all is <well>").endswith(">all is &lt;well&gt;</div>")
    True
    """
    return f'<div {PLAIN} style="{_REPORT}">{html.escape(text)}</div>'
