"""A page as its visitor sees it, without a browser."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages._shared import menu

ROOT = Path(__file__).parents[2]


def opened(page: str, locale: str = "en", **address: str) -> AppTest:
    """Return a page opened by its address, inside the frame of the dashboard.

    No other page is opened before, as when a browser follows a link.
    """
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.query_params["lang"] = locale
    for name, value in address.items():
        app.query_params[name] = value
    if page != menu.FIRST:
        app.switch_page(menu.path(page))
    return app.run()


def slider(app: AppTest, key: str):
    """Return the slider of a lever."""
    return next(found for found in app.slider if found.key == key)


def texts(app: AppTest) -> str:
    """Return what a page says outside of its tables."""
    parts = (*app.title, *app.header, *app.markdown, *app.info, *app.warning)
    return " ".join(part.value for part in parts)
