"""Questions as they come from outside: text from an address or a form, checked before anything is measured."""

from __future__ import annotations

import math
import unicodedata

from stations.model.errors import BadChoice
from stations.model.language import mark
from stations.model.vocabulary import Tier
from stations.planning.assess import Question

DEFAULT_RADIUS_M = 1000.0  # 15 minutes on foot at 60 m/min, GB 50180-2018
LEAST_M, MOST_M = 1.0, 100_000.0


def radius_from(text: str) -> float:
    """Return the radius in metres that `text` states (full-width digits allowed). Raises `BadChoice`."""
    words = unicodedata.normalize("NFKC", text).strip().lower().removesuffix("m").removesuffix("米").replace(",", "")
    try:
        radius_m = float(words) if "_" not in words else math.nan
    except ValueError:
        radius_m = math.nan
    if not LEAST_M <= radius_m <= MOST_M:
        raise BadChoice(what=mark("Radius"), value=text, offered=mark("a number of metres from 1 to 100,000"))
    return radius_m


def question_from(radius: str, tier: str | None) -> Question:
    """Return the question that an address states. Raises `BadChoice`."""
    known = Tier.read(tier) if tier else None
    if tier and known is None:
        raise BadChoice(what=mark("Tier"), value=tier, offered=", ".join(Tier))
    return Question(radius_m=radius_from(radius), tier=known)
