"""The organisations of an article by their names: which one a name cut short stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.names import Mention

if TYPE_CHECKING:
    from spacy.tokens import Token

_CIVIC = ("council", "police", "city", "court", "residents")


@dataclass(slots=True)
class Organisations:
    """Full names by their first and last words; a club's by its last word, unless that is a town here."""

    lexicon: Lexicon
    _names: dict[str, set[str]] = field(default_factory=dict)
    _towns: set[str] = field(default_factory=set)

    def add(self, name: str) -> None:
        """Take note of an organisation's name."""
        for word in {name.split()[0].lower(), name.split()[-1].lower()}:
            self._names.setdefault(word, set()).add(name)

    def learn(self, mention: Mention) -> None:
        """Take note of a name that its words show to be an organisation's; call it when all places are known."""
        words = mention.name.lower().split()
        if len(words) < 2:
            return
        if words[-1] in self.lexicon.people["organisations"]:
            self._names.setdefault(words[0], set()).add(mention.name)
        elif words[0] in self.lexicon.people["clubs"] and not mention.titled and words[-1] not in self._towns:
            self._names.setdefault(words[-1], set()).add(mention.name)

    def note_place(self, token: Token) -> None:
        """Take note of a name that stands for a town: "in Porto", "Porto mayor Rui Moreira"."""
        if token.pos_ != "PROPN":
            return
        above = token.head
        within = token.dep_ == "pobj" and (
            above.lower_ in ("in", "near", "from") or above.head.lower_ in ("mayor", "people", "residents")
        )
        owned = token.dep_ in ("compound", "nmod", "poss") and (
            above.lower_ in self.lexicon.people["roles"]
            or above.lower_ in _CIVIC
            or any(item.lower_ == "mayor" for item in above.children)
        )
        if within or owned:
            self._towns.add(token.lower_)

    def full(self, name: str) -> str | None:
        """The full name of an organisation that is given by it, or without a firm's or a club's words ("Northwind")."""
        ours = name.lower().split()
        fuller: set[str] = set()
        for full in self._names.get(ours[0], ()) if ours else ():
            words = full.lower().split()
            firm = words[: len(ours)] == ours and self.lexicon.people["firms"].issuperset(words[len(ours) :])
            club = words[-len(ours) :] == ours and self.lexicon.people["clubs"].issuperset(words[: -len(ours)])
            if firm or club:
                fuller.add(full)
        longer = fuller - {name} or fuller
        return longer.pop() if len(longer) == 1 else None
