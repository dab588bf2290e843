"""Page 快照与报告: the yearly report, maps for paper, the figures of a text, and a map held against the register."""

from __future__ import annotations

from stations.app import address, frame
from stations.app.reports import checking, mapping, report_making
from stations.model.language import gettext as _
from stations.planning.coverage import show
from stations.planning.register import holdings


@address.part
def page() -> None:
    """Draw the page."""
    frame.top()
    with frame.telling_faults():
        settings = address.settings()
        held = holdings(settings)
        frame.head(_("Snapshots and reports"), show.record_sentence(held), held)
        _switch()
        match address.chosen("doing"):
            case "report":
                report_making.draw(settings)
            case "maps":
                mapping.draw(held)
            case "figures":
                checking.draw(settings)
            case _:
                mapping.verify()


def _switch() -> None:
    names = {
        "report": _("Yearly report"),
        "maps": _("Maps for paper"),
        "figures": _("Check the figures of a text"),
        "verify": _("Verify a file"),
    }
    frame.switch(_("What to do"), names, key="doing")
