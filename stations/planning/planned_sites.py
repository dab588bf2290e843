"""An accepted site as a planned station of the register: entered like any other, and undone like it."""

from __future__ import annotations

from stations.model.acts import Act
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.model.vocabulary import Datum, Status
from stations.planning.edit import Saved, save
from stations.planning.entering import Draft, checked, filled_by_place
from stations.planning.proposal import Proposal, Site
from stations.planning.siting_tables import place_name, reason

LONGEST_PLACE = 40
"""Letters of the host in the name, which has at most 60."""


def planned_draft(settings: Settings, proposal: Proposal, site: Site) -> Draft:
    """Return a site as the draft of a planned station, for the form: place, district, union, and why it is there."""
    dated, called = _("Siting proposal of {date}, revision {revision}: {reason}"), _("Union station ({place})")
    held = proposal.before.holdings
    values = {
        "name": called.format(place=place_name(proposal, site)[:LONGEST_PLACE]),
        "lon": f"{site.lon:.6f}",
        "lat": f"{site.lat:.6f}",
        "datum": Datum.WGS84.value,
        "status": Status.PLANNED.value,
        "notes": dated.format(date=held.data_date, revision=held.revision, reason=reason(site)),
    }
    return Draft("station", values | filled_by_place(settings, values))


def plan_station(settings: Settings, proposal: Proposal, site: Site, *, act: Act) -> Saved:
    """Enter a site into the register as a planned station, as one revision.

    It counts for nothing until its status says that it is in use. Raises as `edit.save`.
    """
    return save(settings, checked(settings, planned_draft(settings, proposal, site)), act)
