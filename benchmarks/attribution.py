"""How much of who says what is found: claims of articles against PolNeAR's annotated attributions.

    python benchmarks/attribution.py --data DATA/attribution/polnear_dev.jsonl.gz

Each line of the data is an article: `text`, and `attributions` by annotator, each with the character spans of its
`source`, `cue` and `content`. Each annotator's list is the truth once; figures are over all (article, annotator) pairs.

A claim agrees with an attribution if they share at least half of the characters of the shorter of the two contents and
at least one character of the speaker (an attribution without a source agrees with any speaker). Precision: claims with
a speaker other than the writer that agree with an attribution. Recall: attributions that some claim agrees with; those
without a content are left out. PolNeAR marks the outermost teller only ("an aide said that Putin told him that ..."):
a claim at second hand is compared by that one. A speech cue holds a form of one of the verbs in `SPEECH`, or
"according to", and no word that says that nothing was said ("declined to say").
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nli.article.extraction import extract
from nli.article.lexicon import load_lexicon
from nli.article.parsing import load_pipeline
from nli.article.reading import parse_article
from nli.records import Claim

Spans = tuple[tuple[int, int], ...]

SPEECH = re.compile(
    r"\b(?:sa(?:y|ys|id|ying)|t(?:ell|ells|old|elling)|according to|wr(?:ite|ites|ote|itten|iting)"
    r"|repl(?:y|ies|ied|ying)"
    r"|den(?:y|ies|ied|ying)|(?:add|announc|argu|assert|alleg|claim|stat|declar|insist|not|explain|warn|respond|report"
    r"|tweet|acknowledg|confirm|emphasiz|stress|remark|testif|maintain|contend)(?:e|es|s|ed|ing|y|ies|ied|ying)?)\b",
    re.IGNORECASE,
)
_UNSAID = re.compile(
    r"\b(?:not|n['’]t|declin\w*|refus\w*|never|no|without|fail\w*|neither|nor)\b|n['’]t\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Gold:
    """An attribution as one annotator marked it."""

    source: Spans
    content: Spans
    speech: bool


@dataclass(slots=True)
class Counts:
    """What was found, summed over articles and annotators."""

    claims: int = 0
    right: int = 0
    gold: int = 0
    found: int = 0
    speech: int = 0
    speech_found: int = 0

    def lines(self) -> Iterator[str]:
        """The three figures, each with what it was counted on."""
        yield f"precision          {_part(self.right, self.claims):.3f}  ({self.right} of {self.claims} claims)"
        yield f"recall             {_part(self.found, self.gold):.3f}  ({self.found} of {self.gold} attributions)"
        speech = _part(self.speech_found, self.speech)
        yield f"speech-cue recall  {speech:.3f}  ({self.speech_found} of {self.speech} attributions)"


def _part(some: int, of: int) -> float:
    return some / of if of else 0.0


def read(path: Path) -> list[tuple[str, list[list[Gold]]]]:
    """The texts of a file, each with the attributions of each of its annotators."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = row["text"]
            listed = [[gold(item, text) for item in items if item["content"]] for items in row["attributions"].values()]
            found.append((text, listed))
    return found


def gold(item: dict[str, list[list[int]]], text: str) -> Gold:
    """One attribution."""
    cue = " ".join(text[start:end] for start, end in item["cue"])
    speech = bool(SPEECH.search(cue)) and not _UNSAID.search(cue)
    return Gold(_spans(item["source"]), _spans(item["content"]), speech)


def _spans(listed: Iterable[Sequence[int]]) -> Spans:
    return tuple((start, end) for start, end in listed)


def shared(first: Spans, second: Spans) -> int:
    """How many characters two lists of spans have in common."""
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in first for b in second)


def agree(claim: Claim, item: Gold) -> bool:
    """Whether a claim is an attribution that was marked."""
    content = ((claim.span.start, claim.span.end),)
    shorter = min(claim.span.end - claim.span.start, sum(end - start for start, end in item.content))
    if shared(content, item.content) * 2 < shorter:
        return False
    if not item.source:
        return True
    named = claim.via[0].span if claim.via else claim.speaker_span
    return named is not None and shared(((named.start, named.end),), item.source) > 0


def count(claims: Sequence[Claim], listed: Sequence[Sequence[Gold]], counts: Counts) -> None:
    """Add one article to the counts."""
    said = [claim for claim in claims if claim.speaker != "article"]
    for items in listed:
        counts.claims += len(said)
        counts.right += sum(any(agree(claim, item) for item in items) for claim in said)
        for item in items:
            found = any(agree(claim, item) for claim in said)
            counts.gold += 1
            counts.found += found
            counts.speech += item.speech
            counts.speech_found += found and item.speech


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="annotated articles, jsonl.gz")
    parser.add_argument("--articles", type=int, help="only the first so many")
    options = parser.parse_args()

    rows = read(options.data)[: options.articles]
    pipeline, lexicon = load_pipeline(), load_lexicon()
    counts, words, seconds = Counts(), 0, 0.0
    for text, listed in rows:
        start = time.process_time()
        claims = extract(parse_article(text), pipeline, lexicon).claims
        seconds += time.process_time() - start
        words += len(text.split())
        count(claims, listed, counts)
    print(f"{len(rows)} articles, {words:,} words")
    print("\n".join(counts.lines()))
    print(f"{words / seconds:,.0f} words a second of processor time")


if __name__ == "__main__":
    main()
