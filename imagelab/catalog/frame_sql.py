"""The columns of a frame as SQL, whoever runs it: this process or a child through ADBC."""

from __future__ import annotations

from imagelab.domain.columns import ASSET_COLUMNS

# What was asked is JSON, and looked into only where it can be in there.
_QUALITY = (
    "CASE WHEN instr(a.params, '\"quality\"') AND json_valid(a.params) "
    "THEN CAST(json_extract(a.params, '$.quality') AS TEXT) END"
)
_OF = {
    "tags": "NULL",  # few have any: they are read on their own
    "quality": _QUALITY,
    "generation": "CASE a.kind WHEN 'made' THEN a.generation END",
    "sha256": "b.sha256",
    "cost": "a.cost_nano",
    "unit": "CASE WHEN a.cost_nano IS NOT NULL THEN a.cost_unit END",
    "known": "CASE WHEN a.cost_nano IS NOT NULL THEN a.cost_source END",
}
_TAGS = "(SELECT json_group_array(name) FROM tag WHERE asset = a.id HAVING count(*))"

SELECTED = [_OF.get(name, f"a.{name}") for name in ASSET_COLUMNS]
ADBC_SELECTED = [_TAGS if name == "tags" else _OF.get(name, f"a.{name}") for name in ASSET_COLUMNS]
FROM = "FROM asset AS a JOIN blob AS b ON b.id = a.blob"
SOME = "CROSS JOIN asset AS a ON a.id = near.value JOIN blob AS b ON b.id = a.blob"
