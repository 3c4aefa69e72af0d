"""How well the disputes and claims of labelled articles are found.

    python benchmarks/disputes.py --articles eval/sets/articles --part development
    python benchmarks/disputes.py --claims eval/sets/article_claims.jsonl --article seeds/article.txt

Disputes: `labels.jsonl` in the folder names the passages on either side of each. A dispute that was found is right if
a passage of its one side overlaps one side of a labelled dispute, and one of its other side the other. Precision: of
those found, the right ones that no stronger one had found already; recall: of those labelled, the found ones. A denial
by reference is linked if the claim it was linked to overlaps a passage of the other side. A near miss is two passages
that are on two sides of a dispute that was found. Gate recall: of the pairs of settled claims by two parties across a
labelled dispute, those that pass. An unlinked denial is wrongly linked if it is in a dispute.

Claims: a claim is right if it shares half the characters of the shorter of the two quotes with a labelled claim by the
same speaker (one name may hold the other, and a country stand for its seat of government). Stance is counted over
those.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nli.article.embedding import Vectors, load_encoder
from nli.article.extraction import extract
from nli.article.gate import Gate, compared
from nli.article.lexicon import load_lexicon
from nli.article.parsing import load_pipeline
from nli.article.pipeline import check_article
from nli.article.reading import read_article
from nli.errors import DataError
from nli.models import load_model
from nli.records import ArticleReport, Claim, Dispute, Span


@dataclass(slots=True)
class Tally:
    """How many of how many."""

    right: int = 0
    of: int = 0

    def add(self, right: bool) -> None:
        """Count one."""
        self.right += right
        self.of += 1

    def __str__(self) -> str:
        return f"{self.right / self.of:.3f}  ({self.right} of {self.of})" if self.of else "none to count"


def overlaps(first: Span, second: Span) -> bool:
    """Whether two spans share half of the shorter one."""
    shared = min(first.end, second.end) - max(first.start, second.start)
    return 2 * shared >= min(first.end - first.start, second.end - second.start) > 0


def span_of(quote: str, text: str, where: str) -> Span:
    """Where a labelled passage stands, which it must do once."""
    if text.count(quote) != 1:
        raise DataError(
            f"{where}: {quote!r} stands {text.count(quote)} times in the article; quote it so that it is once"
        )
    start = text.index(quote)
    return Span(start, start + len(quote))


def voices(claim: Claim, passage: Span) -> bool:
    """Whether a claim is made in a passage; a denial is also where its cue is: "Roe dismissed" in "Roe dismissed the
    argument that it leaked", of which the claim is the clause."""
    cue = claim.cue_span if claim.stance == "denies" else None
    return overlaps(claim.span, passage) or (cue is not None and overlaps(cue, passage))


def in_any(ids: Iterable[str], claims: dict[str, Claim], spans: Sequence[Span]) -> bool:
    """Whether one of some claims is made in one of some passages."""
    return any(voices(claims[identity], span) for identity in ids for span in spans)


def matches(found: Dispute, sides: tuple[list[Span], list[Span]], claims: dict[str, Claim]) -> bool:
    """Whether a dispute that was found sets the two sides of a labelled one against each other."""
    return any(
        in_any(found.asserted_by, claims, one) and in_any(found.disputed_by, claims, other)
        for one, other in (sides, sides[::-1])
    )


def judge(report: ArticleReport, row: dict[str, Any], text: str, tallies: dict[str, Tally], verbose: bool) -> None:
    """Count one article."""
    claims = {claim.id: claim for claim in report.claims}
    name = row["article"]
    labelled = [
        (
            [span_of(item["quote"], text, name) for item in dispute["for"]],
            [span_of(item["quote"], text, name) for item in dispute["against"]],
        )
        for dispute in row["disputes"]
    ]
    taken: set[int] = set()
    for found in report.disputes:
        fits = [place for place, sides in enumerate(labelled) if matches(found, sides, claims)]
        new = bool(set(fits) - taken)
        taken |= set(fits)
        tallies["dispute precision"].add(new)
        if verbose:
            mark = "right" if new else "again" if fits else "FALSE"
            print(f"  {mark} {found.score:.2f} {found.proposition}")
            for side in (found.asserted_by, found.disputed_by):
                for claim in side:
                    print(f"      {claims[claim].speaker} {claims[claim].stance}: {claims[claim].text}")
                print("      --")
    for place, dispute in enumerate(row["disputes"]):
        tallies["dispute recall"].add(place in taken)
        if verbose and place not in taken:
            print(f"  MISSED {dispute['proposition']}")
        for item in dispute["against"]:
            if item["how"] == "denial_by_reference":
                linked = _linked(span_of(item["quote"], text, name), labelled[place][0], claims)
                tallies["denials by reference linked"].add(linked)
                if verbose and not linked:
                    print(f"  UNLINKED {item['speaker']}: {item['quote']}")
    for miss in row["near_misses"]:
        first, second = (span_of(quote, text, name) for quote in miss["quotes"])
        reported = any(
            matches(found, ([first], [second]), claims) and not any(matches(found, s, claims) for s in labelled)
            for found in report.disputes
        )
        tallies["near misses left alone"].add(not reported)
    for item in row.get("unlinked_denials", []):
        span = span_of(item["quote"], text, name)
        used = [identity for found in report.disputes for identity in (*found.asserted_by, *found.disputed_by)]
        tallies["denials of nothing left alone"].add(not in_any(used, claims, [span]))


def judge_gate(
    claims: Sequence[Claim], vectors: Vectors, row: dict[str, Any], text: str, tallies: dict[str, Tally]
) -> None:
    """Count which pairs of two parties pass the gate: of those across a labelled dispute, and of all."""
    lexicon = load_lexicon()
    passed = {(pair.a, pair.b) for pair in Gate(claims, lexicon, vectors).select()}
    across = set()
    for dispute in row["disputes"]:
        sides = [
            [
                place
                for place, claim in enumerate(claims)
                if claim.resolved
                and any(voices(claim, span_of(item["quote"], text, row["article"])) for item in dispute[side])
            ]
            for side in ("for", "against")
        ]
        across |= {(min(a, b), max(a, b)) for a in sides[0] for b in sides[1] if a != b}
    for a in range(len(claims)):
        for b in range(a + 1, len(claims)):
            if compared(claims[a], claims[b], lexicon):
                tallies["pairs dropped"].add((a, b) not in passed)
                if (a, b) in across:
                    tallies["gate recall"].add((a, b) in passed)


def _linked(denial: Span, targets: Sequence[Span], claims: dict[str, Claim]) -> bool:
    return any(
        claim.denies_claim is not None and voices(claim, denial) and in_any([claim.denies_claim], claims, targets)
        for claim in claims.values()
    )


def judge_claims(article: Path, gold_file: Path, verbose: bool) -> dict[str, Tally]:
    """Count the claims of one article against a labelled list."""
    rows = [json.loads(line) for line in gold_file.read_text("utf-8").splitlines() if line.strip()]
    text = read_article(article)
    claims = [claim for claim in extract(text, load_pipeline(), load_lexicon()).claims if claim.speaker != "article"]
    by_id = {claim.id: claim for claim in claims}
    tallies = {
        name: Tally() for name in ("claim precision", "claim recall", "speakers", "sides", "stances", "denials linked")
    }

    def near(claim: Claim, row: dict[str, Any]) -> bool:
        return overlaps(claim.span, Span(row["start"], row["end"]))

    for claim in claims:
        right = any(near(claim, row) and _is_by(claim, row) for row in rows)
        tallies["claim precision"].add(right)
        if verbose and not right:
            print(f"  FALSE {claim.speaker} {claim.stance}: {claim.text}  [{claim.quote}]")
    for row in rows:
        here = [claim for claim in claims if near(claim, row)]
        said = [claim for claim in here if _is_by(claim, row)]
        tallies["claim recall"].add(bool(said))
        if here:
            tallies["speakers"].add(bool(said))
        if verbose and not said:
            print(f"  MISSED {row['id']} {row['speaker']} {row['stance']}: {row['quote']}  {[c.speaker for c in here]}")
        if said:
            tallies["sides"].add(any(claim.side == row["side"] for claim in said))
            stance = any(claim.stance == row["stance"] for claim in said)
            tallies["stances"].add(stance)
            if verbose and not stance:
                print(f"  STANCE {row['id']} {row['stance']} not {said[0].stance}: {row['quote']}")
        if row["denies"]:
            targets = [Span(other["start"], other["end"]) for other in rows if other["id"] in row["denies"]]
            answered = [by_id[claim.denies_claim] for claim in said if claim.denies_claim in by_id]
            tallies["denials linked"].add(any(overlaps(claim.span, span) for claim in answered for span in targets))
    return tallies


def _is_by(claim: Claim, row: dict[str, Any]) -> bool:
    """Whether a claim is by the labelled speaker; a country may stand for its seat of government ("the Kremlin")."""
    return claim.speaker == row["side"] or _same_name(claim.speaker, row["speaker"])


def _same_name(first: str, second: str) -> bool:
    a, b = first.lower().removeprefix("the "), second.lower().removeprefix("the ")
    words, others = set(a.split()), set(b.split())
    return a == b or words <= others or others <= words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, help="a folder of articles with labels.jsonl")
    parser.add_argument("--part", default="development", help="which part of them")
    parser.add_argument("--claims", type=Path, help="labelled claims of one article, jsonl")
    parser.add_argument("--article", type=Path, help="that article")
    parser.add_argument("--model")
    parser.add_argument("--threshold", type=float, help="in place of both of the model's")
    parser.add_argument("--verbose", action="store_true", help="show what was found and missed")
    options = parser.parse_args()
    if (options.claims is None) != (options.article is None) or not (options.claims or options.articles):
        parser.error("give --articles, or --claims with --article")

    if options.claims is not None:
        _print(judge_claims(options.article, options.claims, options.verbose))
    if options.articles is not None:
        names = ("dispute precision", "dispute recall", "denials by reference linked")
        tallies = {name: Tally() for name in (*names, "near misses left alone", "denials of nothing left alone")}
        lines = (options.articles / "labels.jsonl").read_text("utf-8").splitlines()
        rows = [row for line in lines if line.strip() and (row := json.loads(line))["part"] == options.part]
        if not rows:
            parser.error(f"no article of {options.articles} is of part {options.part!r}")
        tallies |= {"gate recall": Tally(), "pairs dropped": Tally()}
        scorer, encoder = load_model(options.model, threshold=options.threshold), load_encoder()
        for row in rows:
            file = options.articles / row["article"]
            if options.verbose:
                print(row["article"])
            report, text = check_article(file, scorer, encoder=encoder), read_article(file).text
            judge(report, row, text, tallies, options.verbose)
            judge_gate(report.claims, encoder.embed([claim.text for claim in report.claims]), row, text, tallies)
        print(f"{len(rows)} articles of part {options.part}, model {scorer.name}")
        _print(tallies)


def _print(tallies: dict[str, Tally]) -> None:
    for name, tally in tallies.items():
        print(f"{name:30} {tally}")


if __name__ == "__main__":
    main()
