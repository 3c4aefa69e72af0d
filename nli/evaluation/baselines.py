"""What little can achieve: baselines that a model must beat before its figures mean anything.

Each turns a pair into a few features and fits scikit-learn's logistic regression (or the shares of labels) on labelled
pairs, so that all of them give probabilities and can be evaluated like a model:

- `majority`: the shares of the labels, whatever the pair;
- `hypothesis-only`: the words of `b` alone (TF-IDF of one and two words), which shows what a set gives away without its
  premises (Poliak et al. 2018; Gururangan et al. 2018);
- `negation`: whether a negation word stands in `a` only, in `b` only, in both or in neither;
- `overlap`: how many words the texts share (Jaccard), and how much of each stands in the other (McCoy et al. 2019);
- `cosine`: the cosine of the sentence embeddings of the encoder that a model was made from, and its square.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Protocol

import numpy as np
from scipy import sparse
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from nli.calibration import Calibration, choose_threshold
from nli.errors import DataError
from nli.evaluation.scored import CONTRADICTION, Floats
from nli.evaluation.sets import LabelledSet
from nli.labels import LABELS
from nli.records import PairScore, Probabilities

Pair = tuple[str, str]
Features = Callable[[Sequence[Pair]], Any]

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_NEGATIONS = frozenset(
    "no not never none nobody nothing nowhere neither nor without cannot deny denies denied denying false".split()
)
_CHUNK = 4096


class _Classifier(Protocol):
    def fit(self, features: Any, labels: Any) -> Any: ...

    def predict_proba(self, features: Any) -> Any: ...


class Baseline:
    """A baseline that has been fitted; it scores pairs as a model does.

    Args:
        name: what it is called in results.
        features: what it knows of pairs, one row each.
        classifier: gives probabilities of the three labels.
        train: labelled pairs to fit it on, of all three labels.
        dev: labelled pairs to choose the threshold of a flag on.
        precision: wanted share of right flags; a baseline that cannot reach it never flags.

    Raises:
        DataError: if `train` lacks a label, or `dev` contradictions.
    """

    def __init__(
        self,
        name: str,
        features: Features,
        classifier: _Classifier,
        train: LabelledSet,
        dev: LabelledSet,
        *,
        precision: float = 0.9,
    ) -> None:
        missing = [label for label in LABELS if label not in train.labels]
        if missing or train.two_way:
            raise DataError(
                f"{train.name} has no pair labelled {' or '.join(missing)}; fit baselines on a three-way set"
            )
        self.name = name
        self._features = features
        self._classifier = classifier
        classifier.fit(features(train.pairs), np.array([LABELS.index(label) for label in train.labels]))
        scores = self._symmetric(dev.pairs)
        chosen = choose_threshold(scores.tolist(), [label == "contradiction" for label in dev.labels], precision)
        fitted_on = f"{train.name} ({len(train.pairs)}), flags on {dev.name} ({len(dev.pairs)})"
        self.calibration = Calibration(threshold=1.0 if chosen is None else chosen, fitted_on=fitted_on)
        self._flags = chosen is not None

    def _probabilities(self, pairs: Sequence[Pair]) -> Floats:
        result: Floats = np.asarray(self._classifier.predict_proba(self._features(pairs)), dtype=np.float64)
        return result

    def _symmetric(self, pairs: Sequence[Pair]) -> Floats:
        back = [(b, a) for a, b in pairs]
        total: Floats = self._probabilities(pairs)[:, CONTRADICTION] + self._probabilities(back)[:, CONTRADICTION]
        return total / 2

    def stream(self, pairs: Iterable[Pair], *, chunk: int = _CHUNK) -> Iterator[PairScore]:
        """One score a pair, in the order given."""
        source = iter(pairs)
        while part := list(islice(source, chunk)):
            there, back = self._probabilities(part), self._probabilities([(b, a) for a, b in part])
            for one, other in zip(there.tolist(), back.tolist()):
                score = (one[CONTRADICTION] + other[CONTRADICTION]) / 2
                flag = self._flags and score >= self.calibration.threshold
                yield PairScore(Probabilities(*one), Probabilities(*other), score, flag)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower().replace("’", "'") for word in _WORD.findall(text))


def negation_features(pairs: Sequence[Pair]) -> Floats:
    """Four columns of which one is 1: a negation in neither text, in b only, in a only, in both."""
    found = np.zeros((len(pairs), 4))
    for row, (a, b) in enumerate(pairs):
        found[row, 2 * _negates(a) + _negates(b)] = 1
    return found


def _negates(text: str) -> bool:
    words = _words(text)
    return bool(words & _NEGATIONS) or any(word.endswith("n't") for word in words)


def overlap_features(pairs: Sequence[Pair]) -> Floats:
    """Shares in [0, 1]: of all words that stand in both texts, of b's words in a, of a's words in b."""
    rows = []
    for a, b in pairs:
        ours, theirs = _words(a), _words(b)
        both = len(ours & theirs)
        rows.append((both / max(len(ours | theirs), 1), both / max(len(theirs), 1), both / max(len(ours), 1)))
    return np.array(rows)


def _nothing(pairs: Sequence[Pair]) -> Floats:
    return np.zeros((len(pairs), 1))


def _regression() -> LogisticRegression:
    return LogisticRegression(max_iter=1000)


def fit_baselines(
    train: LabelledSet, dev: LabelledSet, *, encode: Callable[[Sequence[str]], Floats] | None = None
) -> Iterator[Baseline]:
    """Fit every baseline, one after the other.

    Args:
        train: labelled pairs to fit on.
        dev: labelled pairs to choose thresholds on.
        encode: turns texts into vectors of length 1, of shape (texts, size), for the cosine; left out without.

    Raises:
        DataError: if `train` lacks a label, or `dev` contradictions.
    """
    yield Baseline("majority", _nothing, DummyClassifier(strategy="prior"), train, dev)
    yield Baseline("hypothesis-only", _HypothesisWords(train), _regression(), train, dev)
    yield Baseline("negation", negation_features, _regression(), train, dev)
    yield Baseline("overlap", overlap_features, _regression(), train, dev)
    if encode is not None:
        yield Baseline("cosine", _Cosine(encode), _regression(), train, dev)


class _HypothesisWords:
    def __init__(self, train: LabelledSet) -> None:
        self._vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        try:
            self._vectorizer.fit([b for _, b in train.pairs])
        except ValueError:
            raise DataError(
                f"{train.name} has too few words in common for a baseline of its hypotheses; fit it on more pairs"
            ) from None

    def __call__(self, pairs: Sequence[Pair]) -> sparse.csr_matrix:
        return self._vectorizer.transform([b for _, b in pairs])


class _Cosine:
    def __init__(self, encode: Callable[[Sequence[str]], Floats]) -> None:
        self._encode = encode
        self._where: dict[str, int] = {}
        self._vectors: Floats = np.empty((0, 0))

    def __call__(self, pairs: Sequence[Pair]) -> Floats:
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        # The texts of the pairs turned round are those of the call before.
        if any(text not in self._where for text in texts):
            self._where = {text: index for index, text in enumerate(texts)}
            self._vectors = self._encode(texts)
        where = self._where
        ours, theirs = (self._vectors[[where[pair[side]] for pair in pairs]] for side in (0, 1))
        cosine = (ours * theirs).sum(axis=1)
        result: Floats = np.stack([cosine, cosine**2], axis=1)
        return result
