"""What the demand counts, in words: each group's sum beside the total of its source."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from stations.model import numbers
from stations.model.language import current_language, sentences
from stations.model.language import gettext as _

if TYPE_CHECKING:
    from stations.model.vocabulary import Group
    from stations.planning.coverage.people import People


def account(people: People) -> list[str]:
    """Return for each group, in words, what its source says in all and what became of it, then the file's notices."""
    assumed = [assumed_datum() + ("." if current_language() == "en" else "。")] if people.assumed_datum else []
    return [*(_of_group(people, group) for group in people.groups), *people.notices, *assumed]


def assumed_datum() -> str:
    """Return that nobody has said in which datum points are, as a clause."""
    return _("The file does not name the datum of its points: they are taken for WGS84 (--demand-datum states another)")


def _of_group(people: People, group: Group) -> str:
    total = {str(name): float(people.totals.at[group.value, name]) for name in people.totals}  # type: ignore[arg-type]
    figures = {name: numbers.people(value) for name, value in total.items() if not math.isnan(value)}
    label = group.label(current_language())
    words = (
        _("{group}: {source} in the data, {used} counted, {in_district} of them in a district.")
        if "source" in figures
        else _("{group}: the data is too large to be summed up; {used} counted, {in_district} of them in a district.")
    )
    parts = [words.format(group=label, **figures)]
    left_out = total["outside"] - (total["used"] - total["in_district"])
    if total["used"] > total["in_district"]:
        outside = numbers.people(total["used"] - total["in_district"])
        parts.append(_("{outside} are counted and lie outside all districts.").format(outside=outside))
    if left_out > 0.5:  # sums of fractions may differ in their last digits
        parts.append(_("{outside} lie outside the city and are not counted.").format(outside=numbers.people(left_out)))
    if total["refused"]:
        parts.append(_("{refused} are in rows that cannot be used.").format(refused=figures["refused"]))
    if "published" in figures:
        parts.append(_("The published total is {published}.").format(published=figures["published"]))
    return sentences(parts)
