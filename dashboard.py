"""The frame of every page: navigation, language, friendly errors."""

import gc

import streamlit as st

from pages._shared import levers, menu, state, widgets
from pages._shared.errors import friendly_errors

state.freeze_once(gc)
# a file of our own: a material icon in the tab is fetched from fonts.gstatic.com
st.set_page_config(page_title="RevLens", page_icon="static/icon.png", layout="wide")

sections = menu.sections()
page = st.navigation(sections, position="hidden")

with friendly_errors():
    widgets.frame()
    levers.remember(page.url_path)
    widgets.menu(sections)
    page.run()
