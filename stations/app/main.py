"""The script that Streamlit runs for each visitor: language, navigation, and the page."""

import streamlit as st

from stations.app import address, coverage, frame, overview
from stations.model.language import gettext as _

address.opened()
st.set_page_config(page_title=_("Station Atlas"), page_icon="🗺️", layout="wide")
frame.dress()
st.navigation(
    [
        st.Page(overview.page, title=_("Overview"), url_path="overview", default=True),
        st.Page(coverage.page, title=_("Coverage and gaps"), url_path="coverage"),
    ],
    position="top",
).run()
frame.footer()
address.settle()
