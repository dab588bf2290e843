"""An accepted site as a planned station of the register: entered like any other, and undone like it."""

from __future__ import annotations

from stations.model.acts import Act
from stations.model.crs import points, to_metric
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.model.vocabulary import Datum, Status
from stations.planning.coverage.counting import located
from stations.planning.records.edit import Saved, save
from stations.planning.records.entering import Draft, checked, filled_by_place
from stations.planning.siting.proposal import Proposal, Site
from stations.planning.siting.tables import place_name, reason

SAME_PLACE_M = 50.0

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


def planned_number(proposal: Proposal, site: Site) -> str | None:
    """Return the number of the planned station that is at a site already (`SAME_PLACE_M`)."""
    stations = proposal.before.holdings.stations
    planned = stations[(stations["status"] == Status.PLANNED.value) & located(stations)]
    crs = proposal.before.holdings.city.metric_crs
    spot = to_metric(points([site.lon], [site.lat]).to_frame("geometry"), crs).geometry.iloc[0]
    metres = to_metric(planned[["geometry"]], crs).distance(spot)
    return str(metres.idxmin()) if (metres <= SAME_PLACE_M).any() else None


def planned_at(proposal: Proposal, site: Site) -> str | None:
    """Return the name and number of the planned station that is at a site already."""
    key = planned_number(proposal, site)
    if key is None:
        return None
    name = proposal.before.holdings.stations.at[key, "name"]
    return _("{name} ({number})").format(name=name, number=key)


def plan_station(settings: Settings, proposal: Proposal, site: Site, *, act: Act) -> Saved:
    """Enter a site into the register as a planned station, as one revision.

    It counts for nothing until its status says that it is in use. Raises as `edit.save`.
    """
    return save(settings, checked(settings, planned_draft(settings, proposal, site)), act)
