"""Where the next stations should go: candidates, proposals with their proof, scenarios."""
