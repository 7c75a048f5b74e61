"""A file's text under canonical names, with the currency and zone its values need."""

from collections.abc import Mapping

import duckdb

from engine.errors import DataContractError
from engine.store.ingest_columns import KINDS
from engine.store.ingest_types import ImportRequest, Incoming, InputFile, TextTable, text_of

TIMES = frozenset({"occurred_at", "published_at", "signed_up_at", "started_at", "ended_at"})
"""Canonical columns whose readers take a time as well as its text."""

_MISSING = "cast(null as varchar)"


def canonical(table: TextTable, file: InputFile) -> Incoming:
    """Return the query that gives the delivered cells their canonical names.

    Raises
    ------
    DataContractError
        ``column_missing``, ``column_unknown``.
    """
    kind = KINDS[file.kind]
    places = _places(table, file)
    values: dict[str, object] = {f"v{n}": value for n, value in enumerate(file.constants.values())}
    cells = {name: _cleaned(f"$v{n}") for n, name in enumerate(file.constants)}
    cells |= {name: _cell(table, name, place) for name, place in places.items()}
    used = frozenset(cells)
    missing = [name for name in kind.required if name not in used]
    if missing:
        raise DataContractError("column_missing", file=file.path.name, column=", ".join(missing))
    if "event_type" in cells:
        cells["event_type"] = _mapped_event(cells["event_type"], file, values)
    if kind.extras not in cells:
        cells[kind.extras] = _extras(table, places, values)
    select = ", ".join(f"{cells.get(name, _MISSING)} as {name}" for name in kind.columns)
    query = f"select line, fault, {select} from delivered"
    return Incoming(query=query, values=values, used=used)


def over(incoming: Incoming, query: str) -> str:
    """``query`` with the table ``incoming`` that it reads."""
    return f"with incoming as ({incoming.query}) select * from ({query})"


def _cell(table: TextTable, name: str, place: int) -> str:
    if place in table.times and name in TIMES:
        return f"c{place}"
    return _cleaned(text_of(table, place))


def _cleaned(text: str) -> str:
    return f"cast(clean_text({text}) as varchar)"


def _mapped_event(cell: str, file: InputFile, values: dict[str, object]) -> str:
    """SQL of the canonical event type of ``cell``; its parameters go into ``values``."""
    lowered = f"lower({cell})"
    if not file.event_map:
        return lowered
    values["names"] = [name.lower() for name in file.event_map]
    values["targets"] = list(file.event_map.values())
    return f"coalesce(list_extract($targets, list_position($names, {lowered})), {lowered})"


def _extras(table: TextTable, places: Mapping[str, int], values: dict[str, object]) -> str:
    """SQL of a JSON object of the columns without a canonical name."""
    extras = [n for n in range(len(table.columns)) if n not in places.values()]
    if not extras:
        return _MISSING
    values |= {f"x{n}": table.columns[n] for n in extras}
    pairs = ", ".join(f"$x{n}, {text_of(table, n)}" for n in extras)
    return f"cast(json_object({pairs}) as varchar)"


def _places(table: TextTable, file: InputFile) -> dict[str, int]:
    """Canonical name -> place of its column: as mapped, else of the same name."""
    lowered = [column.lower() for column in table.columns]
    places = {name: lowered.index(name) for name in KINDS[file.kind].columns if name in lowered}
    for canonical, theirs in file.columns.items():
        if canonical not in KINDS[file.kind].columns:
            raise DataContractError("column_unknown", column=canonical, file=file.path.name)
        if theirs.lower() not in lowered:
            raise DataContractError("column_missing", column=theirs, file=file.path.name)
        places[canonical] = lowered.index(theirs.lower())
    return places


def settle_currency(
    cursor: duckdb.DuckDBPyConnection,
    request: ImportRequest,
    file: InputFile,
    incoming: Incoming,
) -> str | None:
    row = cursor.execute("select value from raw.settings where name = 'currency'").fetchone()
    known = str(row[0]) if row else None
    asked = request.currency.upper() if request.currency else None
    if known and asked and known != asked:
        raise DataContractError("currency_conflict", known=known, asked=asked)
    settled = known or asked
    if settled is None and "currency" in incoming.used:
        first = cursor.execute(
            over(
                incoming,
                "select upper(currency) from incoming"
                " where fault is null and currency is not null order by line limit 1",
            ),
            incoming.values,
        ).fetchone()
        settled = str(first[0]) if first else None
    money = {"unit_price", "price", "price_per_month", "unit_cost", "sponsored_bid"} & incoming.used
    if settled is None and money:
        raise DataContractError("currency_missing", file=file.path.name)
    if settled and not known:
        if not (len(settled) == 3 and settled.isalpha()):
            raise DataContractError("currency_unknown", currency=settled)
        cursor.execute("insert into raw.settings values ('currency', $code)", {"code": settled})
    return settled


def require_zone(
    cursor: duckdb.DuckDBPyConnection,
    request: ImportRequest,
    file: InputFile,
    incoming: Incoming,
) -> None:
    if request.timezone is not None:
        return
    for name in sorted(
        incoming.used & {"occurred_at", "published_at", "signed_up_at", "started_at"}
    ):
        row = cursor.execute(
            over(
                incoming,
                f"select line, cast({name} as varchar) from incoming"
                f" where fault is null and read_naive_time({name}) is not null"
                f" and read_fixed_time({name}) is null order by line limit 1",
            ),
            incoming.values,
        ).fetchone()
        if row:
            raise DataContractError(
                "timezone_missing", file=file.path.name, line=row[0], value=row[1]
            )
