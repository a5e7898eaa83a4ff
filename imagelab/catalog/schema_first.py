"""The first tables: originals, generations and what happened to them, assets, the ledger, the views."""

from __future__ import annotations

from imagelab import clock
from imagelab.catalog.schema_parts import Runs
from imagelab.domain.ids import uuid7


def m001_blobs(db: Runs) -> None:
    """Original bytes by hash, apart from every row that is scanned."""
    db.execute(
        """
        CREATE TABLE blob (
            id INTEGER PRIMARY KEY,
            sha256 TEXT NOT NULL UNIQUE,
            format TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            size_bytes INTEGER NOT NULL,
            data BLOB NOT NULL
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE thumbnail (
            blob INTEGER PRIMARY KEY REFERENCES blob(id),
            likeness INTEGER,   -- perceptual hash, 64 bits, signed; before the bytes, to be scanned
            transparent INTEGER NOT NULL DEFAULT 0,
            damaged TEXT,       -- why it does not decode
            media_type TEXT,
            data BLOB           -- NULL where the original does not decode
        ) STRICT
        """
    )


def m002_generations(db: Runs) -> None:
    """What was asked, the paid calls it became, and everything that happened to them."""
    db.execute(
        """
        CREATE TABLE generation (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            uuid TEXT NOT NULL UNIQUE,
            status TEXT NOT NULL,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            native TEXT NOT NULL,
            prompt TEXT NOT NULL,
            n INTEGER NOT NULL,
            quality TEXT,
            params TEXT NOT NULL,       -- JSON, as the user said it
            resolved TEXT NOT NULL,     -- JSON, as the offer takes it
            used TEXT NOT NULL DEFAULT '{}',
            extra TEXT NOT NULL DEFAULT '{}',
            tags TEXT NOT NULL DEFAULT '[]',
            fingerprint TEXT NOT NULL,
            quote_low INTEGER, quote_likely INTEGER, quote_high INTEGER,
            quote_unit TEXT NOT NULL DEFAULT 'usd',
            quote_basis TEXT NOT NULL DEFAULT '',
            cost_nano INTEGER, cost_unit TEXT, cost_source TEXT,
            error_kind TEXT, error TEXT,
            boot TEXT NOT NULL, pid INTEGER NOT NULL, process_start INTEGER NOT NULL,
            notebook TEXT,
            created_at INTEGER NOT NULL,
            sent_at INTEGER,
            finished_at INTEGER
        ) STRICT
        """
    )
    db.execute("CREATE INDEX generation_fingerprint ON generation (fingerprint, id)")
    db.execute("CREATE INDEX generation_status ON generation (status, id)")
    db.execute(
        """
        CREATE TABLE call (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            uuid TEXT NOT NULL UNIQUE,
            generation INTEGER NOT NULL REFERENCES generation(id),
            key TEXT NOT NULL,
            position INTEGER NOT NULL,  -- of its first image in the generation
            n INTEGER NOT NULL,
            state TEXT NOT NULL,        -- intent sent staged accepted done failed cancelled unknown
            method TEXT, url TEXT, body TEXT, body_sha256 TEXT,
            remote TEXT NOT NULL DEFAULT '[]',
            http_status INTEGER, request_id TEXT,
            images INTEGER NOT NULL DEFAULT 0,
            charged TEXT NOT NULL DEFAULT 'no',
            cost_nano INTEGER, cost_unit TEXT, cost_source TEXT, cost_raw TEXT,
            error_kind TEXT, error TEXT,
            sent_at INTEGER, finished_at INTEGER,
            UNIQUE (generation, position)
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            generation INTEGER NOT NULL REFERENCES generation(id),
            call INTEGER REFERENCES call(id),
            at INTEGER NOT NULL,
            was TEXT, became TEXT NOT NULL, note TEXT
        ) STRICT
        """
    )
    db.execute("CREATE INDEX event_generation ON event (generation, seq)")


def m003_assets(db: Runs) -> None:
    """One row an image in the catalog, what it was made from, and what people say of it."""
    db.execute(
        """
        CREATE TABLE asset (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            uuid TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,         -- made, imported
            blob INTEGER NOT NULL REFERENCES blob(id),
            generation INTEGER REFERENCES generation(id),
            call INTEGER REFERENCES call(id),
            position INTEGER NOT NULL DEFAULT 0,
            provider TEXT, model TEXT, quality TEXT, background TEXT,
            format TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
            size_bytes INTEGER NOT NULL,
            prompt TEXT NOT NULL DEFAULT '',
            caption TEXT, note TEXT,
            params TEXT NOT NULL DEFAULT '{}',
            remote TEXT, seed INTEGER, flagged INTEGER,
            reported TEXT NOT NULL DEFAULT '{}',
            edit INTEGER NOT NULL DEFAULT 0,
            transparent INTEGER NOT NULL DEFAULT 0,
            damaged TEXT,
            late INTEGER NOT NULL DEFAULT 0,
            cost_nano INTEGER, cost_unit TEXT, cost_source TEXT,
            rating INTEGER CHECK (rating BETWEEN 1 AND 5),
            rejected INTEGER NOT NULL DEFAULT 0,
            trashed INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            UNIQUE (generation, position)
        ) STRICT
        """
    )
    db.execute("CREATE INDEX asset_created ON asset (created_at, id)")
    db.execute("CREATE INDEX asset_cost ON asset (cost_nano, id)")
    db.execute("CREATE INDEX asset_rating ON asset (rating, id)")
    db.execute("CREATE INDEX asset_blob ON asset (blob)")
    db.execute(
        """
        CREATE TABLE input (
            generation INTEGER NOT NULL REFERENCES generation(id),
            position INTEGER NOT NULL,
            role TEXT NOT NULL,         -- input, reference, mask, reroll
            asset INTEGER REFERENCES asset(id),
            blob INTEGER NOT NULL REFERENCES blob(id),
            url TEXT,
            PRIMARY KEY (generation, position)
        ) STRICT, WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX input_asset ON input (asset)")
    db.execute(
        """
        CREATE TABLE tag (
            asset INTEGER NOT NULL REFERENCES asset(id),
            name TEXT NOT NULL,
            PRIMARY KEY (asset, name)
        ) STRICT, WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX tag_name ON tag (name, asset)")
    db.execute(
        """
        CREATE VIRTUAL TABLE text_index USING fts5 (
            words, exact, facets,
            content='', tokenize='porter unicode61 remove_diacritics 2'
        )
        """
    )


def m004_ledger(db: Runs) -> None:
    """Every cent: one line an image, or one a call where no image came of it."""
    db.execute(
        """
        CREATE TABLE ledger (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            generation INTEGER NOT NULL REFERENCES generation(id),
            call INTEGER NOT NULL REFERENCES call(id),
            position INTEGER NOT NULL,  -- of the image in the generation; of the call if none came
            asset INTEGER REFERENCES asset(id),
            at INTEGER NOT NULL,
            amount_nano INTEGER,        -- NULL: not known
            unit TEXT NOT NULL,
            source TEXT,
            high_nano INTEGER,          -- what it may at most have cost, while it is not known
            note TEXT,
            UNIQUE (call, position)
        ) STRICT
        """
    )
    db.execute("CREATE INDEX ledger_generation ON ledger (generation)")


def m005_views(db: Runs) -> None:
    """The names that users write SQL against."""
    db.execute(
        """
        CREATE VIEW assets AS
        SELECT a.id, a.uuid, a.kind, a.prompt, a.caption, a.note, a.provider, a.model,
               a.generation, a.position, a.width, a.height, a.format, a.size_bytes, b.sha256,
               a.params, a.reported, a.seed, a.flagged, a.rating, a.rejected, a.trashed,
               a.transparent, a.damaged,
               (SELECT group_concat(name, ' ') FROM tag WHERE asset = a.id) AS tags,
               CASE WHEN a.cost_unit = 'usd' THEN a.cost_nano / 1e9 END AS cost_usd,
               CASE WHEN a.cost_unit = 'credits' THEN a.cost_nano / 1e9 END AS cost_credits,
               a.cost_source,
               datetime(a.created_at / 1e6, 'unixepoch') AS created_at
        FROM asset a JOIN blob b ON b.id = a.blob
        """
    )
    db.execute(
        """
        CREATE VIEW generations AS
        SELECT id, uuid, status, provider, model, native, prompt, n, quality, params, resolved, used, extra,
               quote_low / 1e9 AS quote_low, quote_likely / 1e9 AS quote_likely,
               quote_high / 1e9 AS quote_high, quote_unit,
               CASE WHEN cost_unit = 'usd' THEN cost_nano / 1e9 END AS cost_usd,
               CASE WHEN cost_unit = 'credits' THEN cost_nano / 1e9 END AS cost_credits,
               cost_source, error_kind, error, notebook,
               (finished_at - sent_at) / 1e6 AS seconds,
               datetime(created_at / 1e6, 'unixepoch') AS created_at
        FROM generation
        """
    )
    db.execute(
        """
        CREATE VIEW edges AS
        SELECT i.asset AS parent, a.id AS child, i.role, i.generation
        FROM input i JOIN asset a ON a.generation = i.generation
        WHERE i.asset IS NOT NULL
        """
    )
    db.execute(
        """
        CREATE VIEW spend AS
        SELECT l.id, l.generation, l.asset, g.provider, g.model,
               g.quality, g.notebook,
               CASE WHEN l.unit = 'usd' THEN l.amount_nano / 1e9 END AS usd,
               CASE WHEN l.unit = 'credits' THEN l.amount_nano / 1e9 END AS credits,
               l.amount_nano IS NULL AS unknown,
               l.source, l.high_nano / 1e9 AS high, l.unit, l.note,
               datetime(l.at / 1e6, 'unixepoch') AS at
        FROM ledger l JOIN generation g ON g.id = l.generation
        """
    )


def m006_about(db: Runs) -> None:
    """What this catalog is: its own uuid, and real or sandbox for life."""
    db.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
    db.execute("INSERT INTO about VALUES ('uuid', ?)", (uuid7(),))
    db.execute("INSERT INTO about VALUES ('created_at', ?)", (clock.now().isoformat(),))
