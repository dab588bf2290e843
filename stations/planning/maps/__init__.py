"""Maps: on a page, in one file, on paper; drawn again, and held against the register."""
