"""Claims of several articles as one list: ids told apart, names of one person made one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from nli.article.lexicon import Lexicon
from nli.records import Claim


def merge(found: Sequence[Sequence[Claim]], lexicon: Lexicon) -> tuple[Claim, ...]:
    """Put the claims of several articles together, in the order given.

    An id becomes `2.c7` for the seventh claim of the second article. A speaker known by one name only takes the
    fuller name that another article gives if just one name ends (or, for a body, begins) with it.
    A country keeps its name.
    """
    fuller = _fuller({claim.speaker for claims in found for claim in claims}, lexicon)
    merged = []
    for number, claims in enumerate(found):
        for claim in claims:
            denied = f"{number + 1}.{claim.denies_claim}" if claim.denies_claim is not None else None
            merged.append(
                replace(
                    claim,
                    id=f"{number + 1}.{claim.id}",
                    denies_claim=denied,
                    article=number,
                    speaker=fuller.get(claim.speaker, claim.speaker),
                )
            )
    return tuple(merged)


def _fuller(names: set[str], lexicon: Lexicon) -> dict[str, str]:
    """For each name of one word, with a capital, the only longer name that ends or begins with it."""
    longer: dict[str, set[str]] = defaultdict(set)
    for name in names:
        words = name.split()
        if len(words) > 1 and name[:1].isupper():
            longer[words[-1]].add(name)
            if lexicon.people["organisations"] & {word.lower() for word in words}:
                longer[words[0]].add(name)
    return {
        name: next(iter(longer[name]))
        for name in names
        if " " not in name and name[:1].isupper() and len(longer.get(name, ())) == 1 and lexicon.country(name) is None
    }
