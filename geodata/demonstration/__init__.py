"""Made-up stations, bases and residents of Huainan that add up to the published totals, and what makes them."""
