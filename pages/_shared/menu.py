"""Which pages there are, by section; a page's file, address and words share one name."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages._shared.text import t

SECTIONS = {
    "start": {"overview": "dashboard", "data": "database"},
    "audience": {
        "behaviour": "monitoring",
        "user_profile": "person_search",
        "item_profile": "category_search",
    },
    "recommendations": {"lists": "list_alt", "quality": "verified", "off_policy": "balance"},
    "revenue": {
        "advertising": "campaign",
        "membership": "card_membership",
        "sales": "shopping_bag",
        "mix": "donut_small",
    },
    "trust": {"method": "functions"},
}
"""Section -> page -> icon; the first page of all greets."""

FIRST = "overview"


def sections() -> dict[str, list[StreamlitPage]]:
    """Return the pages under their section's name in the reader's language."""
    return {
        t(f"menu.{section}"): [_page(name, icon) for name, icon in pages.items()]
        for section, pages in SECTIONS.items()
    }


def path(name: str) -> str:
    """Return the file of a page."""
    section = next(section for section, pages in SECTIONS.items() if name in pages)
    return f"pages/{section}/{name}.py"


def _page(name: str, icon: str) -> StreamlitPage:
    is_first = name == FIRST
    return st.Page(
        path(name),
        title=t(f"menu.{name}"),
        icon=f":material/{icon}:",
        default=is_first,
        url_path=None if is_first else name,
    )
