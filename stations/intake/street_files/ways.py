"""Which ways of OpenStreetMap each mode may use, and in which directions.

The rules follow the OSM wiki: ``Key:highway`` (what a way is), ``OSM tags for routing/Access restrictions`` (what each
kind allows where nothing is tagged), ``Key:access`` (the most specific key decides) and ``Key:oneway``.

* A way counts by its value of ``highway``: `OPEN` lists them for each mode. What is not listed is not used: under
  construction, proposed, race tracks, lifts, and whatever else.
* Access: of the keys in `ACCESS` the first that is tagged decides. `CLOSED` values close the way, also one that is
  open by its kind; `GRANTED` values open one of a kind in `ON_REQUEST`. ``motorroad=yes`` is closed on foot and by
  e-bike unless the mode's own key is tagged.
* Ferries (``route=ferry``) are never used: they have hours and fares, and a station across a river is not near.
* Steps are for walking only.
* ``oneway`` (and the implied one of ``junction=roundabout`` and motorways) is ignored on foot, and respected by e-bike
  and truck; for the e-bike ``oneway:bicycle`` has the first word and ``cycleway=opposite…`` lifts it. ``reversible``
  and ``alternating`` count as both ways.
* Ways connect where they share a node, and nowhere else: a bridge or tunnel does not connect to what it crosses, a
  railway or river is crossed only by a way that crosses it. Railways and rivers are not ways of any mode.
* Not read: barriers on nodes (a locked gate in an open street), turn restrictions, weights and heights, and
  restrictions by hour.
"""

from __future__ import annotations

from collections.abc import Mapping

from stations.model.travel import Mode

_ROADS = frozenset(
    ("trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link")
) | {"unclassified", "residential", "living_street", "service", "road"}
_MOTORWAYS = frozenset(("motorway", "motorway_link"))

OPEN: Mapping[Mode, frozenset[str]] = {
    "walk": _ROADS
    | frozenset(
        ("pedestrian", "footway", "path", "track", "steps", "cycleway", "bridleway", "corridor", "platform", "crossing")
    ),
    "ebike": _ROADS | {"cycleway", "path", "track"},
    "truck": _ROADS | _MOTORWAYS,
}
ON_REQUEST: Mapping[Mode, frozenset[str]] = {
    "walk": frozenset(),
    "ebike": frozenset(("footway", "pedestrian", "bridleway", "crossing")),
    "truck": frozenset(("track", "pedestrian")),
}
ACCESS: Mapping[Mode, tuple[str, ...]] = {
    "walk": ("foot", "access"),
    "ebike": ("bicycle", "vehicle", "access"),
    "truck": ("hgv", "motor_vehicle", "vehicle", "access"),
}
CLOSED = frozenset(("no", "private", "use_sidepath", "agricultural", "forestry", "agricultural;forestry", "military"))
GRANTED = frozenset(("yes", "designated", "permissive", "official", "destination", "delivery"))

KINDS: tuple[str, ...] = tuple(sorted(frozenset().union(*OPEN.values(), *ON_REQUEST.values())))
"""Every value of ``highway`` that some mode may use."""

_FORWARD = frozenset(("yes", "true", "1"))
_BACKWARD = frozenset(("-1", "reverse"))

Directions = tuple[bool, bool]
"""Whether a way may be used in the order of its nodes, and against it."""


def directions(tags: Mapping[str, str], mode: Mode) -> Directions:
    """Return in which directions `mode` may use a way with these tags; neither where it may not use it."""
    if not _usable(tags, mode):
        return False, False
    return (True, True) if mode == "walk" else _by_oneway(tags, mode)


def _usable(tags: Mapping[str, str], mode: Mode) -> bool:
    kind, own = tags.get("highway", ""), ACCESS[mode][0]
    if tags.get("route") == "ferry":
        return False
    if mode != "truck" and tags.get("motorroad") == "yes" and own not in tags:
        return False
    access = next((tags[key] for key in ACCESS[mode] if key in tags), "")
    if kind in OPEN[mode]:
        return access not in CLOSED
    return kind in ON_REQUEST[mode] and tags.get(own) in GRANTED


def _by_oneway(tags: Mapping[str, str], mode: Mode) -> Directions:
    tagged = tags.get("oneway", "")
    if mode == "ebike":
        if any(tags.get(key, "").startswith("opposite") for key in ("cycleway", "cycleway:left", "cycleway:right")):
            return True, True
        tagged = tags.get("oneway:bicycle", tagged)
    if tagged in _BACKWARD:
        return False, True
    implied = tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") in _MOTORWAYS
    return True, not (tagged in _FORWARD or (implied and not tagged))
