"""Make claims of the denials that refer to others, once every claim of an article is known."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nli.article.contents import sentence
from nli.article.lexicon import Lexicon
from nli.article.linking import AFTER, REACH, Candidate, link, link_own
from nli.article.names import Speaker
from nli.article.reading import Article
from nli.article.shapes import Denial
from nli.article.voices import Voice, claim_of
from nli.records import Span


@dataclass(frozen=True, slots=True)
class Pending:
    """A denial whose claim is still to be found, and where it stands."""

    denial: Denial
    voice: Voice
    owner: Speaker | None
    sentence: int
    paragraph: int


def answer(
    found: Sequence[Candidate],
    pending: Sequence[Pending],
    article: Article,
    lexicon: Lexicon,
    accusers: frozenset[str],
) -> tuple[list[Candidate], list[str]]:
    """Find what each denial denies.

    Args:
        found: every claim, in the order of the text.
        pending: every denial by reference.
        article: where they stand.
        lexicon: words.
        accusers: who accuses by office.

    Returns:
        The claims, those that are denials in words of their own with what they answer, and behind them those of the
        denials by reference; and a warning for each denial of which it could not be told what it denies.
    """
    claims = list(found)
    warnings: list[str] = []
    for number, item in enumerate(found):
        if item.claim.stance == "denies":
            own = link_own(item.claim, item.sentence, found, lexicon)
            if own is not None:
                claims[number] = replace(item, claim=replace(item.claim, denies_claim=own.claim.id))
    places = [item.sentence for item in found]  # in order, for claims are kept as they are read
    for late in pending:
        span = Span(*late.denial.unit.span(*late.denial.edges))
        until = late.sentence + (AFTER if late.denial.refers == "guilt" else 0)
        near = found[bisect_left(places, late.sentence - REACH) : bisect_right(places, until)]
        linked = link(
            late.denial,
            late.voice.speaker,
            late.owner,
            late.sentence,
            late.paragraph,
            near,
            lexicon,
            accusers,
        )
        for target in (item.claim for item in linked):
            made = claim_of(
                late.voice,
                len(claims),
                "denies",
                target.text,
                article,
                span,
                resolved=target.resolved,
                denies=target.id,
            )
            claims.append(Candidate(made, late.sentence, late.paragraph, False))
        weak = late.denial.refers == "pronoun" and late.denial.speaker is None
        # "the request, which the court denied"
        weak |= late.denial.comment and late.denial.noun.lower_ in ("which", "something")
        if linked or weak:
            continue
        quote = " ".join(article.text[span.start : span.end].split())
        if late.denial.refers == "absence":
            # "no such plan exists" says something even where nobody has said that it does.
            made = claim_of(late.voice, len(claims), "asserts", sentence(quote), article, span, resolved=False)
        else:
            line, column = article.position(article.original_span(span).start)
            warnings.append(
                f"line {line}, column {column}: {late.voice.speaker.name} denies something ({quote}), but what is "
                "denied could not be told"
            )
            made = claim_of(late.voice, len(claims), "denies", quote, article, span, resolved=False)
        claims.append(Candidate(made, late.sentence, late.paragraph, False))
    return claims, warnings
