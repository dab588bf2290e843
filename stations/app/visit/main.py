"""The script that Streamlit runs for each visitor: language, navigation, and the page."""

import streamlit as st

from stations.app import address, atlas, frame, overview, visitor
from stations.app.access import page as people
from stations.app.coverage import page as coverage
from stations.app.importing import page as importing
from stations.app.records import page as entry
from stations.app.records import saving
from stations.app.reports import page as reports
from stations.app.siting import page as siting
from stations.model.language import gettext as _

if address.opened():
    atlas.fly()
st.set_page_config(page_title=_("Station Atlas"), page_icon="🗺️", layout="wide")
frame.dress()
with frame.telling_faults():
    saving.carry_out()
pages = [
    st.Page(overview.page, title=_("Overview"), default=True),
    st.Page(coverage.page, title=_("Coverage and gaps"), url_path="coverage"),
    st.Page(siting.page, title=_("Siting"), url_path="siting"),
    st.Page(entry.page, title=_("Stations and bases"), url_path="register"),
    *([st.Page(importing.page, title=_("Import and check-up"), url_path="import")] if visitor.imports() else []),
    st.Page(reports.page, title=_("Snapshots and reports"), url_path="reports"),
]
if visitor.manages():
    pages.append(st.Page(people.page, title=_("Accounts"), url_path="accounts"))
frame.open_page(pages)
frame.footer()
address.settle()
