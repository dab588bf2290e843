"""Maps for paper look as they did when somebody looked at them: each kind of the sample town against a kept picture.

`TOLERANCE` is the root mean square of the difference of all pixels, of 255: letters may be smoothed otherwise on
another machine, but no mark, line or word is elsewhere. Where a look was changed on purpose, look at what this writes:
``KEEP_LOOKS=1 python -m pytest tests/planning/maps/test_looks.py``.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.testing.compare import compare_images

from stations.model.settings import Settings
from stations.model.vocabulary import PageLayout, SnapshotKind
from stations.output.figures import draw
from stations.planning.coverage.assess import Question
from stations.planning.maps.sheets import Wish, sheet_of
from stations.planning.questions import scenario_of
from tests.planning.town import RADIUS_M, degrees

KEPT = Path(__file__).parent / "looks"
KEEP = bool(os.environ.get("KEEP_LOOKS"))
TOLERANCE = 1.0
DAY = dt.date(2024, 12, 31)
SCENARIO = scenario_of(add=["{},{}".format(*degrees(3.5, 0.5))])
LOOKS = [(kind, PageLayout.LANDSCAPE) for kind in SnapshotKind] + [
    (SnapshotKind.GAPS, layout) for layout in PageLayout if layout is not PageLayout.LANDSCAPE
]


@pytest.mark.parametrize(("kind", "layout"), LOOKS)
def test_a_map_looks_as_it_did(
    request: pytest.FixtureRequest, tmp_path: Path, kind: SnapshotKind, layout: PageLayout
) -> None:
    settings = request.getfixturevalue("lived" if kind is SnapshotKind.YEARS else "demonstrated")
    drawn = tmp_path / f"{kind.value}-{layout.value}.png"
    drawn.write_bytes(picture(settings, kind, layout))
    kept = KEPT / drawn.name
    if KEEP:
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(drawn.read_bytes())
    assert compare_images(str(kept), str(drawn), tol=TOLERANCE) is None


def test_a_mark_that_is_elsewhere_is_seen(demonstrated: Settings, tmp_path: Path) -> None:
    kept = KEPT / f"{SnapshotKind.TIERS.value}-{PageLayout.LANDSCAPE.value}.png"
    sheet = sheet_of(demonstrated, Wish(bases=True))
    (panel,) = sheet.panels
    moved = panel.stations.set_geometry(panel.stations.geometry.translate(400, 0))
    other = tmp_path / "moved.png"
    other.write_bytes(draw(replace(sheet, panels=(replace(panel, stations=moved),), notes=()), dpi=72))
    assert compare_images(str(kept), str(other), tol=TOLERANCE) is not None


def picture(settings: Settings, kind: SnapshotKind, layout: PageLayout) -> bytes:
    """Return a map without what is another on every day: its notes, and the names of its panels."""
    planned = SCENARIO if kind in {SnapshotKind.PROPOSALS, SnapshotKind.PAIR} else None
    wish = Wish(kind, Question(RADIUS_M, scenario=planned), layout, bases=True)
    sheet = sheet_of(settings.having(on=DAY if kind is SnapshotKind.YEARS else None), wish)
    panels = tuple(replace(panel, title=panel.title and f"示例 {at}") for at, panel in enumerate(sheet.panels, start=1))
    return draw(replace(sheet, panels=panels, notes=()), dpi=72)
