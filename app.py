"""``streamlit run app.py``: the pages and the HTTP routes of Station Atlas in one ASGI app."""

import streamlit as st

from stations.app.frame import told
from stations.app.served.routes import MIDDLEWARE, ROUTES, started

app = st.App("stations/app/visit/main.py", routes=ROUTES, middleware=MIDDLEWARE, lifespan=started, on_script_error=told)
