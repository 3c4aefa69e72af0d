"""Find what a denial by reference denies among the claims of an article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nli.article.gate import terms
from nli.article.lexicon import Lexicon
from nli.article.names import ACCUSERS, WRITER, Speaker
from nli.article.restating import restated
from nli.article.shapes import Denial
from nli.records import Claim

_MARGIN = 0.75
_APART = 4
"""What is so many sentences further back than the best candidate is no rival of it."""
_WILLING = frozenset("will won't want wants wanted hope hopes hoped plan plans planned intend intends intended".split())
"""Words behind the speaker's own name that tell of his will."""
_SHORTEST_KIN = 3
_LEAST = 1.0
_RECENT = 2
_TELLS = frozenset(
    ("testify", "testified", "told", "tell", "said", "say", "claim", "claimed", "wrote", "recall", "recalled")
)
_SUCH = re.compile(r"\bsuch (?:an? )?([a-z]+)")
_SUCH_REACH = 8
_LEAST_PART = 0.5

REACH = 25
"""How many sentences back a denial may refer."""

AFTER = 20
"""How many sentences on an accuser may say what a plea is about."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that a denial may refer to: where it stands (number of its sentence), and its nature."""

    claim: Claim
    sentence: int
    paragraph: int
    accuses: bool


def link(
    denial: Denial,
    speaker: Speaker,
    owner: Speaker | None,
    sentence: int,
    paragraph: int,
    candidates: Sequence[Candidate],
    lexicon: Lexicon,
    accusers: frozenset[str] = frozenset(),
) -> list[Candidate]:
    """The claims that a denial answers: none if no claim fits, or if two fit and say different things.

    A candidate must be asserted by another side, at most 25 sentences before (or in the same one); what `accusers`
    say of the denier may also follow a plea ("denies two counts") within 20. Whose
    statement it is and what about must agree where the denial says so. Among the rest, an accusation,
    one that names the denier, and one nearby is preferred; a plural ("the claims") may take several.
    """
    if owner is not None and owner.name == speaker.name:
        owner = None  # "Teklu said her story was an invention": hers is not Teklu's
    if owner is not None and owner.kind != "person" and owner.name[:1].islower():
        # "the panel's conclusion": a body without a name may have been called otherwise before.
        owner = owner if any(_owned(item.claim, owner) for item in candidates) else None
    own = terms(speaker.name, lexicon) | (terms(speaker.side, lexicon) if speaker.side else frozenset())
    if denial.retort:
        # "Poe said she supported the bill. Roe disagreed": with the bill, not with that.
        differs = denial.noun.i == denial.cue.i
        candidates = [
            item
            for item in candidates
            if item.claim.speaker != WRITER.name and not (differs and _of_itself(item.claim))
        ]
    if denial.comment:
        commented = _commented(denial, speaker, sentence, candidates)
        return [commented] if commented is not None else []
    scored: list[tuple[float, Candidate]] = []
    for item in candidates:
        if sentence < item.sentence or (denial.refers == "guilt" and item.claim.span.start > denial.start):
            score = _charged(denial, speaker, sentence, item, own, lexicon, accusers)
        else:
            score = _fit(denial, speaker, owner, sentence, paragraph, item, own, lexicon)
        if score is not None and score >= _LEAST:
            scored.append((score, item))
    unnamed = [pair for pair in scored if pair[1].claim.speaker == ACCUSERS.name]
    if unnamed:
        # Who accuses the denier by name says it better than "is accused of"; who speaks of others does not say it.
        told = [pair for pair in scored if pair not in unnamed and own & terms(pair[1].claim.text, lexicon)]
        scored = told or unnamed
    if denial.points_back and scored:
        nearest = max(item.sentence for _, item in scored)
        scored = [pair for pair in scored if nearest - pair[1].sentence <= 1]
        beside = [pair for pair in scored if pair[1].paragraph == paragraph and sentence - pair[1].sentence <= 1]
        scored = beside or scored
    settled = _choose(denial, scored, paragraph, own, lexicon)
    if settled or denial.about or owner is not None or denial.refers in ("guilt", "absence", "event"):
        return settled
    return _last_told(denial, speaker, paragraph, candidates)


def _commented(denial: Denial, speaker: Speaker, sentence: int, candidates: Sequence[Candidate]) -> Candidate | None:
    """What a comment is on: what its sentence told last, by somebody rather than by the writer."""
    if speaker.unsettled:
        return None
    told = [
        item
        for item in candidates
        if item.sentence == sentence
        and item.claim.span.start < denial.start
        and item.claim.stance == "asserts"
        and item.claim.speaker != speaker.name
        and (speaker.side is None or speaker.side not in (item.claim.side, item.claim.speaker))
    ]
    return max(told, key=lambda item: (item.claim.speaker != WRITER.name, item.claim.span.start), default=None)


def _choose(
    denial: Denial,
    scored: list[tuple[float, Candidate]],
    paragraph: int,
    own: frozenset[str],
    lexicon: Lexicon,
) -> list[Candidate]:
    """Those of the candidates that fit best; none where two fit and say different things."""
    # "it" is what was said last; of other equals, what was said first.
    last = -1 if denial.refers == "pronoun" else 1
    scored.sort(key=lambda pair: (-pair[0], -pair[1].sentence, last * pair[1].claim.span.start))
    if not scored:
        return []
    best, first = scored[0]
    rivals = [item for score, item in scored[1:] if best - score < _MARGIN and first.sentence - item.sentence < _APART]
    if denial.version:
        told = [item for item in (first, *rivals) if item.claim.speaker == first.claim.speaker]
        clear = [item for item in told if item.claim.resolved]
        return [min(clear or told, key=lambda item: item.claim.span.start)]
    if denial.plural:
        # "those statements": all that was just said
        beside = [item for item in rivals if denial.points_back and _in_one_breath(first, item)]
        return [
            first,
            *(item for item in rivals[:2] if item in beside or item.accuses or own & terms(item.claim.text, lexicon)),
        ]
    accusing = [item for item in (first, *rivals) if item.accuses]
    if denial.refers == "accusation" and len(accusing) == 1 and paragraph - accusing[0].paragraph <= _RECENT:
        return accusing  # "accused the firm of fraud ... I saw it, said Roe ... dismissed the accusation"
    subject_words = terms(first.claim.text, lexicon)
    if all(_same(subject_words, terms(item.claim.text, lexicon)) for item in rivals):
        return [first]
    if denial.refers == "guilt" and first.claim.speaker != "article":
        # A plea is to all that one is accused of.
        return [first, *(item for item in rivals[:2] if item.claim.speaker != "article")]
    # "... They died of it," she said. He denied it: of what one speaker has just said, the nearest stands for all.
    told_by_one = all(
        item.claim.speaker == first.claim.speaker and abs(item.paragraph - first.paragraph) <= 1 for item in rivals
    )
    if not told_by_one or first.claim.speaker == "article":
        return []
    # "Roe spoke of fraud. She said ... Poe called the charge baseless": what one party has just told.
    recent = paragraph - first.paragraph <= _RECENT and denial.refers in ("accusation", "statement")
    recent &= not (first.accuses and any(item.accuses for item in rivals))  # two accusations: which one?
    return [first] if denial.refers == "pronoun" or recent else []


def _last_told(denial: Denial, speaker: Speaker, paragraph: int, candidates: Sequence[Candidate]) -> list[Candidate]:
    """What "the charge" is where no claim fits best: the first of what one other party told last.

    It is looked for in the paragraph of the denial and the two before it, from the nearest on. Nothing if the
    nearest that holds claims of another party holds those of several.
    """
    near = [
        item
        for item in candidates
        if paragraph - item.paragraph <= _RECENT
        and item.claim.span.end <= denial.start
        and item.claim.stance == "asserts"
        and item.claim.speaker not in ("article", speaker.name)
        and not _says_what_it_wants(item.claim)
        and (speaker.side is None or speaker.side not in (item.claim.side, item.claim.speaker))
    ]
    nearest = max((item.paragraph for item in near), default=0)
    near = [item for item in near if item.paragraph == nearest]
    if not near or not all(_one_party(near[0].claim, item.claim) for item in near):
        return []
    accusing = [item for item in near if item.accuses]
    return [] if len(accusing) > 1 else (accusing or near)[:1]


def _in_one_breath(first: Candidate, second: Candidate) -> bool:
    """Whether one speaker says both in one sentence."""
    return (first.claim.speaker, first.sentence) == (second.claim.speaker, second.sentence)


def _one_party(first: Claim, second: Claim) -> bool:
    """Whether two claims are of one side: "South Sudan" and the spokesman of "South Sudan's army"."""
    ours, theirs = ({item.speaker, item.side or item.speaker} for item in (first, second))
    return any(one in other or other in one for one in ours for other in theirs)


def link_own(claim: Claim, sentence: int, candidates: Sequence[Candidate], lexicon: Lexicon) -> Candidate | None:
    """The claim that a denial in words of its own answers ("denied that such an attack was planned"), by shared words.

    It is asserted by another side, at most 25 sentences before or after, and restates what is denied (`restated`).
    None if no claim fits; of several, the one that says most of it, then the nearest.
    """
    best: tuple[float, int] | None = None
    found = None
    for item in candidates:
        other = item.claim
        if other.stance != "asserts" or abs(sentence - item.sentence) > REACH or not _opposed(claim, other):
            continue
        part = restated(claim.text, other.text, lexicon) or _such(claim, sentence, item, lexicon)
        rank = (part, -abs(sentence - item.sentence))
        if part > 0.0 and (best is None or rank > best):
            best, found = rank, item
    return found


def _such(claim: Claim, sentence: int, item: Candidate, lexicon: Lexicon) -> float:
    """How surely "any such warning" is what a claim just told of, in [0, 1]: a word of its family stands there."""
    found = _SUCH.search(claim.text)
    if found is None or not 0 <= sentence - item.sentence <= _SUCH_REACH:
        return 0.0
    noun = terms(found.group(1), lexicon)
    return _LEAST_PART if any(_akin(a, b) for a in noun for b in terms(item.claim.text, lexicon)) else 0.0


def _opposed(claim: Claim, other: Claim) -> bool:
    return claim.speaker != other.speaker and (claim.side is None or claim.side not in (other.side, other.speaker))


def _same(first: frozenset[str], second: frozenset[str]) -> bool:
    return len(first & second) >= 0.4 * max(1, min(len(first), len(second)))


def _fit(
    denial: Denial,
    speaker: Speaker,
    owner: Speaker | None,
    sentence: int,
    paragraph: int,
    item: Candidate,
    own: frozenset[str],
    lexicon: Lexicon,
) -> float | None:
    claim = item.claim
    distance = sentence - item.sentence
    if claim.stance != "asserts" or claim.speaker == speaker.name or not 0 <= distance <= REACH:
        return None
    if _says_what_it_wants(claim):
        return None  # nobody else can say that this is not so
    if claim.span.start > denial.start:
        return None  # "Ott branded the remark a slur, and Aas said that ..."
    if speaker.side is not None and speaker.side in (claim.side, claim.speaker):
        return None
    if owner is not None and not _owned(claim, owner):
        return None
    if denial.refers == "pronoun" and distance > 2:
        return None
    words = terms(claim.text, lexicon)
    score = max(0.0, 1.0 - 0.1 * distance) + (0.5 if paragraph == item.paragraph else 0.0)
    if denial.about:
        shared = len(denial.about & words) / len(denial.about)
        if shared == 0 and "fraud" in denial.about and "defraud" in words:
            shared = 1.0  # "denied the fraud claims"
        if denial.refers == "absence" and any(_akin(first, second) for first in denial.about for second in words):
            shared = max(shared, 0.5)
        if shared == 0:
            return None
        score += 2.0 * shared
    names_denier = bool(own & words)
    if denial.refers in ("accusation", "guilt"):
        by_office = not set(claim.speaker.lower().split()).isdisjoint(lexicon.people["accusers"])
        accuses = item.accuses or by_office
        score += (1.0 if accuses else 0.0) + (1.0 if names_denier else 0.0)
        plain = distance <= 1 and (
            denial.refers == "accusation" or denial.noun.lemma_.lower() in lexicon.references["plain"]
        )
        if not accuses and not names_denier and not denial.about and owner is None and not plain:
            return None
    else:
        score += (1.0 if denial.plural else 0.5) * names_denier + 0.5 * item.accuses
    if distance <= 2 and paragraph - item.paragraph <= 1 and denial.points_back:
        score += 0.6
    if owner is not None:
        score += 1.0
    if claim.speaker == "article":
        score -= 1.0
    if not claim.resolved and denial.refers != "pronoun":
        score -= 0.5  # "it" is what was said last, whether that can stand alone or not
    return score


def _charged(
    denial: Denial,
    speaker: Speaker,
    sentence: int,
    item: Candidate,
    own: frozenset[str],
    lexicon: Lexicon,
    accusers: frozenset[str],
) -> float | None:
    """How well a claim that follows a plea fits as what was pleaded to: an accuser's, about who pleads."""
    claim = item.claim
    distance = item.sentence - sentence
    if denial.refers != "guilt" or claim.stance != "asserts" or distance > AFTER or claim.speaker == speaker.name:
        return None
    by_office = bool(set(claim.speaker.lower().split()) & lexicon.people["accusers"]) or claim.speaker in accusers
    if not (by_office and claim.resolved and own & terms(claim.text, lexicon)):
        return None
    return 2.0 - 0.05 * distance


def _says_what_it_wants(claim: Claim) -> bool:
    """Whether a party only says what it will do or wants: "Many voters will not come", said by them."""
    name, text = claim.speaker.lower(), claim.text.lower()
    words = text[len(name) :].split(maxsplit=2)
    if not text.startswith(name + " ") or len(words) < 2:
        return False
    # "Roe would attend", but not "Roe would have died"
    return words[0] in _WILLING or (words[0] == "would" and words[1] not in ("have", "be", "not"))


def _of_itself(claim: Claim) -> bool:
    """Whether a party tells of itself: "Poe supports the bill", said by Poe."""
    return claim.text.lower().removeprefix("the ").startswith(claim.speaker.lower().removeprefix("the ") + " ")


def _akin(first: str, second: str) -> bool:
    """Whether two stems are of one family, as those of "dinner" and "dined" are."""
    short, long = sorted((first, second), key=len)
    return len(short) >= _SHORTEST_KIN and long.startswith(short)


def _owned(claim: Claim, owner: Speaker) -> bool:
    if claim.text.startswith(owner.name) and not _TELLS.isdisjoint(claim.text.lower().split()):
        return True  # "Dudek would testify that he had counted the notes, the prosecutor said": Dudek's account
    return claim.speaker == owner.name or (
        owner.side is not None and owner.side in (claim.side, claim.speaker) and owner.kind != "person"
    )
