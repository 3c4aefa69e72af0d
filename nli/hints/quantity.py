"""One quantity of a text: what it measures, and the interval of values that the words allow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "year", "percent", "money", "ordinal", "month", "weekday", "time"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text, as the interval of values that the words allow.

    `low` and `high` are finite or infinite, `low <= high`; `exact` says that a single value is stated
    without a bound. `noun` is the singular lower-case unit or counted noun, empty if there is none. `text` is how
    the source puts it, bound included ("fewer than 20").
    """

    kind: Kind
    low: float
    high: float
    noun: str
    exact: bool
    text: str = ""

    @property
    def middle(self) -> float:
        """The value itself, or the finite end of a bound."""
        if math.isinf(self.low):
            return self.high
        if math.isinf(self.high):
            return self.low
        return (self.low + self.high) / 2
