"""What stands around a number and turns a value into a bound: "at least", "fewer than", "about"."""

from __future__ import annotations

import math

from nli.hints.lexicon import AFTER, BEFORE, DURATIONS, MOMENTS
from nli.hints.quantity import Kind

_AT_LEAST = ("at least", "no fewer than", "no less than", "not less than", "minimum of", "a minimum of")
_AT_MOST = ("at most", "no more than", "not more than", "up to", "maximum of", "a maximum of", "as many as")
_MORE = tuple(
    "more than,over,above,greater than,exceeding,exceeded,exceeds,upwards of,in excess of,higher than,longer than,"
    "older than,well over,just over,larger than".split(",")
)
_LESS = tuple("fewer than,less than,under,below,lower than,smaller than,shorter than,younger than,not even".split(","))
_JUST_UNDER = ("nearly", "almost", "just under", "close to", "approaching")
_ABOUT = tuple("about,around,approximately,roughly,some,circa,an estimated,estimated,approx.,approx".split(","))


def _ends_with_word(text: str, phrases: tuple[str, ...]) -> bool:
    return any(text.endswith(phrase) and not text[: -len(phrase)][-1:].isalnum() for phrase in phrases)


def opening(text: str, start: int) -> int:
    """Where the words begin that make a bound of the number at `start`; `start` itself if there are none."""
    before = text[max(0, start - 24) : start]
    bare = before.lower().rstrip(" $€£¥")
    bare = bare.removesuffix(" a").removesuffix(" an")
    phrases = (*_AT_LEAST, *_AT_MOST, *_JUST_UNDER, *_LESS, *_MORE, *_ABOUT, *AFTER, *BEFORE)
    found = [phrase for phrase in phrases if _ends_with_word(bare, (phrase,))]
    return start - len(before) + len(bare) - max(map(len, found)) if found else start


def bound(text: str, start: int, stop: int, value: float, kind: Kind, noun: str) -> tuple[float, float, bool]:
    """The interval that a value stated at `text[start:stop]` stands for, and whether it is stated exactly."""
    before = text[max(0, start - 24) : start].lower().rstrip(" $€£¥")
    before = before.removesuffix(" a").removesuffix(" an")  # "more than a dozen"
    after = text[stop : stop + 12].lower().lstrip()
    step = 1e-9 * max(1.0, abs(value))
    if _ends_with_word(before, _AT_LEAST) or after.startswith(("or more", "or higher", "or over", "+")):
        return value, math.inf, False
    if _ends_with_word(before, _AT_MOST) or after.startswith(("or less", "or fewer", "or under")):
        return -math.inf, value, False
    if _ends_with_word(before, _JUST_UNDER):
        return value - 0.15 * abs(value), value, False
    lasting = noun in DURATIONS and before.endswith(("over", "under"))  # "over five years"
    if (_ends_with_word(before, _LESS) and not lasting) or (kind in MOMENTS and _ends_with_word(before, BEFORE)):
        return -math.inf, value - step, False
    if (_ends_with_word(before, _MORE) and not lasting) or (kind in MOMENTS and _ends_with_word(before, AFTER)):
        return value + step, math.inf, False
    if _ends_with_word(before, _ABOUT):
        slack = 0.1 * abs(value) if kind != "year" else 2.0
        return value - slack, value + slack, False
    return value, value, True
