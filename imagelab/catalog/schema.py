"""The catalog's schema, told as numbered migrations, each in the order it came.

Money is an integer of nano-units beside its unit and source; moments are whole
microseconds since 1970 in UTC; hashes are SHA-256 in hex; JSON is canonical text.
"""

from __future__ import annotations

from collections.abc import Callable

from imagelab.catalog.schema_brought import m011_brought
from imagelab.catalog.schema_first import (
    m001_blobs,
    m002_generations,
    m003_assets,
    m004_ledger,
    m005_views,
    m006_about,
)
from imagelab.catalog.schema_gallery import m009_gallery, m013_costs
from imagelab.catalog.schema_jobs import m007_leases, m008_batches
from imagelab.catalog.schema_judging import m010_comparisons
from imagelab.catalog.schema_notes import m015_annotations, m016_annotated_when, m017_kin
from imagelab.catalog.schema_parts import Runs
from imagelab.catalog.schema_stores import m014_stores
from imagelab.catalog.schema_studio import m012_presets

APPLICATION_ID = 0x494D4C42  # "IMLB"
PAGE_BYTES = 16_384  # large enough that an original of 1–2 MB is read in one stride

MIGRATIONS: tuple[Callable[[Runs], None], ...] = (
    m001_blobs,
    m002_generations,
    m003_assets,
    m004_ledger,
    m005_views,
    m006_about,
    m007_leases,
    m008_batches,
    m009_gallery,
    m010_comparisons,
    m011_brought,
    m012_presets,
    m013_costs,
    m014_stores,
    m015_annotations,
    m016_annotated_when,
    m017_kin,
)
VERSION = len(MIGRATIONS)
ABOUT = MIGRATIONS.index(m006_about) + 1  # the first version that says what the catalog is
