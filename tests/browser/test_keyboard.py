"""The keyboard alone reaches every control of every page."""

import pytest
from playwright.sync_api import Browser, Page

from pages._shared import menu
from tests.browser.driver import opened, settled

PAGES = [name for pages in menu.SECTIONS.values() for name in pages]
MOST_STEPS = 250

CONTROLS = """
() => {
  const kinds = 'button, a[href], input, select, textarea, [role=slider], [role=combobox], summary';
  const seen = node => node.checkVisibility({
    visibilityProperty: true, contentVisibilityAuto: true, opacityProperty: true,
  });
  const grouped = node => node.closest('[role=radiogroup], [role=toolbar]');
  const found = [...document.querySelectorAll(kinds)].filter(node =>
    seen(node) && !node.disabled && node.getAttribute('aria-hidden') !== 'true'
    && node.type !== 'hidden' && node.tabIndex >= 0 && !grouped(node));
  found.forEach((node, row) => { node.dataset.control = row; });
  const name = node => node.getAttribute('aria-label') || node.innerText || node.outerHTML;
  return found.map(node => name(node).slice(0, 80));
}
"""
FOCUSED = "() => document.activeElement && document.activeElement.dataset.control"


@pytest.fixture
def address(sample_address: str) -> str:
    return sample_address


def reached(page: Page) -> set[int]:
    """Controls that get the focus when Tab is pressed again and again."""
    order: list[int] = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None:
            continue
        if order and int(at) == order[0]:
            break
        order.append(int(at))
    return set(order)


@pytest.mark.parametrize("name", PAGES)
def test_tab_reaches_every_control(browser: Browser, address: str, name: str) -> None:
    path = "" if name == menu.FIRST else name
    page, _ = opened(browser, f"{address}/{path}?lang=en", 1440, "light")
    settled(page)
    # a busy machine draws the menu after the page
    page.wait_for_function(f"() => ({CONTROLS.strip()})().length > 8", timeout=20_000)
    controls = page.evaluate(CONTROLS)
    assert len(controls) > 8
    got = reached(page)
    missing = [label for row, label in enumerate(controls) if row not in got]
    assert missing == []
