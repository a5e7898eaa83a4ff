"""How the static gallery looks: light and dark, narrow and wide, on screen and on paper."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ground: #f7f6f3; --card: #fff; --ink: #1d1d1b;
  --quiet: #66655f; --line: #e4e2dc; --frame: #edebe6; --check: #dfddd6; --accent: #a8531a; }
@media (prefers-color-scheme: dark) { :root { --ground: #141413; --card: #1d1d1b;
  --ink: #ecebe6; --quiet: #a3a29a; --line: #33322e; --frame: #262522; --check: #34332f;
  --accent: #eba066; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 20px; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
header, main, footer { max-width: 1560px; margin: 0 auto; padding: 28px 24px 0; }
h1 { font-size: 27px; line-height: 1.2; margin: 0 0 8px; letter-spacing: -0.015em;
  overflow-wrap: anywhere; }
.sums { display: flex; flex-wrap: wrap; gap: 2px 22px; margin: 0; padding: 0; list-style: none;
  color: var(--quiet); }
.sums b { color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; }
.find { max-width: 1560px; margin: 0 auto; padding: 20px 24px 0; display: flex; align-items: center;
  gap: 14px; color: var(--quiet); }
.find[hidden], article[hidden] { display: none; }
.find input { flex: 0 1 420px; min-width: 0; font: inherit; color: var(--ink); background: var(--card);
  border: 1px solid var(--line); border-radius: 8px; padding: 6px 12px; }
.find input:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.find output { font-variant-numeric: tabular-nums; }
footer { color: var(--quiet); font-size: 13px; padding-bottom: 40px; }
.nothing { max-width: 1560px; margin: 0 auto; padding: 48px 24px; color: var(--quiet); }
main { display: grid; gap: 22px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 272px), 1fr)); }
article { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  overflow: hidden; display: grid; grid-row: span 2; grid-template-rows: subgrid; row-gap: 0; }
.frame { background: var(--frame); display: grid; place-items: center; min-height: 150px; }
.frame img { display: block; width: 100%; height: auto; max-height: 330px; object-fit: contain; }
.frame .clear { height: 100%; background: repeating-conic-gradient(var(--check) 0 25%,
  var(--frame) 0 50%) 0 0 / 20px 20px; }
.none { color: var(--quiet); padding: 24px; text-align: center; overflow-wrap: anywhere; }
.none b { display: block; color: var(--ink); font-weight: 600; }
.facts { padding: 12px 16px 15px; display: flex; flex-direction: column; gap: 7px; min-width: 0; }
.top { display: flex; align-items: baseline; gap: 10px; }
h2 { font-size: 15px; font-weight: 600; margin: 0; }
h2 a { color: inherit; text-decoration: none; }
.stars { color: var(--accent); letter-spacing: 1.5px; margin-left: auto; }
.rejected { color: var(--quiet); font-size: 13px; }
.prompt { margin: 0; overflow-wrap: anywhere; }
summary { list-style: none; cursor: pointer; }
summary::-webkit-details-marker { display: none; }
details:not([open]) summary { display: -webkit-box; -webkit-line-clamp: 4;
  -webkit-box-orient: vertical; overflow: hidden; }
.from { color: var(--quiet); font-size: 13px; }
.from a { color: var(--accent); }
.tags { display: flex; flex-wrap: wrap; gap: 5px; margin: 0; padding: 0; list-style: none; }
.tags li { border: 1px solid var(--line); border-radius: 11px; padding: 0 10px; font-size: 13px;
  color: var(--quiet); overflow-wrap: anywhere; }
dl { margin: auto 0 0; padding-top: 9px; border-top: 1px solid var(--line); display: grid;
  grid-template-columns: auto 1fr; gap: 1px 14px; font-size: 13px; color: var(--quiet); }
dt, dd { margin: 0; }
dd { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; min-width: 0; }
dd b { color: var(--ink); font-weight: 600; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px;
  border-radius: 4px; }
article:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
@media (max-width: 480px) { header, main, footer, .find { padding-left: 14px; padding-right: 14px; }
  main { gap: 16px; } }
@media print { body { background: #fff; color: #000; font-size: 11px; }
  main { grid-template-columns: repeat(3, 1fr); gap: 12px; }
  .find { display: none; } article[hidden] { display: grid; }
  article { break-inside: avoid; } .frame img { max-height: 220px; }
  details:not([open]) summary { -webkit-line-clamp: 8; } }
"""
