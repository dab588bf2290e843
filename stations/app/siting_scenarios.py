"""Proposals that were saved as scenarios, side by side."""

from __future__ import annotations

from stations.planning.siting import Proposal


def draw(proposal: Proposal) -> None:
    """Show the saved scenarios beside this one."""
