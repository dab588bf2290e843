"""The Streamlit pages and the HTTP routes. They read wishes and show results, nothing else."""
