"""Choosing a file, matching its columns and importing it."""

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import streamlit as st

from engine.store.ingest import FilePreview, Kind
from engine.store.ingest_columns import KINDS
from pages._shared import cache, state, widgets
from pages._shared.text import escaped, t


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that the visitor chose, and what it holds."""

    path: Path
    kind: Kind


def choose_file() -> Upload | None:
    """Ask for a file and its kind; None until both are there."""
    kind = st.selectbox(
        t("data.kind"),
        get_args(Kind),
        format_func=lambda name: t(f"kinds.{name}"),
        key="upload_kind",
    )
    file = st.file_uploader(
        t("data.upload"),
        type=["csv", "tsv", "parquet", "gz", "jsonl"],
        key=f"upload_{state.imports_done()}",
    )
    if file is None:
        return None
    return Upload(path=cache.keep_upload(file.name, file.getvalue()), kind=kind)


def match_and_import(upload: Upload) -> None:
    """Show ten rows, let the reader correct the guesses, import."""
    preview = cache.preview(upload.path, upload.kind)
    widgets.note(t("data.preview"))
    rows = [dict(zip(preview.columns, row, strict=False)) for row in preview.rows]
    st.dataframe(rows, hide_index=True, alt=t("data.preview"))
    widgets.note(t("match.help"))
    columns = _columns(upload.kind, preview)
    events = _events(preview) if upload.kind == "events" else {}
    with st.container(horizontal=True):
        zone = st.text_input(t("data.timezone"), help=t("data.timezone_help"), key="zone")
        currency = st.text_input(
            t("data.currency"), help=t("data.currency_help"), key="currency", max_chars=3
        )
    if st.button(t("data.import"), icon=":material/upload:"):
        bar = st.progress(0.0, t("data.importing"))
        report = cache.import_file(
            upload.path,
            upload.kind,
            columns,
            events,
            zone.strip(),
            currency.strip().upper(),
            lambda share, step: widgets.show_step(bar, share, step),
        )
        state.remember_import(report)
        st.rerun()


def _columns(kind: Kind, preview: FilePreview) -> dict[str, str]:
    """One choice per column of the contract that is needed or was guessed."""
    known = KINDS[kind]
    names = [n for n in known.columns if n in known.required or n in preview.guessed_columns]
    chosen = {}
    with st.container(horizontal=True):
        for name in names:
            guess = preview.guessed_columns.get(name)
            options = [None, *preview.columns]
            picked = st.selectbox(
                f"`{name}`",
                options,
                index=options.index(guess) if guess in options else 0,
                format_func=lambda value: t("match.none") if value is None else value,
                key=f"match_{kind}_{name}",
                width=220,
            )
            if picked is not None:
                chosen[name] = picked
    return chosen


def _events(preview: FilePreview) -> dict[str, str]:
    """One choice per event name of the file whose meaning was guessed to differ."""
    if not preview.guessed_events:
        return {}
    widgets.note(t("match.events"))
    with st.container(horizontal=True):
        return {
            theirs: st.text_input(escaped(theirs), value=ours, key=f"event_{theirs}", width=220)
            for theirs, ours in preview.guessed_events.items()
        }
