"""The event types that the pages offer are those that the store takes."""

import re
from pathlib import Path

from engine.store.ingest_columns import EVENT_TYPES

TYPED = Path(__file__).parents[3] / "sql" / "imports" / "typed_events.sql"


def test_the_pages_offer_what_the_store_takes() -> None:
    listed = re.search(
        r"not in \(([^)]*)\)\s*then 'event_type:event_type_unknown'", TYPED.read_text()
    )

    assert listed is not None
    assert set(re.findall(r"'(\w+)'", listed[1])) == set(EVENT_TYPES)
