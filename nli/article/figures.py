"""Figures that stand for a whole claim: "Dushanbe puts the number at four" says again what was said of six."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nli.hints.quantities import read_quantities
from nli.hints.quantity import Quantity
from nli.records import Claim

_NAMES = "number|figure|total|toll|tally|count|sum|amount|volume|crowd|turnout|attendance|price|cost|bill|size|weight"
_BARE = re.compile(
    rf"(?:(?:the|its|their)\s+)?(?:(?:correct|exact|right|real|true|actual|new|final|official)\s+)?(?:{_NAMES}|it|this|that)"
    r"\s+(?:was|were|is|are|had been|stood at|came to)\s+"
    r"(?:(?:only|just|about|around|roughly|nearly|almost|over|under|more than|fewer than|less than|at least|at most|"
    r"up to|closer to|nearer|as (?:many|much|high|low) as)\s+)*"
    r"(?P<value>[$£€]?\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|a dozen)\b)",
    re.IGNORECASE,
)
_MEASURED = ("count", "percent", "money")


def is_bare_figure(text: str) -> bool:
    """Whether a text gives a number without saying of what: "The figure was 14.", "It was 93%." """
    return _BARE.match(text) is not None


def with_figure(text: str, value: str) -> str | None:
    """A claim with the one figure that it gives in the unit of `value` replaced by that: "six shepherds", "four".

    None if it gives no such figure, or several, or if `value` is not one figure.
    """
    new = [item for item in read_quantities(value) if item.kind in _MEASURED]
    if len(new) != 1:
        return None
    old = [item for item in read_quantities(text) if _is_like(item, new[0])]
    if len(old) != 1 or text.count(old[0].text) != 1 or not old[0].text:
        return None
    return text.replace(old[0].text, new[0].text)


def _is_like(item: Quantity, new: Quantity) -> bool:
    """Whether a quantity measures what another one does; what is counted must be named in one of them."""
    if item.kind == "count" and not item.noun:
        return False
    return item.kind == new.kind and (not new.noun or item.noun == new.noun)


def answered(value: str, before: Iterable[Claim], speaker: str) -> str | None:
    """The first of some claims by another party that a bare figure answers, with that figure; None if none is."""
    if value.lower().startswith(("it ", "this ", "that ")):
        return None  # "put it at 93%": what that is was said before, by whomever
    for claim in before:
        if claim.speaker == speaker or claim.stance != "asserts" or is_bare_figure(claim.text):
            continue
        written = with_figure(claim.text, value)
        if written is not None and written != claim.text:
            return written
    return None
