"""How long a move of a slider takes, measured inside the browser."""

from dataclasses import dataclass

from playwright.sync_api import Page

NUMBER_MS, CHART_MS = 250.0, 400.0
"""What 95 of 100 moves must keep to."""

MOST_MS = 15_000
RIGHT, LEFT = "ArrowRight", "ArrowLeft"


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Moves of one slider in one direction."""

    slider: str
    moves: int = 27
    key: str = RIGHT


STEPS = {
    "mix": (
        Steps(slider="sales_causal_share"),
        Steps(slider="sales_price_ratio", moves=13, key=LEFT),
        Steps(slider="economics_horizon_months", moves=12),
    ),
    "advertising": (
        Steps(slider="reaction_use_loss_per_ad", moves=8),
        Steps(slider="reaction_upgrade_per_ad", moves=8),
        Steps(slider="economics_horizon_months", moves=12),
        Steps(slider="reaction_use_loss_per_ad", moves=12, key=LEFT),
        Steps(slider="reaction_upgrade_per_ad", moves=12, key=LEFT),
    ),
    "membership": (
        Steps(slider="membership_price"),
        Steps(slider="reaction_membership_elasticity", moves=20),
        Steps(slider="membership_price", moves=7, key=LEFT),
    ),
    "sales": (Steps(slider="sales_price_ratio"), Steps(slider="sales_causal_share")),
}
"""Page -> moves that change both its first number and its main chart, none of them twice.

Those of Advertising and of the elasticity draw a curve anew, the dearest kind of move.
"""

MAIN_CHART = {
    "mix": "mix_months",
    "advertising": "ad_curve",
    "membership": "fees_bridge",
    "sales": "sales_bridge",
}

WATCH = """
key => {
  const numbers = () =>
    [...document.querySelectorAll('h1, [data-testid=stMetricValue]')].map(n => n.innerText).join();
  const chart = () => {
    const main = document.querySelector(`.st-key-${key} .js-plotly-plot`);
    if (main === null || main.querySelector('svg') === null) return '';
    const drawn = [...main.querySelectorAll('svg path')].map(p => p.getAttribute('d'));
    return drawn.join() + main.querySelector('svg').textContent;
  };
  let start = null, before = null;
  window.move = {number: null, chart: null};
  window.settled = () => [numbers(), chart()].join();
  document.addEventListener('keydown', () => {
    start = performance.now();
    before = {number: numbers(), chart: chart()};
    window.move = {number: null, chart: null};
  }, true);
  const look = (name, now) => {
    if (start !== null && window.move[name] === null && now !== '' && now !== before[name]) {
      window.move[name] = performance.now() - start;
    }
  };
  new MutationObserver(() => { look('number', numbers()); look('chart', chart()); }).observe(
    document.body, {subtree: true, childList: true, characterData: true, attributes: true}
  );
}
"""


@dataclass(frozen=True, kw_only=True)
class Took:
    """One move, from the key press to what changed on the screen."""

    number_ms: float
    chart_ms: float


def watch(page: Page, name: str) -> None:
    """Begin to watch the page of a name; once per page that was opened."""
    page.evaluate(WATCH, MAIN_CHART[name])


def move(page: Page, name: str, key: str = "ArrowRight") -> Took:
    """Move a slider by one step and wait until number and chart have changed."""
    page.locator(f".st-key-{name}").get_by_role("slider").focus()
    page.keyboard.press(key)
    page.wait_for_function("window.move.number && window.move.chart", timeout=MOST_MS)
    found = page.evaluate("window.move")
    page.wait_for_timeout(300)  # as a reader looks before the next move
    return Took(number_ms=found["number"], chart_ms=found["chart"])
