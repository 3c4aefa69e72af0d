"""Says a sentence otherwise: negated, denied, attributed, hedged, in the wording of news.

The functions take a short declarative sentence and give another, or None where a plain rule would not be exact.
"""

from __future__ import annotations

import random
import re

_BE = r"(?:is|are|was|were)"
_NOT_AFTER = re.compile(rf"\b({_BE}|will|can|should|(?:has|have|had)(?= been\b))\b(?!\s+not|n['’]t)")
_NEGATED = re.compile(
    rf"\b({_BE}|will|could|would|should|(?:has|have|had)(?=(?: not|n['’]t) been\b))(?: not\b|n['’]t\b)"
)
_CANNOT = re.compile(r"\b(?:cannot|can not|can't|can’t)\b")
_NO_RULE = re.compile(
    r"[,;:?!\"“”()]|\b(?:not|no|never|none|nobody|nothing|neither|nor|without|n't|hardly|barely|and|or|but|if|because|"
    r"who|which|that|while|when|whose|where|unless|although|only|some|all|many|every|everyone|most|few|each|both|"
    r"several|any|someone|anyone|everybody|somebody|always|often|sometimes|also|just|still|already|too)\b|n['’]t\b",
    re.IGNORECASE,
)
_LOWERED = frozenset(
    "a an the there it he she they this that these those his her their its some many several all two three four "
    "in on at people men women children no one every most few another both during after before our my we you "
    "your".split()
)

SPEAKERS = (
    "the minister", "a spokesman", "a spokeswoman", "officials", "the company", "police", "the governor", "the union",
    "the mayor", "the ministry", "the report", "her lawyer", "the president", "a witness", "residents", "the agency",
    "Smith", "Garcia", "Lindqvist", "Okafor", "Petrova", "Tanaka", "Moscow", "Kyiv", "Beijing", "Washington",
    "the prosecutor", "the chief executive", "the coach", "researchers", "the opposition", "a senior official",
)  # fmt: skip

_AFFIRMED = (
    "It is true that {s}.", "The report that {s} is correct.", "Reports that {s} have been confirmed.",
    "It is a fact that {s}.", "The claim that {s} is accurate.",
)  # fmt: skip
_DENIED = (
    "It is not true that {s}.", "It is false that {s}.", "The claim that {s} is false.", "Reports that {s} are untrue.",
    "The allegation that {s} is baseless.", "The report that {s} was made up.", "The claim that {s} is a fabrication.",
    "There is no truth in reports that {s}.", "It is simply wrong that {s}.", "It is not the case that {s}.",
)  # fmt: skip
_SAID = (
    "{Y} said {s}.", "{Y} said that {s}.", "{S}, {y} said.", "According to {y}, {s}.", "{Y} told reporters that {s}.",
    "{Y} insisted that {s}.", "{Y} claimed that {s}.", "“{S},” {y} said.", "{Y} confirmed that {s}.",
)  # fmt: skip
_REJECTED = (
    "{Y} denied that {s}.", "{Y} dismissed as false the claim that {s}.", "{Y} rejected the allegation that {s}.",
    "{Y} said it was not true that {s}.", "{Y} called reports that {s} baseless.", "{Y} disputed that {s}.",
    "{Y} dismissed the report that {s} as a fabrication.", "“It is a lie that {s},” {y} said.",
)  # fmt: skip
_LEFT_OPEN = (
    "{Y} could not confirm that {s}.", "{Y} neither confirmed nor denied that {s}.", "It is not clear whether {s}.",
    "{Y} declined to say whether {s}.", "{Y} had no information on whether {s}.", "There is no evidence yet that {s}.",
    "{Y} asked whether {s}.",
)  # fmt: skip
_HEDGED = (
    "It is possible that {s}.", "Perhaps {s}.", "{Y} hopes that {s}.", "It may be that {s}.",
    "It could turn out that {s}.",
)  # fmt: skip

_BOTH_HOLD = (
    "Because {s}, {other}.", "Since {s}, {other}.", "{S}, and {other}.", "Although {s}, {other}.",
    "{S} because {other}.",
)  # fmt: skip
_ONE_MAY_HOLD = (
    "If {s}, {other}.", "Unless {s}, {other}.", "Either {s} or {other}.", "{S}, or {other}.", "{O} if {s}.",
)  # fmt: skip


def negated(text: str) -> str | None:
    """The text with its one verb negated, or with its one negation taken out; None if no plain rule applies."""
    if _NO_RULE.search(_NEGATED.sub("", _CANNOT.sub("", text.rstrip(" .")))) or len(text.split()) > 20:
        return None
    taken_out = _CANNOT.sub("can", _NEGATED.sub(r"\1", text))
    if taken_out != text:
        return taken_out
    found = list(_NOT_AFTER.finditer(text))
    if len(found) != 1 or found[0].start() == 0:
        return None
    word = found[0].group(1)
    other = "cannot" if word == "can" else f"{word} not"
    return text[: found[0].start()] + other + text[found[0].end() :]


def _clause(text: str) -> str | None:
    """The text as a clause inside a sentence: no full stop, no capital unless the first word is a name."""
    bare = text.strip().rstrip(" .")
    if not bare or re.search(r"[.?!;:\"“”|]", bare) or not 3 <= len(bare.split()) <= 25:
        return None
    first, _, rest = bare.partition(" ")
    return f"{first.lower()} {rest}" if first.lower() in _LOWERED else bare


def _fill(template: str, clause: str, speaker: str) -> str:
    text = template.format(s=clause, S=clause[0].upper() + clause[1:], y=speaker, Y=speaker[0].upper() + speaker[1:])
    return text[0].upper() + text[1:]


def _reworded(templates: tuple[str, ...], text: str, rng: random.Random) -> str | None:
    clause = _clause(text)
    return None if clause is None else _fill(rng.choice(templates), clause, rng.choice(SPEAKERS))


def affirmed(text: str, rng: random.Random) -> str | None:
    """The text with words that say that it is true."""
    return _reworded(_AFFIRMED, text, rng)


def denied(text: str, rng: random.Random) -> str | None:
    """The text with words that say that it is false, without a speaker."""
    return _reworded(_DENIED, text, rng)


def attributed(text: str, rng: random.Random) -> str | None:
    """The text as what somebody says."""
    return _reworded(_SAID, text, rng)


def rejected(text: str, rng: random.Random) -> str | None:
    """The text as what somebody denies."""
    return _reworded(_REJECTED, text, rng)


def left_open(text: str, rng: random.Random) -> str | None:
    """The text as what somebody neither asserts nor denies."""
    return _reworded(_LEFT_OPEN, text, rng)


def hedged(text: str, rng: random.Random) -> str | None:
    """The text as a mere possibility."""
    return _reworded(_HEDGED, text, rng)


def joined(text: str, other: str, rng: random.Random, *, both_hold: bool) -> str | None:
    """Two texts in one sentence that says both of them, or, with `both_hold` false, neither for certain."""
    one, two = _clause(text), _clause(other)
    if one is None or two is None:
        return None
    template = rng.choice(_BOTH_HOLD if both_hold else _ONE_MAY_HOLD)
    return template.format(s=one, S=one[0].upper() + one[1:], other=two, O=two[0].upper() + two[1:])
