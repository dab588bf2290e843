"""A map in one HTML file that opens from disk, and says how it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping

from stations.model.language import use_language
from stations.model.settings import Settings
from stations.model.vocabulary import SnapshotKind
from stations.output.layers import Kind
from stations.planning.coverage.assess import Question, assess
from stations.planning.maps.draw import bounds, payload, title
from stations.planning.maps.sheets import Wish
from stations.planning.maps.snapshots import trace
from stations.planning.register import holdings


def map_html(settings: Settings, question: Question | None) -> str:
    """Return a map in one HTML file that opens from disk without a network, with the answer to `question` if asked."""
    from stations.output.standalone import standalone_html

    held, answer = holdings(settings), assess(settings, question) if question else None
    use_language(settings.language)
    kinds: list[Kind] = [
        "frame",
        "districts",
        *(("people",) if answer and answer.people else ()),
        *(("reached", "gaps") if answer else ()),
        "bases",
        "stations",
    ]
    made = {kind: payload(kind, held, answer, approval=settings.map_approval, cards=True) for kind in kinds}
    off = {"off": True}  # as in the app, until somebody presses its title in the legend
    quiet: dict[Kind, Mapping[str, object]] = {"bases": off, "reached": off}
    heading = title(held, answer, settings.language)
    wish = Wish(kind=SnapshotKind.GAPS if question else SnapshotKind.TIERS, question=question, bases=True)
    told = json.dumps({**trace(settings, wish), "paper": "map"}, sort_keys=True)
    return standalone_html(made, bounds=bounds(held), title=heading, settings=quiet, trace=told)
