"""Every page on every kind of database: no fault, a title, a sentence that helps."""

from pathlib import Path

import pytest

from engine.reporting.text import LOCALES
from pages._shared import menu
from tests.commands import engine, made_once, only_json
from tests.pages.driver import opened, texts

PAGES = [name for pages in menu.SECTIONS.values() for name in pages]
DATABASES = ("empty", "imported_sample", "trained_sample", "trained_orders", "trained_views")
RAW_KEY = "pages."
"""How a word without a sentence would begin."""


@pytest.fixture(scope="session")
def trained_views(shared_folder):
    """A log of page views and ratings without prices, shown items or memberships."""

    def train(database: Path) -> None:
        path = database.parent / "views.csv"
        lines = ["user_id,item_id,event_type,occurred_at"]
        for user in range(60):
            for step in range(12):
                item = (user * 5 + step * 7) % 40
                day = 1 + (user + step * 2) % 28
                kind = "like" if step % 3 else "view"
                lines.append(f"u{user},i{item},{kind},2026-03-{day:02d}T10:{step:02d}:00Z")
        path.write_text("\n".join(lines), encoding="utf-8")
        only_json(engine(database, "import", "--events", path, "--json"))
        only_json(engine(database, "train", "--effort", "quick", "--json"))

    return made_once(shared_folder, "trained_views", train)


@pytest.fixture(params=DATABASES)
def database(request, tmp_path, use, monkeypatch):
    if request.param == "empty":
        monkeypatch.setenv("REVLENS_DB", str(tmp_path / "empty.duckdb"))
        return request.param
    use(request.getfixturevalue(request.param))
    return request.param


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("locale", LOCALES)
def test_a_page_opens_without_a_fault_and_says_something(database, page, locale):
    app = opened(page, locale)

    assert not app.exception
    assert [error.value for error in app.error] == []
    assert len(app.title) == 1 and app.title[0].value
    said = texts(app)
    assert len(said) > 40
    assert RAW_KEY not in said


def test_every_file_of_a_page_stands_in_the_menu():
    root = Path(menu.__file__).parents[1]
    files = {path.stem for path in root.glob("[!_]*/[!_]*.py")}
    assert files == set(PAGES)
