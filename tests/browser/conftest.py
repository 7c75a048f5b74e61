"""The browser and the dashboards that all of these tests share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.driver import FLAGS, dashboard
from tests.commands import copied


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser with one context, in which most pages are opened.

    Its reader asks for little motion: without a graphics card each frame of a page that waits
    costs as much as drawing the page. Visitors who come in a context of their own see it move.
    """
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        launched.new_context(reduced_motion="reduce")
        yield launched


@pytest.fixture(autouse=True)
def closed(browser: Browser) -> Iterator[None]:
    """Close the pages of a test, and what it opened as another visitor."""
    yield
    shared, *others = browser.contexts
    for context in others:
        context.close()
    for page in shared.pages:
        page.close()


@pytest.fixture(scope="session")
def sample_address(trained_sample, tmp_path_factory) -> Iterator[str]:
    """A dashboard on a log of every kind of row; tests that change its data start their own."""
    with dashboard(copied(trained_sample, tmp_path_factory.mktemp("sample"))) as url:
        yield url


@pytest.fixture(scope="session")
def orders_address(trained_orders, tmp_path_factory) -> Iterator[str]:
    """A dashboard on a log of orders only."""
    with dashboard(copied(trained_orders, tmp_path_factory.mktemp("orders"))) as url:
        yield url


@pytest.fixture(params=["sample", "orders"])
def address(request: pytest.FixtureRequest) -> str:
    """A dashboard on a log of every kind of row, then on one of orders only."""
    return request.getfixturevalue(f"{request.param}_address")
