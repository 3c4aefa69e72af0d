"""The same-subject test that decides which pairs of claims reach the model.

The rule: the claims are by different speakers who do not speak for the same side, and what they share
weighs enough. Each text is reduced to the stems of its content words, with the names for a country,
its people, its capital and its government made one. A stem weighs the more the fewer claims of the
article have it. The number is the weight of the shared stems over the weight of the lighter text, in
[0, 1]; two claims are on the same subject if they share at least two stems, not all of them names of
countries or of the speakers, and the number reaches `LEAST` (`LEAST_UNSURE` if one of the claims is the writer's, or
holds a reference that is not settled). What shares no words passes by its meaning: the cosine of the two
embeddings is at least `NEAR` (`NEAR_UNSURE` if one is the writer's or unsettled; `NAMES_ONLY` more if names are all
that they share), and the one claim is among the 20 nearest of the other. Claims of two parties (the writer is none)
that stand within 400 characters of each other pass whatever they share, since an answer need not repeat a word. A
claim told within another is not compared with it, nor ever a denial of something that could
not be told.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nli.article.embedding import Vectors, neighbours
from nli.article.figures import is_bare_figure
from nli.article.lexicon import Lexicon
from nli.article.names import WRITER
from nli.article.priors import NEAR_BY, distance
from nli.records import Claim

LEAST = 0.2
LEAST_UNSURE = 0.3
NEAR = 0.2
NEAR_UNSURE = 0.4
NAMES_ONLY = 0.15
"""So much nearer two claims must be whose only common words are names: much is said about one country."""

NEIGHBOURS = 20
MAX_PAIRS = 5000
"""At most so many pairs are scored, those that share most; an article of news has a few hundred."""

BREATH = 300
"""What one party says within so many characters is one statement, in which nobody contradicts himself."""

_COMMITTED = ("asserts", "denies")
_MAX_POSTINGS = 150
_OTHERS = frozenset(("other", "others", "another", "some"))
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*\.?")
_COUNT = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)"
_SHARE = re.compile(
    rf"\d ?%|\bper ?cent\b|\b{_COUNT} (?:in|out of) {_COUNT}\b|\b(?:half|third|quarter|thirds|quarters) of\b",
    re.IGNORECASE,
)
"""A share of those who were asked: "54 percent", "six in 10 voters"."""

_SUFFIXES = ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly")
_UNKNOWN = re.compile(
    r"\bno (?:\w+ )?(information|details?|evidence|comment|confirmation|knowledge)\b"
    r"|\b(?:could not|cannot|can['’]t|(?:was|were) unable to|declined to|refused to) (?:\w+ly )?"
    r"(verify|confirm|comment)"
    r"|\b(?:not|un)(?: yet| immediately)? ?(clear|known)\b",
    re.IGNORECASE,
)
_STOP = frozenset(
    """a an the and or but nor if then than that which who whom whose this these those there here it its he him his she
    her they them their we us our you your i me my is are was were be been being am has have had having do does did
    will would shall should can could may might must not no any some all both each few more most other such only own
    same so too very just also still yet already of in on at by for with about against between into through during
    before after above below to from up down out off over under again further once as because while until what when
    where why how say said says told tell add added according one two get got make made take took go went come came
    year day week month today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday""".split()
)


@dataclass(frozen=True, slots=True)
class Gated:
    """A pair of claims on the same subject: their places in the list, and how much they share, in [0, 1]."""

    a: int
    b: int
    overlap: float


def terms(text: str, lexicon: Lexicon) -> frozenset[str]:
    """The stems of a text's content words; every word for a country becomes the country's name."""
    found: set[str] = set()
    words = [match.group().rstrip("'’") for match in _WORD.finditer(text)]
    skip = 0
    for place, word in enumerate(words):
        if skip:
            skip -= 1
            continue
        for length in (3, 2, 1):
            phrase = " ".join(words[place : place + length])
            country = lexicon.countries.get(_plain(phrase)) or lexicon.countries.get(phrase.lower())
            if country is not None and phrase[:1].isupper():
                found.add("=" + country.name)
                skip = length - 1
                break
        else:
            plain = _plain(word)
            if plain and plain not in _STOP and len(plain) > 1:
                found.update(stem(part) for part in plain.split("-") if part and part not in _STOP)
    return frozenset(found)


def _plain(word: str) -> str:
    return word.lower().replace("’", "'").removesuffix("'s").rstrip(".")


def stem(word: str) -> str:
    """A word without its commonest endings, so that "attacked" and "attacks" agree."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            base = word.removesuffix(suffix)
            if suffix == "ies":
                return base + "y"
            if suffix in ("s", "es") and word.endswith(("ss", "us", "is")):
                break
            if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz" and suffix in ("ing", "ed", "ings"):
                base = base[:-1]
            return base.rstrip("e") if len(base) > 3 else base
    return word.rstrip("e") if len(word) > 4 else word


def leaves_open(text: str, other: str) -> bool:
    """Whether a claim says only that something is not known, and the other one is not about that knowledge.

    "He had no further information about the attack" contradicts nothing that is said of the attack; it does
    contradict "He had all the information".
    """
    found = _UNKNOWN.search(text)
    return found is not None and not any(word and stem(word.lower()) in other.lower() for word in found.groups())


def compared(a: Claim, b: Claim, lexicon: Lexicon) -> bool:
    """Whether two claims are by different speakers who do not speak for the same side."""
    if _SHARE.search(a.speaker) or _SHARE.search(b.speaker):
        return False  # "54 percent said they would, 21 percent that they would not": a poll, no dispute
    if a.speaker == b.speaker:
        return a.speaker == WRITER.name and a.article != b.article  # the writers of two articles are two
    return not any(
        _one_party(first, second, lexicon)
        for first in {a.side or a.speaker, a.speaker}
        for second in {b.side or b.speaker, b.speaker}
    )


def _one_party(first: str, second: str, lexicon: Lexicon) -> bool:
    """Whether two names are of one party: the same, or the shorter within the longer ("the ministry")."""
    if first == second:
        return True
    if lexicon.nation(first) is not None or lexicon.nation(second) is not None:
        return False  # South Sudan is not Sudan, and no ministry is its country
    words, others = set(first.lower().split()), set(second.lower().split())
    if (words ^ others) & _OTHERS:
        return False  # some witnesses are not the other witnesses
    return words <= others or others <= words


class Gate:
    """Decides which pairs of a list of claims are worth scoring.

    With `self_contradictions`, claims of one party are compared too, unless they stand in one breath: within
    `BREATH` characters of each other in one article. `vectors` are the embeddings of the claims' texts, one row of
    length 1 for each; without them only words count.
    """

    def __init__(
        self,
        claims: Sequence[Claim],
        lexicon: Lexicon,
        vectors: Vectors | None = None,
        *,
        self_contradictions: bool = False,
    ) -> None:
        self._claims = claims
        self._lexicon = lexicon
        self._self = self_contradictions
        self._sets = [terms(claim.text, lexicon) for claim in claims]
        self._names = [terms(claim.speaker, lexicon) for claim in claims]
        self._weights = _weights(self._sets)
        near = neighbours(vectors, NEAR, NEIGHBOURS) if vectors is not None else []
        self._near = {(a, b): value for a, b, value in near}

    def overlap(self, a: int, b: int) -> float:
        """How much two claims share, in [0, 1], weighed within the list."""
        return _overlap(self._sets[a], self._sets[b], self._weights)

    def possible(self) -> int:
        """How many pairs of claims by different speakers on different sides there are."""
        kinds = [
            (claim.speaker, claim.side, claim.article if claim.speaker == WRITER.name else 0) for claim in self._claims
        ]
        groups = Counter(kinds)
        sample = dict(zip(kinds, self._claims, strict=True))
        listed = list(groups)
        total = 0
        for place, first in enumerate(listed):
            if self._self:
                total += groups[first] * (groups[first] - 1) // 2
            for second in listed[place + 1 :]:
                if self._self or compared(sample[first], sample[second], self._lexicon):
                    total += groups[first] * groups[second]
        return total

    def select(self) -> list[Gated]:
        """The pairs on the same subject, in the order of the text; the strongest `MAX_PAIRS` if there are more.

        Claims that meet only in words that more than 150 claims have are not compared, so that the work
        does not grow with the square of a very long text.
        """
        found = [gated for a, b in self._meeting() if (gated := self._gated(a, b)) is not None]
        strongest = heapq.nlargest(MAX_PAIRS, found, key=lambda gated: (gated.overlap, -gated.a, -gated.b))
        return sorted(strongest, key=lambda gated: (gated.a, gated.b))

    def related(self, ids: set[str]) -> list[tuple[int, int]]:
        """Pairs of one of some claims and any other, by whomever, that may say the same thing."""
        places = {place for place, claim in enumerate(self._claims) if claim.id in ids}
        found = [pair for pair in self._meeting() if not places.isdisjoint(pair) and self._may_agree(*pair)]
        nearest = heapq.nsmallest(MAX_PAIRS, found, key=lambda pair: (-self.overlap(*pair), pair))
        return sorted(nearest)

    def _may_agree(self, a: int, b: int) -> bool:
        first, second = self._claims[a], self._claims[b]
        stances = {first.stance, second.stance}
        if not stances <= {"asserts", "denies"} or not (first.resolved and second.resolved):
            return False
        if self._near.get((a, b), 0.0) >= NEAR_UNSURE:
            return True
        return len(self._sets[a] & self._sets[b]) > 1 and self.overlap(a, b) >= LEAST_UNSURE

    def _meeting(self) -> set[tuple[int, int]]:
        """The pairs that share a telling word."""
        postings: dict[str, list[int]] = defaultdict(list)
        for place, words in enumerate(self._sets):
            for word in words:
                postings[word].append(place)
        pairs: set[tuple[int, int]] = set()
        for word, places in postings.items():
            if word.startswith("=") or len(places) > _MAX_POSTINGS:
                continue
            for index, a in enumerate(places):
                pairs.update((a, b) for b in places[index + 1 :])
        pairs.update(self._beside())
        at = {claim.id: place for place, claim in enumerate(self._claims)}
        for place, claim in enumerate(self._claims):
            if claim.denies_claim is not None:
                pairs.add((min(place, at[claim.denies_claim]), max(place, at[claim.denies_claim])))
        return pairs | self._near.keys()

    def _beside(self) -> Iterator[tuple[int, int]]:
        """The pairs that stand near by, whatever they share."""
        order = sorted(range(len(self._claims)), key=lambda place: self._where(place))
        for index, first in enumerate(order):
            for second in order[index + 1 : index + 1 + NEIGHBOURS]:
                if not self._is_beside(first, second):
                    break
                yield min(first, second), max(first, second)

    def _where(self, place: int) -> tuple[int, int]:
        return self._claims[place].article, self._claims[place].span.start

    def _is_beside(self, a: int, b: int) -> bool:
        first, second = self._claims[a], self._claims[b]
        return first.article == second.article and distance(first, second) <= NEAR_BY

    def _compared(self, a: Claim, b: Claim) -> bool:
        if compared(a, b, self._lexicon):
            return True
        if not self._self or a.stance not in _COMMITTED or b.stance not in _COMMITTED:
            return False
        return a.article != b.article or abs(a.span.start - b.span.start) > BREATH

    def _gated(self, a: int, b: int) -> Gated | None:
        first, second = self._claims[a], self._claims[b]
        unsettled = [claim for claim in (first, second) if claim.stance == "denies" and not claim.resolved]
        if any(claim.denies_claim is None for claim in unsettled):
            return None  # nobody knows what is denied
        if not self._compared(first, second):
            return None
        if is_bare_figure(first.text) or is_bare_figure(second.text):
            return None  # nobody knows what the figure is of
        if leaves_open(first.text, second.text) or leaves_open(second.text, first.text):
            return None
        if first.text == second.text or first.denies_claim == second.id or second.denies_claim == first.id:
            return Gated(a, b, 1.0)
        if (
            first.article == second.article
            and first.span.start < second.span.end
            and second.span.start < first.span.end
        ):
            return None  # the one is told within the other: "he said that Putin had told him that ..."
        near = self._near.get((a, b), 0.0)
        unsure = WRITER.name in (first.speaker, second.speaker) or not (first.resolved and second.resolved)
        shared = self._sets[a] & self._sets[b]
        if self._is_beside(a, b) and WRITER.name not in (first.speaker, second.speaker):
            return Gated(a, b, max(near, self.overlap(a, b)))
        telling = {word for word in shared - self._names[a] - self._names[b] if not word.startswith("=")}
        if near >= (NEAR_UNSURE if unsure else NEAR) + (NAMES_ONLY if shared and not telling else 0.0):
            return Gated(a, b, near)
        if len(shared) < 2 or not telling:
            return None
        value = self.overlap(a, b)
        least = LEAST_UNSURE if unsure else LEAST
        return Gated(a, b, value) if value >= least else None


def _weights(sets: Sequence[frozenset[str]]) -> dict[str, float]:
    counts = Counter(word for words in sets for word in words)
    return {word: math.log(1 + len(sets) / count) for word, count in counts.items()}


def _overlap(first: frozenset[str], second: frozenset[str], weights: dict[str, float]) -> float:
    def weigh(words: frozenset[str]) -> float:
        return sum(weights.get(word, 1.0) for word in sorted(words))

    lighter = min(weigh(first), weigh(second))
    return min(1.0, weigh(first & second) / lighter) if lighter > 0 else 0.0
