"""Pairs that use the same words for something else: roles exchanged, names replaced, parts taken for the whole.

A model that counts common words calls them entailed. None of them is; whether they contradict is left open, since
someone born in Paris was not born in Rome, but may have worked in both.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence

from nli.training.examples import Example

_NAME = re.compile(r"\b[A-Z][\w’'-]+(?: (?:of |de |the )?[A-Z][\w’'-]+)*")
_PLACED_NAME = re.compile(r"\b(in|by|of|from|to|for|with|at|on) ([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)")
_NOUN = re.compile(r"\b((?:a|an|the) (?:[a-z]+ )?[a-z]{3,})\b(?! (?:of|and|or|with)\b)", re.IGNORECASE)
_SYMMETRIC = re.compile(
    r"\b(?:and|or|with|between|met|meet|meets|married|marries|beside|near|next|together|both|versus|same|like|equal|"
    r"alongside|than|is|was|are|were|be|been|as)\b"
)
_ATTACHED = re.compile(
    r"^((?:A|An|The) (?:[a-z]+ )?[a-z]{3,}) ((?:with|near|behind|beside|next to|holding|watching|by|following|under) "
    r"(a|an|the) ((?:[a-z]+ )?[a-z]{3,})) ((?:is|was) [a-z].*)$"
)


def roles_exchanged(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` claims two of whose parties have changed places ("A beat B" to "B beat A")."""
    made: list[Example] = []
    for example in rng.sample(list(examples), len(examples)):
        if len(made) >= count:
            break
        if example.label != "entailment":
            continue
        names = [m for m in _NAME.finditer(example.b) if m.group() in example.a]
        a, b = example.a, example.b
        if len(names) != 2:
            a = b = rng.choice((example.a, example.b))
            names = list(_NOUN.finditer(b))
        if len(names) != 2 or len(b.split()) > 20 or _SYMMETRIC.search(b):
            continue
        other = _exchanged(b, names[0].span(), names[1].span())
        if other.lower() != b.lower():
            made.append(Example(a, other, "not_entailment", "roles_exchanged", example.group))
    return made


def _exchanged(text: str, one: tuple[int, int], two: tuple[int, int]) -> str:
    first, second = text[slice(*one)], text[slice(*two)]
    if one[0] == 0:
        second = second[0].upper() + second[1:]
        if first.split()[0].lower() in ("a", "an", "the"):
            first = first[0].lower() + first[1:]
    return text[: one[0]] + second + text[one[1] : two[0]] + first + text[two[1] :]


_PASSIVE = re.compile(
    r"^((?:A|An|The) (?:[a-z]+ )?[a-z]{3,}|[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*) (?:is|was|were|are|has been|had been) "
    r"(?:being )?(\w+ed) by ((?:a|an|the) (?:[a-z]+ )?[a-z]{3,}|[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)\b(?!['’-])"
)


def passives(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` passives against the active sentence with the same roles (entailed) and with exchanged ones."""
    made: list[Example] = []
    texts = sorted({(text, e.group) for e in examples for text in (e.a, e.b) if " by " in text})
    for text, group in rng.sample(texts, len(texts)):
        if len(made) >= count:
            break
        match = _PASSIVE.match(text)
        if not match:
            continue
        patient, verb, agent = match.groups()
        made.append(Example(text, f"{_opened(agent)} {verb} {_inside(patient)}.", "entailment", "passives", group))
        made.append(Example(text, f"{_opened(patient)} {verb} {_inside(agent)}.", "not_entailment", "passives", group))
    return made[:count]


def _opened(noun: str) -> str:
    return noun[0].upper() + noun[1:]


def _inside(noun: str) -> str:
    return noun[0].lower() + noun[1:] if noun.split()[0] in ("A", "An", "The") else noun


def names_replaced(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` entailed claims with one name replaced by another that stands behind the same word elsewhere."""
    pool: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    usable: list[tuple[Example, re.Match[str]]] = []
    for example in examples:
        for match in _PLACED_NAME.finditer(example.b):
            pool[match.group(1), len(match.group(2).split())].append(match.group(2))
            if example.label == "entailment" and match.group(2) in example.a:
                usable.append((example, match))
    made: list[Example] = []
    for example, match in rng.sample(usable, len(usable)):
        if len(made) >= count:
            break
        other = rng.choice(pool[match.group(1), len(match.group(2).split())])
        if other in example.a or match.group(2) in other:
            continue
        text = example.b[: match.start(2)] + other + example.b[match.end(2) :]
        made.append(Example(example.a, text, "not_entailment", "names_replaced", example.group))
    return made


def attachments(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` pairs in which the predicate of one party is, or is not, given to the party named beside it."""
    made: list[Example] = []
    texts = sorted({(example.a, example.group) for example in examples})
    for text, group in rng.sample(texts, len(texts)):
        if len(made) >= count:
            break
        match = _ATTACHED.match(text)
        if not match or len(text.split()) > 20:
            continue
        subject, _, article, beside, predicate = match.groups()
        made.append(Example(text, f"{subject} {predicate}", "entailment", "attachments", group))
        if f"{article} {beside}".lower() != subject.lower():
            other = f"{article.capitalize()} {beside} {predicate}"
            made.append(Example(text, other, "not_entailment", "attachments", group))
    return made[:count]
