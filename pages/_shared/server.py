"""Starts the dashboard: ``python -m pages._shared.server run dashboard.py``.

A folder called ``pages`` beside the entry point turns on Streamlit's old page discovery
until the first script run has called ``st.navigation``. The first visitor who opened
``/data`` after a start was told "Page not found" over the page that he had asked for.
"""

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

if __name__ == "__main__":
    PagesManager.uses_pages_directory = False
    cli.main(prog_name="streamlit")
