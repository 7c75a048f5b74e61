"""Starts the dashboard: ``python -m pages._shared.server run dashboard.py``.

A folder called ``pages`` beside the entry point turns on Streamlit's old page discovery
until the first script run has called ``st.navigation``. The first visitor who opened
``/data`` after a start was told "Page not found" over the page that he had asked for.
"""

import threading
from importlib import import_module

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

WARMED = ("engine.workbench.pricing", "engine.workbench.listing", "engine.workbench.training")
"""What the first page needs and takes two seconds to import."""


def warm_up() -> None:
    """Import while the first visitor's browser still opens."""
    for name in WARMED:
        import_module(name)


if __name__ == "__main__":
    PagesManager.uses_pages_directory = False
    threading.Thread(target=warm_up, daemon=True).start()
    cli.main(prog_name="streamlit")
