"""Raw tables -> marts, then the checks that every mart must pass."""

import duckdb

from engine.errors import StoreError
from engine.progress import Progress, part, silent
from engine.store.statements import create_layers, names_in, statement


def build_marts(cursor: duckdb.DuckDBPyConnection, progress: Progress = silent) -> None:
    """Rebuild every layer above raw and run ``sql/checks``.

    Raises
    ------
    StoreError
        ``check_broken`` with the name of a check that returned rows.
    """
    create_layers(cursor, part(progress, 0.0, 0.8))
    checks = names_in("checks")
    for place, name in enumerate(checks):
        progress(0.8 + 0.2 * place / len(checks), "check")
        if cursor.execute(statement("checks", name)).fetchone() is not None:
            raise StoreError("check_broken", check=name)
    progress(1.0, "check")
