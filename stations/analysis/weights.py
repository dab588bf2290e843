"""Numbers that count how much: people, capacity, access. Every one is finite and not below 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stations.model.errors import BadChoice
from stations.model.language import mark

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PEOPLE = mark("Number of people")


def require_weights(values: pd.Series, *, what: str, offered: str = mark("finite numbers of 0 or more")) -> Floats:
    """Return the values as float64; raise BadChoice, naming the first, when one is missing, infinite or below 0.

    `what` names them and `offered` says what is allowed, both as marked messages.
    """
    numbers: Floats = values.to_numpy(dtype=np.float64, na_value=np.nan)
    bad = np.flatnonzero(~(np.isfinite(numbers) & (numbers >= 0)))
    if bad.size:
        raise BadChoice(what=what, value=float(numbers[bad[0]]), offered=offered)
    return numbers
