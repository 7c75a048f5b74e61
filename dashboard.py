"""The frame of every page: navigation, language, friendly errors."""

import gc

import streamlit as st

from pages._shared import levers, state, widgets
from pages._shared.errors import friendly_errors
from pages._shared.text import t

state.freeze_once(gc)
# a file of our own: a material icon in the tab is fetched from fonts.gstatic.com
st.set_page_config(page_title="RevLens", page_icon="static/icon.png", layout="wide")

sections = {
    t("menu.start"): [
        st.Page(
            "pages/start/overview.py",
            title=t("menu.overview"),
            icon=":material/dashboard:",
            default=True,
        ),
        st.Page(
            "pages/start/data.py",
            title=t("menu.data"),
            icon=":material/database:",
            url_path="data",
        ),
    ],
    t("menu.recommendations"): [
        st.Page(
            "pages/recommendations/lists.py",
            title=t("menu.lists"),
            icon=":material/list_alt:",
            url_path="lists",
        ),
    ],
    t("menu.revenue"): [
        st.Page(
            "pages/revenue/mix.py",
            title=t("menu.mix"),
            icon=":material/donut_small:",
            url_path="mix",
        ),
    ],
}
page = st.navigation(sections, position="hidden")

with friendly_errors():
    widgets.frame()
    levers.remember(drawn_here=page.url_path == "mix")
    widgets.menu(sections)
    page.run()
