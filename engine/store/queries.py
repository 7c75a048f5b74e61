"""Named questions to the database, answered as frames and single facts."""

import hashlib

import pandas as pd

from engine.store.connection import Database
from engine.store.statements import statement


def read_frame(db: Database, name: str, **parameters: object) -> pd.DataFrame:
    """Answer of ``sql/queries/<name>.sql``."""
    with db.cursor() as cursor:
        return cursor.execute(statement("queries", name), parameters).df()


def data_hash(db: Database) -> str:
    """16 hexadecimal digits that change whenever an accepted row does."""
    frame = read_frame(db, "data_fingerprint")
    rows = frame.astype(str).to_numpy().tolist()
    text = repr([rows, currency(db)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def currency(db: Database) -> str | None:
    """ISO 4217 code of every amount; None until one was stated."""
    with db.cursor() as cursor:
        row = cursor.execute("select value from raw.settings where name = 'currency'").fetchone()
    return str(row[0]) if row else None


def rung(db: Database) -> int:
    """How much the log can prove.

    0 orders or views only, 1 impressions, 2 positions, 3 propensities,
    4 randomised arms or a holdout beside impressions.
    """
    profile = read_frame(db, "data_profile").iloc[0]
    if profile["impression_count"] == 0:
        return 0
    if profile["experiment_count"] > 0:
        return 4
    if profile["propensity_count"] > 0:
        return 3
    return 2 if profile["positioned_count"] > 0 else 1
