"""Reads the quantities of a text: counts and measures, years, dates, times, percentages, money, ordinals.

Each is an interval of the values that the words allow: "91" is one value, "fewer than twenty" everything below,
"about 50" a tenth to either side, "50 to 60" what lies between.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "year", "percent", "money", "ordinal", "month", "weekday", "time"]


_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SCALE_SHORT = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12}
_WORDS: dict[str, float] = {word: float(i) for i, word in enumerate(_UNITS)}
_WORDS |= {word: 20.0 + 10.0 * i for i, word in enumerate(_TENS)}
_WORDS |= {"dozen": 12.0, "dozens": 12.0}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_ORDINAL_WORDS: dict[str, float] = {word: i + 1.0 for i, word in enumerate(_ORDINALS)}
_MONTHS = ("january february march april may june july august september october november december").split()
_MONTH_WORDS: dict[str, float] = {word: i + 1.0 for i, word in enumerate(_MONTHS)}
_MONTH_WORDS |= {word[:3]: i + 1.0 for i, word in enumerate(_MONTHS) if word != "may"}
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_WEEKDAY_WORDS: dict[str, float] = {word: i + 1.0 for i, word in enumerate(_WEEKDAYS)}

_CURRENCY = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_MONEY_NOUNS = {"dollar", "euro", "pound", "yen", "rouble", "ruble", "yuan", "cent", "usd", "eur"}
_UNIT_NAMES = {
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

_AT_LEAST = ("at least", "no fewer than", "no less than", "not less than", "minimum of", "a minimum of")
_AT_MOST = ("at most", "no more than", "not more than", "up to", "maximum of", "a maximum of", "as many as")
_MORE = tuple(
    "more than,over,above,greater than,exceeding,exceeded,exceeds,upwards of,in excess of,higher than,longer than,"
    "older than,well over,just over,larger than".split(",")
)
_LESS = tuple("fewer than,less than,under,below,lower than,smaller than,shorter than,younger than,not even".split(","))
_JUST_UNDER = ("nearly", "almost", "just under", "close to", "approaching")
_ABOUT = tuple("about,around,approximately,roughly,some,circa,an estimated,estimated,approx.,approx".split(","))
# Of a moment these are bounds ("after 2014"); of a count they are something else ("after two years").
_AFTER, _BEFORE = ("after", "since"), ("before", "until")
_MOMENTS = frozenset({"year", "time", "month", "weekday"})
_DURATIONS = frozenset("second minute hour day week month year decade century".split())
MEASURES = _DURATIONS | frozenset("kilometre metre kilogram mile foot inch ton tonne litre degree".split())
"""Units; a quantity in one of them is never compared with one in another."""

# Up to fifteen digits, not glued to a word before ("F-16", "G20"), nor part of a version or a number with dots.
_TOKEN = re.compile(
    r"(?<![\w.])(?<!\d,)(?<![A-Za-z][-–])"
    r"(?P<number>(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.\d{1,9})?)"
    r"(?P<suffix>st|nd|rd|th|s|k|m|mn|bn|tn|km|kg|am|pm|pc)?(?![A-Za-z\d])(?![.,]\d)"
    r"|(?P<word>[A-Za-z][A-Za-z'’.]*[A-Za-z]|[A-Za-z])"
    r"|(?P<sign>[$€£¥%:+\-–—/])",
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text, as the interval of values that the words allow.

    `low` and `high` are finite or infinite, `low <= high`; `exact` says that a single value is stated
    without a bound. `noun` is the singular lower-case unit or counted noun, empty if there is none.
    """

    kind: Kind
    low: float
    high: float
    noun: str
    exact: bool

    @property
    def middle(self) -> float:
        """The value itself, or the finite end of a bound."""
        if math.isinf(self.low):
            return self.high
        if math.isinf(self.high):
            return self.low
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    kind: str
    start: int
    end: int


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "suffix":
            end, suffix = match.end("number"), match["suffix"]
            kind = {"s": "decade", "st": "ordinal", "nd": "ordinal", "rd": "ordinal", "th": "ordinal"}.get(
                suffix, "number"
            )
            found.append(_Token(match["number"], kind, match.start(), end))
            if kind == "number":
                found.append(_Token(suffix, "word", end, match.end()))
        else:
            found.append(_Token(match.group(), kind, match.start(), match.end()))
    return found


def _singular(word: str) -> str:
    word = word.lower().strip("'’.")
    word = word.removesuffix("'s").removesuffix("’s")
    if word in _UNIT_NAMES:
        return _UNIT_NAMES[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    return _UNIT_NAMES.get(word, word)


class _Reader:
    """Reads the quantities of one text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)

    def word(self, index: int) -> str:
        if 0 <= index < len(self.tokens):
            return self.tokens[index].text.lower()
        return ""

    def read(self) -> list[Quantity]:
        found: list[Quantity] = []
        index = 0
        while index < len(self.tokens):
            quantity, index = self._at(index)
            if quantity is not None:
                found.append(quantity)
        return found

    def _at(self, index: int) -> tuple[Quantity | None, int]:
        token = self.tokens[index]
        word = token.text.lower()
        if token.kind == "word":
            if word in _WEEKDAY_WORDS and token.text[0].isupper():
                value = _WEEKDAY_WORDS[word]
                return Quantity("weekday", value, value, "", True), index + 1
            if self._is_month(index):
                value = _MONTH_WORDS[word.rstrip(".")]
                return Quantity("month", value, value, "", True), index + 1
            if word in _TENS and self.word(index + 1) == "-" and self.word(index + 2) in _ORDINALS[:9]:
                value = _WORDS[word] + _ORDINAL_WORDS[self.word(index + 2)]
                return self._ordinal(value, index + 2), index + 3
            if word in _ORDINAL_WORDS and not (word == "second" and self.word(index - 1) == "a"):
                value = _ORDINAL_WORDS[word]
                return self._ordinal(value, index), index + 1
        if token.kind == "decade":
            return self._decade(token), index + 1
        if token.kind == "ordinal":
            value = float(token.text.replace(",", ""))
            noun = self.word(index + 1)
            if noun == "century":
                return Quantity("ordinal", value, value, "century", True), index + 2
            if self._is_month(index + 1) or self._is_month(index - 1) or self._month_of(index):
                return Quantity("ordinal", value, value, "day", True), index + 1
            return self._ordinal(value, index), index + 1
        clock = self._clock(index)
        if clock is not None:
            return clock
        value_end = self._value(index)
        if value_end is None:
            return None, index + 1
        return self._quantity(index, *value_end)

    def _decade(self, token: _Token) -> Quantity | None:
        """ "The 1990s"; a person's thirties or the under 18s are left aside."""
        value = float(token.text.replace(",", ""))
        return Quantity("year", value, value + 9, "", False) if 1000 <= value <= 2100 else None

    def _clock(self, index: int) -> tuple[Quantity, int] | None:
        """A time of day ("5:30 pm", "5pm"), in hours since midnight."""
        if self.tokens[index].kind != "number" or "." in self.tokens[index].text:
            return None
        hours, end = float(self.tokens[index].text.replace(",", "")), index + 1
        minutes = self.word(end + 1)
        timed = self.word(end) == ":" and minutes.isdigit() and len(minutes) == 2
        if timed:
            hours, end = hours + float(minutes) / 60, end + 2
        half = self.word(end).replace(".", "")
        if half in ("am", "pm"):
            hours, end = hours % 12 + (12 if half == "pm" else 0), end + 1
        elif not timed:
            return None
        elif hours <= 12:  # of the morning or the afternoon: the text does not say
            return Quantity("time", hours, hours + 12, "", False), end
        if hours >= 25:
            return None
        return Quantity("time", hours, hours, "", True), end

    def _month_of(self, index: int) -> bool:
        return self.word(index + 1) == "of" and self._is_month(index + 2)

    def _ordinal(self, value: float, index: int) -> Quantity:
        return Quantity("ordinal", value, value, self._noun(index + 1), True)

    def _is_month(self, index: int) -> bool:
        word = self.word(index).rstrip(".")
        if word not in _MONTH_WORDS or not self.tokens[index].text[0].isupper():
            return False
        if word in ("may", "march", "mar"):  # also a modal and a verb: wants a date beside it
            before, after = self.word(index - 1), self.word(index + 1)
            return before in ("in", "on", "of", "by", "until", "since", "last", "early", "late", "mid") or (
                before[:1].isdigit() or after[:1].isdigit()
            )
        return True

    def _value(self, index: int) -> tuple[float, int] | None:
        """Value of the number that starts at a token, and the index after it."""
        token = self.tokens[index]
        if token.kind == "number":
            value, end = float(token.text.replace(",", "")), index + 1
            scale = self.word(end)
            if scale in _SCALES or (scale in _SCALE_SHORT and (scale != "m" or self._money_before(index))):
                return value * (_SCALES.get(scale) or _SCALE_SHORT[scale]), end + 1
            return value, end
        if token.kind != "word":
            return None
        share = {"half": 0.5, "quarter": 0.25}.get(token.text.lower())
        if share is not None:  # "half a million", "a quarter of a million"
            end = index + (2 if self.word(index + 1) == "of" else 1)
            if self.word(end) in ("a", "an") and self.word(end + 1) in ("dozen", *_SCALES):
                return share * (_SCALES.get(self.word(end + 1)) or 12.0), end + 2
            return None
        return self._spelled(index)

    def _money_before(self, index: int) -> bool:
        return self.word(index - 1) in _CURRENCY

    def _spelled(self, index: int) -> tuple[float, int] | None:
        total, current, end = 0.0, 0.0, index
        seen = False
        while end < len(self.tokens):
            word = self.word(end)
            if word in ("-", "and") and seen and self._continues(end):
                end += 1
                continue
            if word in _WORDS and not (seen and current % 10 and word not in ("dozen", "dozens")):
                current = current * 12 if word.startswith("dozen") and current else current + _WORDS[word]
            elif word in _SCALES and (seen or self.word(end - 1) in ("a", "one")):
                current = (current or 1.0) * _SCALES[word]
                if word != "hundred":
                    total, current = total + current, 0.0
            else:
                break
            seen = True
            end += 1
        if not seen:
            return None
        if end == index + 1 and self.word(index) == "one" and not self._counts(index):
            return None
        return total + current, end

    def _continues(self, index: int) -> bool:
        before, after = self.word(index - 1), self.word(index + 1)
        if self.word(index) == "-":
            return before in _TENS and after in _UNITS
        return before in _SCALES and (after in _UNITS or after in _TENS)

    def _counts(self, index: int) -> bool:
        """Whether a lone "one" counts something ("one person"), rather than stands for somebody."""
        after = self.word(index + 1)
        return (
            index + 1 < len(self.tokens)
            and self.tokens[index + 1].kind == "word"
            and after not in _AFTER_PRONOUN_ONE
            and self.word(index - 1) not in _BEFORE_PRONOUN_ONE
        )

    def _quantity(self, index: int, value: float, end: int) -> tuple[Quantity | None, int]:
        if self.word(end) == "-" and self.word(end + 1).rstrip("s") in (*_ORDINALS, "half", "quarter"):
            return None, end + 2  # "two-thirds"
        low = high = value
        range_end = self._range(index, end)
        exact = True
        if range_end is not None:
            upper, range_stop = range_end
            scale = _SCALES.get(self.word(range_stop - 1)) or _SCALE_SHORT.get(self.word(range_stop - 1), 1.0)
            if end == index + 1 and value < 1000 <= scale:  # "5 to 10 million"
                low = value * scale
            if 1000 <= value <= 2100 and upper < 100:  # "the 2019-20 season"
                upper += value // 100 * 100
            if low < upper:
                high, exact, end = upper, False, range_stop
            elif self.word(end) != "to":  # "won 3-1": neither a range nor a quantity of anything
                return None, range_stop
        kind, noun, end = self._kind(index, value, end)
        if exact:
            low, high, exact = self._bound(index, value, end, kind, noun)
        return Quantity(kind, low, high, noun, exact), end

    def _range(self, index: int, end: int) -> tuple[float, int] | None:
        link = self.word(end)
        between = self.word(index - 1) == "between" and link == "and"
        dash = link in ("-", "–", "—") and end < len(self.tokens) and self.tokens[end].kind == "sign"
        if not (between or dash or link == "to") or end + 1 >= len(self.tokens):
            return None
        if dash and self.tokens[end + 1].kind != "number":
            return None
        return self._value(end + 1)

    def _kind(self, index: int, value: float, end: int) -> tuple[Kind, str, int]:
        after = self.word(end)
        if after in ("%", "percent", "pc") or (after == "per" and self.word(end + 1) == "cent"):
            return "percent", "", end + (2 if after == "per" else 1)
        if self.word(index - 1) in _CURRENCY:
            return "money", _CURRENCY[self.word(index - 1)], end
        if value <= 31 and (self._is_month(index - 1) or self._is_month(end)):
            return "ordinal", "day", end
        token = self.tokens[index]
        plain = token.kind == "number" and "," not in token.text and "." not in token.text
        noun = self._noun(end)
        if plain and 1000 <= value <= 2100 and len(token.text) == 4 and not self._measured(end):
            return "year", "", end
        if noun in _MONEY_NOUNS:
            return "money", "dollar" if noun in ("usd", "cent") else noun, end
        return "count", noun, end

    def _measured(self, end: int) -> bool:
        """Whether a four-digit number counts something: the next word is a plural or a unit."""
        if end >= len(self.tokens) or self.tokens[end].kind != "word":
            return False
        word = self.tokens[end].text
        gap = self.text[self.tokens[end - 1].end : self.tokens[end].start]
        plural = word.islower() and word.endswith("s") and word not in ("was", "is", "as", "has", "its", "does", "this")
        return gap in (" ", "-") and (plural or word.lower() in _UNIT_NAMES)

    def _noun(self, end: int) -> str:
        """The unit or counted noun: the last plain word of the run after the number, crudely."""
        if self.word(end) == "-":  # "50-year deal": the unit is what the hyphen joins
            return _singular(self.word(end + 1))
        nouns = []
        for position in range(end, min(end + 5, len(self.tokens))):
            token = self.tokens[position]
            gap = self.text[self.tokens[position - 1].end : token.start]
            word = token.text.lower()
            if word == "-":
                continue
            if token.kind != "word" or gap.strip() or word in _STOP:
                break
            nouns.append(_singular(word))
            if word in _UNIT_NAMES or (word.endswith("s") and not word.endswith("ss")):
                break
        return nouns[-1] if nouns else ""

    def _bound(self, index: int, value: float, end: int, kind: Kind, noun: str) -> tuple[float, float, bool]:
        start, stop = self.tokens[index].start, self.tokens[end - 1].end
        before = self.text[max(0, start - 24) : start].lower().rstrip(" $€£¥")
        before = before.removesuffix(" a").removesuffix(" an")  # "more than a dozen"
        after = self.text[stop : stop + 12].lower().lstrip()
        step = 1e-9 * max(1.0, abs(value))
        if _ends_with_word(before, _AT_LEAST) or after.startswith(("or more", "or higher", "or over", "+")):
            return value, math.inf, False
        if _ends_with_word(before, _AT_MOST) or after.startswith(("or less", "or fewer", "or under")):
            return -math.inf, value, False
        if _ends_with_word(before, _JUST_UNDER):
            return 0.85 * value, value, False
        lasting = noun in _DURATIONS and before.endswith(("over", "under"))  # "over five years"
        if (_ends_with_word(before, _LESS) and not lasting) or (kind in _MOMENTS and _ends_with_word(before, _BEFORE)):
            return -math.inf, value - step, False
        if (_ends_with_word(before, _MORE) and not lasting) or (kind in _MOMENTS and _ends_with_word(before, _AFTER)):
            return value + step, math.inf, False
        if _ends_with_word(before, _ABOUT):
            slack = 0.1 * abs(value) if kind != "year" else 2.0
            return value - slack, value + slack, False
        return value, value, True


_AFTER_PRONOUN_ONE = frozenset("of is was can has who that may must could another day thing should".split())
_BEFORE_PRONOUN_ONE = frozenset("no any some every this that the which each".split())
_STOP = frozenset(
    "a an the of in on at to for from by with and or but is was were are be been has have had that which who "
    "as than more less fewer not it its his her their this these those out during since until after before "
    "when while if per new other did do does will would can could may might said also only about into".split()
)


def _ends_with_word(text: str, phrases: tuple[str, ...]) -> bool:
    return any(text.endswith(phrase) and not text[: -len(phrase)][-1:].isalnum() for phrase in phrases)


def read_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text, from left to right."""
    return tuple(_Reader(text).read())
