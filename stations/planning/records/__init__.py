"""The records of the register: listed, entered, corrected, their life and history, and all of it taken back."""
