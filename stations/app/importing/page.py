"""Page 导入与体检: hand in a list, say what its columns mean, see what is odd and what would change, and import it."""

from __future__ import annotations

from stations.app import address, frame
from stations.app.importing import check_up, columns, confirming, handed, imported, locating
from stations.app.records import saving
from stations.model.errors import StationsError
from stations.model.language import gettext as _
from stations.planning.importing import import_tables
from stations.planning.register import Holdings, holdings


@address.part
def page() -> None:
    """Draw the page."""
    frame.top()
    with frame.telling_faults():
        saving.carry_out(address.aside)
        held = holdings(address.settings().now())
        settings = address.settings().now()
        match address.chosen("task"):
            case "list":
                _list(held)
            case "register":
                _head(_("What is odd about the records that are there already."), held)
                check_up.draw(settings)
            case _:
                _head(locating.sentence(settings), held)
                locating.draw(settings)


def _head(sentence: str, held: Holdings) -> None:
    frame.head(_("Import and check-up"), sentence, held)
    _switch()
    saving.said()


def _switch() -> None:
    names = {
        "list": _("Import a list"),
        "register": _("Check-up of the register"),
        "places": _("Records without a place"),
    }
    frame.switch(_("What to do"), names, key="task")


def _list(held: Holdings) -> None:
    """Show the list that was handed in, or ask for one."""
    plan, fault = None, None
    try:
        plan = handed.plan() if handed.is_there() else None
    except StationsError as error:  # what was chosen so far stays, to be corrected
        fault = str(error)
    asked = _("Hand in a list of stations or bases: it is examined first, and nothing is written before you confirm.")
    _head(import_tables.plan_in_words(plan) if plan else asked, held)
    handed.controls()
    if fault:
        frame.warning(fault)
    if handed.is_there():
        handed.where()
    if handed.table() is not None:
        columns.show()
    if plan:
        confirming.draw(held, plan)
    elif not handed.is_there():
        imported.show()
