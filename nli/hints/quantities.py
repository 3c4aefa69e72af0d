"""Reads the quantities of a text: counts and measures, years, dates, times, percentages, money, ordinals.

Each is an interval of the values that the words allow: "91" is one value, "fewer than twenty" everything below,
"about 50" a tenth to either side, "50 to 60" what lies between.
"""

from __future__ import annotations

from dataclasses import replace

from nli.hints.bounds import bound, opening
from nli.hints.lexicon import (
    AFTER_PRONOUN_ONE,
    BEFORE_PRONOUN_ONE,
    CURRENCY,
    ISO_DATE,
    MONEY_NOUNS,
    MONTH_WORDS,
    ORDINAL_WORDS,
    ORDINALS,
    ROUND_GROUPS,
    SCALE_SHORT,
    SCALES,
    STOP,
    TENS,
    UNIT_NAMES,
    UNITS,
    WEEKDAY_WORDS,
    WORDS,
)
from nli.hints.quantity import Kind, Quantity
from nli.hints.tokens import Token, tokens


def _singular(word: str) -> str:
    word = word.lower().strip("'’.")
    word = word.removesuffix("'s").removesuffix("’s")
    if word in UNIT_NAMES:
        return UNIT_NAMES[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    return UNIT_NAMES.get(word, word)


class _Reader:
    """Reads the quantities of one text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)

    def word(self, index: int) -> str:
        if 0 <= index < len(self.tokens):
            return self.tokens[index].text.lower()
        return ""

    def read(self) -> list[Quantity]:
        found: list[Quantity] = []
        index = 0
        while index < len(self.tokens):
            date = self._iso_date(index)
            if date:
                found += date
                index += 5
                continue
            quantity, end = self._at(index)
            if quantity is not None:
                found.append(replace(quantity, text=self._wording(quantity, index, end)))
            index = end
        return found

    def _wording(self, quantity: Quantity, index: int, end: int) -> str:
        start = self.tokens[index].start
        if not quantity.exact:
            start = opening(self.text, start)
        elif self.text[start - 1 : start] in CURRENCY:
            start -= 1
        return self.text[start : self.tokens[end - 1].end]

    def _iso_date(self, index: int) -> list[Quantity]:
        """Year, month and day of "2025-12-28"."""
        first, last = self.tokens[index], self.tokens[min(index + 4, len(self.tokens) - 1)]
        match = ISO_DATE.fullmatch(self.text[first.start : last.end])
        if match is None:
            return []
        year, month, day = (float(part) for part in match.groups())
        return [
            Quantity("year", year, year, "", True, match.group()),
            Quantity("month", month, month, "", True, match.group()),
            Quantity("ordinal", day, day, "day", True, match.group()),
        ]

    def _at(self, index: int) -> tuple[Quantity | None, int]:
        token = self.tokens[index]
        word = token.text.lower()
        if token.kind == "word":
            if word in WEEKDAY_WORDS and token.text[0].isupper():
                value = WEEKDAY_WORDS[word]
                return Quantity("weekday", value, value, "", True), index + 1
            if self._is_month(index):
                value = MONTH_WORDS[word.rstrip(".")]
                return Quantity("month", value, value, "", True), index + 1
            if word in TENS and self.word(index + 1) == "-" and self.word(index + 2) in ORDINALS[:9]:
                value = WORDS[word] + ORDINAL_WORDS[self.word(index + 2)]
                return self._ordinal(value, index + 2), index + 3
            if word in ORDINAL_WORDS and not (word == "second" and self.word(index - 1) == "a"):
                value = ORDINAL_WORDS[word]
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
        ratio = self._ratio(*value_end)
        if ratio is not None:
            return ratio
        value, end = value_end
        return self._quantity(index, -value if self._is_negative(index) else value, end)

    def _is_negative(self, index: int) -> bool:
        """Whether a minus stands before the number: "-5", not "3-5" nor "Boeing -5"."""
        if self.word(index - 1) == "minus":
            return True
        if self.word(index - 1) != "-" or index < 1:
            return False
        sign = self.tokens[index - 1]
        return sign.end == self.tokens[index].start and self.text[: sign.start][-1:] in ("", " ", "(")

    def _ratio(self, value: float, end: int) -> tuple[Quantity, int] | None:
        """A share of a round group, as a percentage: "one in five", "9 out of 10"."""
        after = end + (2 if self.word(end) == "out" and self.word(end + 1) == "of" else 1)
        if (after == end + 1 and self.word(end) != "in") or after >= len(self.tokens):
            return None
        whole = self._value(after)
        if whole is None or not 0 < value < whole[0] or whole[0] not in ROUND_GROUPS:
            return None
        share = 100 * value / whole[0]
        return Quantity("percent", share, share, "", True), whole[1]

    def _decade(self, token: Token) -> Quantity | None:
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
        if word not in MONTH_WORDS or not self.tokens[index].text[0].isupper():
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
            if [self.word(end + i) for i in range(3)] == ["and", "a", "half"]:
                value, end = value + 0.5, end + 3
            scale = self.word(end)
            if scale in SCALES or (scale in SCALE_SHORT and (scale != "m" or self._money_before(index))):
                return value * (SCALES.get(scale) or SCALE_SHORT[scale]), end + 1
            return value, end
        if token.kind != "word":
            return None
        share = {"half": 0.5, "quarter": 0.25}.get(token.text.lower())
        if share is not None:  # "half a million", "a quarter of a million"
            end = index + (2 if self.word(index + 1) == "of" else 1)
            if self.word(end) in ("a", "an") and self.word(end + 1) in ("dozen", *SCALES):
                return share * (SCALES.get(self.word(end + 1)) or 12.0), end + 2
            return None
        return self._spelled(index)

    def _money_before(self, index: int) -> bool:
        return self.word(index - 1) in CURRENCY

    def _spelled(self, index: int) -> tuple[float, int] | None:
        total, current, end = 0.0, 0.0, index
        seen = False
        while end < len(self.tokens):
            word = self.word(end)
            if word in ("-", "and") and seen and self._continues(end):
                end += 1
                continue
            if word in WORDS and not (seen and current % 10 and word not in ("dozen", "dozens")):
                current = current * 12 if word.startswith("dozen") and current else current + WORDS[word]
            elif word in SCALES and (seen or self.word(end - 1) in ("a", "one")):
                current = (current or 1.0) * SCALES[word]
                if word != "hundred":
                    total, current = total + current, 0.0
            else:
                break
            seen = True
            end += 1
        if not seen:
            return None
        if [self.word(end + i) for i in range(3)] == ["and", "a", "half"]:
            scale = SCALES.get(self.word(end + 3), 1.0)  # "one and a half million", "two and a half hours"
            return (total + current + 0.5) * scale, end + (3 if scale == 1.0 else 4)
        if end == index + 1 and self.word(index) == "one" and not self._counts(index):
            return None
        return total + current, end

    def _continues(self, index: int) -> bool:
        before, after = self.word(index - 1), self.word(index + 1)
        if self.word(index) == "-":
            return before in TENS and after in UNITS
        return before in SCALES and (after in UNITS or after in TENS)

    def _counts(self, index: int) -> bool:
        """Whether a lone "one" counts something ("one person"), rather than stands for somebody."""
        after = self.word(index + 1)
        return (
            index + 1 < len(self.tokens)
            and self.tokens[index + 1].kind == "word"
            and after not in AFTER_PRONOUN_ONE
            and self.word(index - 1) not in BEFORE_PRONOUN_ONE
        )

    def _quantity(self, index: int, value: float, end: int) -> tuple[Quantity | None, int]:
        if self.word(end) == "-" and self.word(end + 1).rstrip("s") in (*ORDINALS, "half", "quarter"):
            return None, end + 2  # "two-thirds"
        low = high = value
        range_end = self._range(index, end)
        exact = True
        if range_end is not None:
            upper, range_stop = range_end
            scale = SCALES.get(self.word(range_stop - 1)) or SCALE_SHORT.get(self.word(range_stop - 1), 1.0)
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
            start, stop = self.tokens[index].start, self.tokens[end - 1].end
            low, high, exact = bound(self.text, start, stop, value, kind, noun)
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
        if self.word(index - 1) in CURRENCY:
            return "money", CURRENCY[self.word(index - 1)], end
        if value <= 31 and (self._is_month(index - 1) or self._is_month(end)):
            return "ordinal", "day", end
        token = self.tokens[index]
        plain = token.kind == "number" and "," not in token.text and "." not in token.text
        noun = self._noun(end)
        if plain and 1000 <= value <= 2100 and len(token.text) == 4 and not self._measured(end):
            return "year", "", end
        if noun in MONEY_NOUNS:
            return "money", "dollar" if noun in ("usd", "cent") else noun, end
        return "count", noun, end

    def _measured(self, end: int) -> bool:
        """Whether a four-digit number counts something: the next word is a plural or a unit."""
        if end >= len(self.tokens) or self.tokens[end].kind != "word":
            return False
        word = self.tokens[end].text
        gap = self.text[self.tokens[end - 1].end : self.tokens[end].start]
        plural = word.islower() and word.endswith("s") and word not in ("was", "is", "as", "has", "its", "does", "this")
        return gap in (" ", "-") and (plural or word.lower() in UNIT_NAMES)

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
            if token.kind != "word" or gap.strip() or word in STOP:
                break
            nouns.append(_singular(word))
            if word in UNIT_NAMES or (word.endswith("s") and not word.endswith("ss")):
                break
        return nouns[-1] if nouns else ""


def read_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text, from left to right."""
    return tuple(_Reader(text).read())
