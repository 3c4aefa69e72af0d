"""Chooses the opposites that are given to a model as hints: antonyms of WordNet that go with contradiction.

    python benchmarks/opposites.py --wordnet FOLDER --data DATA

Labelled training pairs without negation are looked at in which one word stands in one text and its antonym in the
other. Antonyms are left out of which fewer than half of at least three such pairs, or fewer than two thirds of at least
ten, are contradictions ("buy" and "sell", "child" and "parent"). Writes nli/hints/data/opposites.txt and irregular.txt,
and says how precise what is left is.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from nli.hints import opposites
from nli.training.sets import read_set

PARTS = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
SETS = ("mnli_20k", "lingnli", "snli_sub", "vitaminc_real", "cad", "fever_gold")
TOO_COMMON = frozenset(
    "man woman men women boy girl he she in out up down on off over under before after there here to from with without "
    "not no day night one first last more less many few go come have be do i you same other left right all some some "
    "least most it on each much little multiple single that this like us".split()
)
HEADER = """\
# Pairs of words that exclude each other, one a line, as lemmas: antonyms of WordNet 3.0, chosen by
# benchmarks/opposites.py.
# WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. The licence stands in WORDNET_LICENSE.txt.
"""


def antonyms(folder: Path) -> set[tuple[str, str]]:
    """WordNet's direct antonyms between single words (format: man wndb)."""
    synsets: dict[tuple[str, str], list[str]] = {}
    pointers = []
    for part in ("adj", "adv", "noun", "verb"):
        for line in (folder / f"data.{part}").read_text(encoding="latin-1").splitlines():
            if line.startswith(" "):
                continue
            fields = line.split("|")[0].split()
            size = int(fields[3], 16)
            words = [re.sub(r"\(.*", "", word).lower() for word in fields[4 : 4 + 2 * size : 2]]
            synsets[part, fields[0]] = words
            rest = fields[5 + 2 * size :]
            for symbol, offset, to, which in zip(rest[0::4], rest[1::4], rest[2::4], rest[3::4], strict=False):
                if symbol == "!":
                    pointers.append((words[int(which[:2], 16) - 1], (PARTS[to], offset), int(which[2:], 16) - 1))
    pairs = {tuple(sorted((word, synsets[to][index]))) for word, to, index in pointers}
    return {(a, b) for a, b in pairs if re.fullmatch(r"[a-z]{2,}", a) and re.fullmatch(r"[a-z]{2,}", b)}


def irregular_forms(folder: Path) -> Iterator[tuple[str, str]]:
    """WordNet's lists of irregular forms: the form and its lemma."""
    for part in ("adj", "adv", "noun", "verb"):
        for line in (folder / f"{part}.exc").read_text(encoding="utf-8").splitlines():
            fields = line.split()
            if len(fields) > 1 and "_" not in line:
                yield fields[0], fields[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wordnet", type=Path, required=True, help="folder with data.adj (Debian: wordnet-base)")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    options = parser.parse_args()
    target = Path(opposites.__file__).parent / "data"
    pairs = {pair for pair in antonyms(options.wordnet) if not TOO_COMMON & set(pair)}
    lemmas = {word for pair in pairs for word in pair}
    added = set((target / "opposites_added.txt").read_text().split())
    irregular = {form: lemma for form, lemma in irregular_forms(options.wordnet) if lemma in lemmas | added}
    (target / "irregular.txt").write_text(
        "# Irregular forms and their lemmas, from WordNet 3.0 (WORDNET_LICENSE.txt).\n"
        + "".join(f"{form} {lemma}\n" for form, lemma in sorted(irregular.items()) if form not in lemmas | added)
    )
    _write(target, pairs)

    rows = [row for name in SETS for row in read_set(options.data / "train", name)]
    counts: defaultdict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    for row in rows:
        for found in opposites.find_opposites(row.a, row.b):
            one, two = (opposites._lexicon().lemma(word) for word in found)
            counts[tuple(sorted((str(one), str(two))))][row.label == "contradiction"] += 1  # type: ignore[index]
    bad = {pair for pair, by in counts.items() if _misleads(by[True], by.total())}
    _write(target, pairs - bad)
    kept = Counter[bool]()
    for pair, by in counts.items():
        if pair not in bad:
            kept.update(by)
    print(f"{len(pairs)} pairs of antonyms, {len(bad & pairs)} left out")
    print(f"of {kept.total():,} training pairs with opposites that are kept, {kept[True]:,} are contradictions")
    print("of our own, not going with contradiction:", sorted(bad - pairs))


def _misleads(contradictions: int, total: int) -> bool:
    return (total >= 3 and contradictions < total / 2) or (total >= 10 and contradictions < 2 / 3 * total)


def _write(target: Path, pairs: set[tuple[str, str]]) -> None:
    text = HEADER + "".join(f"{a} {b}\n" for a, b in sorted(pairs))
    (target / "opposites.txt").write_text(text, encoding="utf-8")
    opposites._lexicon.cache_clear()


if __name__ == "__main__":
    main()
