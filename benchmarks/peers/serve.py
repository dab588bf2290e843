"""Serve the page of one peer: the script that ``PEER`` names, beside the routes that give its map Leaflet offline."""

import os

import streamlit as st

from stations.app.served.routes import ROUTES

app = st.App(os.environ["PEER"], routes=ROUTES)
