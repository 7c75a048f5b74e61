"""A database opened for work: what every use case starts from."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.store.connection import Database, open_database


@dataclass(frozen=True, kw_only=True, eq=False)
class Workspace:
    """One open database and the folder of everything derived from it."""

    database: Database
    """The store; a cursor is taken per query."""

    @property
    def folder(self) -> Path:
        """Folder ``<db>.d`` beside the database."""
        return Path(self.database.folder)

    @property
    def exchange(self) -> Path:
        """Folder inside ``<db>.d`` through which files go in and out after the lock."""
        path = self.folder / "exchange"
        path.mkdir(parents=True, exist_ok=True)
        return path

    def close(self) -> None:
        """Give the file back, so that another process may open it."""
        self.database.close()


def open_workspace(path: Path, folders: Sequence[Path] = ()) -> Workspace:
    """Open (or create) the database at ``path``; ``folders`` stay readable and writable.

    Raises
    ------
    StoreError
        When the file is in use by another process, damaged or of a newer version.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(database=open_database(path, folders=tuple(folders)))
    # one process holds the file, so what lies here was left by one that ended
    shutil.rmtree(workspace.exchange)
    return workspace
