"""Trained runs beside the database, used only while they fit its data."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ArtifactError
from engine.store.connection import Database
from engine.store.queries import data_hash


@dataclass(frozen=True, kw_only=True)
class Run:
    """One trained run."""

    run_id: str
    folder: Path
    manifest: dict[str, Any]

    def read(self, name: str) -> bytes:
        """Bytes of a file of the run, after its sha256 was compared with the manifest.

        A damaged model can kill the process that parses it, so it is checked before.
        """
        try:
            content = (self.folder / name).read_bytes()
        except OSError as error:
            raise ArtifactError("artifact_missing", file=name, run_id=self.run_id) from error
        expected = self.manifest["files"].get(name)
        if hashlib.sha256(content).hexdigest() != expected:
            raise ArtifactError("artifact_damaged", file=name, run_id=self.run_id)
        return content


def save_run(
    db: Database, run_id: str, manifest: Mapping[str, Any], files: Mapping[str, bytes]
) -> Run:
    """Write the files of a run, its manifest last: a run without one does not exist.

    Runs of other data go: nothing would read them again, and each may be large.
    """
    folder = db.folder / "runs" / run_id
    folder.mkdir(parents=True, exist_ok=True)
    hashes = {path.name: _hash_of(path) for path in folder.glob("*.parquet")}
    for name, content in files.items():
        (folder / name).write_bytes(content)
        hashes[name] = hashlib.sha256(content).hexdigest()
    whole = {**manifest, "run_id": run_id, "data_hash": data_hash(db), "files": hashes}
    _write_manifest(folder, whole)
    _forget_outdated(db, whole["data_hash"])
    return Run(run_id=run_id, folder=folder, manifest=whole)


def add_file(run: Run, name: str, content: bytes) -> None:
    """Put one more file into a run that exists; its sum is named last.

    A run that was trained again meanwhile stays as it is: the file belongs to the old one.
    """
    manifest = _manifest(run.folder / "manifest.json")
    if manifest.get("trained_at") != run.manifest.get("trained_at"):
        return
    (run.folder / name).write_bytes(content)
    hashes = {**manifest["files"], name: hashlib.sha256(content).hexdigest()}
    _write_manifest(run.folder, {**manifest, "files": hashes})


def current_run(db: Database) -> Run | None:
    """The latest run whose data hash is that of the database."""
    present = data_hash(db)
    found = sorted(
        (db.folder / "runs").glob("*/manifest.json"),
        key=lambda path: path.stat().st_mtime_ns,
        reverse=True,
    )
    for path in found:
        manifest = _manifest(path)
        if manifest.get("data_hash") == present:
            return Run(run_id=manifest["run_id"], folder=path.parent, manifest=manifest)
    return None


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    waiting = folder / "manifest.json.part"
    waiting.write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    waiting.replace(folder / "manifest.json")


def _manifest(path: Path) -> dict[str, Any]:
    """Return a manifest; an unreadable one is that of no data."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _forget_outdated(db: Database, present: str) -> None:
    for folder in (db.folder / "runs").iterdir():
        if _manifest(folder / "manifest.json").get("data_hash") != present:
            shutil.rmtree(folder, ignore_errors=True)


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
