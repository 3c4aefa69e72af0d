"""The words of quantities: numbers, ordinals, months, weekdays, currencies, units."""

from __future__ import annotations

import re

UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SCALE_SHORT = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12}
WORDS: dict[str, float] = {word: float(i) for i, word in enumerate(UNITS)}
WORDS |= {word: 20.0 + 10.0 * i for i, word in enumerate(TENS)}
WORDS |= {"dozen": 12.0, "dozens": 12.0}
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ORDINAL_WORDS: dict[str, float] = {word: i + 1.0 for i, word in enumerate(ORDINALS)}
MONTHS = ("january february march april may june july august september october november december").split()
MONTH_WORDS: dict[str, float] = {word: i + 1.0 for i, word in enumerate(MONTHS)}
MONTH_WORDS |= {word[:3]: i + 1.0 for i, word in enumerate(MONTHS) if word != "may"}
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
WEEKDAY_WORDS: dict[str, float] = {word: i + 1.0 for i, word in enumerate(WEEKDAYS)}

CURRENCY = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
MONEY_NOUNS = {"dollar", "euro", "pound", "yen", "rouble", "ruble", "yuan", "cent", "usd", "eur"}
UNIT_NAMES = {
    "km": "kilometre",
    "kilometer": "kilometre",
    "kms": "kilometre",
    "m": "metre",
    "meter": "metre",
    "kg": "kilogram",
    "kilo": "kilogram",
    "hr": "hour",
    "hrs": "hour",
    "min": "minute",
    "mins": "minute",
    "yr": "year",
    "yrs": "year",
    "mi": "mile",
    "ft": "foot",
    "feet": "foot",
    "people": "person",
    "men": "man",
    "women": "woman",
    "children": "child",
}

# Of a moment these are bounds ("after 2014"); of a count they are something else ("after two years").
AFTER, BEFORE = ("after", "since"), ("before", "until")
MOMENTS = frozenset({"year", "time", "month", "weekday"})
DURATIONS = frozenset("second minute hour day week month year decade century".split())
MEASURES = DURATIONS | frozenset("kilometre metre kilogram mile foot inch ton tonne litre degree".split())
"""Units; a quantity in one of them is never compared with one in another."""

ISO_DATE = re.compile(r"(1\d{3}|20\d{2}|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
ROUND_GROUPS = frozenset(
    {2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 20.0, 50.0, 100.0, 1000.0, 10000.0, 100000.0, 1e6}
)
"""Wholes of ratios: "3 in 10" is a share, "3 in 2014" is not."""

AFTER_PRONOUN_ONE = frozenset("of is was can has who that may must could another day thing should".split())
BEFORE_PRONOUN_ONE = frozenset("no any some every this that the which each".split())
STOP = frozenset(
    "a an the of in on at to for from by with and or but is was were are be been has have had that which who "
    "as than more less fewer not it its his her their this these those out during since until after before "
    "when while if per new other did do does will would can could may might said also only about into".split()
)
