"""The script that Streamlit runs for each visit, alone in its folder.

Streamlit puts the folder of the script before all others while it runs: a neighbour of ours named as a library would be
imported in its place (numba looks for `coverage`).
"""
