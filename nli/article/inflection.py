"""The few forms of English verbs that rebuilt claims need."""

from __future__ import annotations

from collections.abc import Mapping

_VOWELS = "aeiou"
_THIRD = {"am": "is", "are": "is", "have": "has", "do": "does", "'m": "is", "'re": "is", "'ve": "has", "were": "was"}


def past_tense(lemma: str, irregular: Mapping[str, str], *, plural: bool = False) -> str:
    """The past tense of a verb given by its lemma; `irregular` lists the forms that do not take -ed."""
    verb = lemma.lower()
    if verb == "be":
        return "were" if plural else "was"
    if verb in irregular:
        return irregular[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and len(verb) > 1 and verb[-2] not in _VOWELS:
        return verb[:-1] + "ied"
    if len(verb) == 3 and verb[-1] not in _VOWELS + "wxy" and verb[1] in _VOWELS and verb[0] not in _VOWELS:
        return verb + verb[-1] + "ed"
    return verb + "ed"


def participle(lemma: str, irregular: Mapping[str, str]) -> str:
    """The -ing form of a verb; a final letter doubles where it does in the past tense."""
    past = irregular.get(lemma, "")
    if past == lemma + lemma[-1:] + "ed":
        return lemma + lemma[-1] + "ing"
    if lemma.endswith("e") and not lemma.endswith(("ee", "ye")):
        return lemma[:-1] + "ing"
    return lemma + "ing"


def third_person(form: str) -> str:
    """The third person singular of a verb form that stands with "I" or "we"."""
    verb = form.lower()
    if verb in _THIRD:
        return _THIRD[verb]
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and len(verb) > 1 and verb[-2] not in _VOWELS:
        return verb[:-1] + "ies"
    return verb + "s"
