"""Scores pairs of texts with one model: both directions, in input order, whatever the batch or the neighbours."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nli.backends import Backend
from nli.batching import TOKEN_BUDGET, pad, plan_batches
from nli.calibration import Calibration
from nli.encoding import MAX_CHARACTERS, EncodedPair, PairEncoder
from nli.errors import InputError, LabelError, ModelError
from nli.labels import LABELS, LabelOrder
from nli.records import Label, PairScore, Probabilities

Texts = tuple[str, str]

CHUNK = 4096
"""Pairs that a stream holds at once."""

_KNOWN_TEXTS = 20_000
"""Tokenised texts that are kept for the next pairs: about 10 MB of claims."""

_PROBES: tuple[tuple[str, str, Label], ...] = (
    ("A man is playing a guitar on stage.", "A man is playing a guitar.", "entailment"),
    ("Two dogs are running across a green field.", "Animals are outdoors.", "entailment"),
    ("A woman in a red coat is walking her dog.", "A woman is walking a dog.", "entailment"),
    ("A man is playing a guitar on stage.", "The man is famous in his home country.", "neutral"),
    ("Two dogs are running across a green field.", "The dogs belong to a rich farmer.", "neutral"),
    ("A woman in a red coat is walking her dog.", "The woman is going to meet her sister.", "neutral"),
    ("A man is playing a guitar on stage.", "The man is asleep in bed.", "contradiction"),
    ("Two dogs are running across a green field.", "The dogs are sleeping in a house.", "contradiction"),
    ("A woman in a red coat is walking her dog.", "Nobody is walking a dog.", "contradiction"),
)


def check_text(text: object) -> str:
    """Return the text if it can be scored.

    Raises:
        InputError: if it is no string, blank, longer than `MAX_CHARACTERS`, or holds NUL or lone surrogates.
    """
    if not isinstance(text, str):
        raise InputError(f"expected a text, got {type(text).__name__} {repr(text)[:60]}")
    if not text.strip():
        raise InputError("the text is empty")
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"the text has {len(text):,} characters, the limit is {MAX_CHARACTERS:,}; divide it")
    if "\x00" in text:
        raise InputError(f"the text holds a NUL character at {text.index(chr(0))}; take it out")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"the text holds half a character (lone surrogate) at {error.start}; take it out") from None
    return text


def _same(a: str, b: str) -> bool:
    """Whether two texts are the same but for case, blanks and the end mark; such never contradict each other."""
    return " ".join(a.casefold().split()).rstrip(".!") == " ".join(b.casefold().split()).rstrip(".!")


class Scorer:
    """A loaded model that scores pairs. Build one with `nli.load_model`.

    Args:
        name: what the model is called in results.
        encoder: turns pairs into token ids.
        backend: does the arithmetic.
        order: the model's label order.
        calibration: how logits become probabilities and flags.
        token_budget: tokens of a batch, padding included.
        folder: where the model's files are, by which results tell models apart; None if it has none.
    """

    def __init__(
        self,
        name: str,
        encoder: PairEncoder,
        backend: Backend,
        order: LabelOrder,
        calibration: Calibration | None = None,
        *,
        token_budget: int = TOKEN_BUDGET,
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.encoder = encoder
        self.backend = backend
        self.order = order
        self.calibration = calibration or Calibration()
        self.token_budget = token_budget
        self.folder = folder

    @property
    def threshold(self) -> float:
        """The contradiction score in [0, 1] from which a pair is flagged."""
        return self.calibration.threshold

    @property
    def entailment_threshold(self) -> float:
        """The probability in [0, 1] from which one text counts as entailing the other."""
        return self.calibration.entailment_threshold

    def logits(self, pairs: Sequence[Texts]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Raw logits of ordered pairs, premise first.

        A pair that exceeds the model's length is given the logits of the window in which contradiction is
        likeliest.

        Returns:
            Logits of shape (pairs, 3) in the order entailment, neutral, contradiction, and which pairs were
            scored in windows.
        """
        distinct = {pair: index for index, pair in enumerate(dict.fromkeys(pairs))}
        self.encoder.learn([text for pair in distinct for text in pair])
        windows: list[EncodedPair] = []
        owners: list[int] = []
        for index, (a, b) in enumerate(distinct):
            encoded = self.encoder.encode(a, b)
            windows += encoded
            owners += [index] * len(encoded)
        if self.encoder.known > _KNOWN_TEXTS:
            self.encoder.forget()
        raw = self._run(windows)
        best = np.empty((len(distinct), 3), dtype=np.float32)
        windowed = np.zeros(len(distinct), dtype=np.bool_)
        margin = np.full(len(distinct), -np.inf)
        counts = np.bincount(owners, minlength=len(distinct))
        windowed[:] = counts > 1
        # Contradiction against the better of the other two orders windows as its probability does.
        ours = raw[:, 2] - np.logaddexp(raw[:, 0], raw[:, 1])
        for row, owner in enumerate(owners):
            if ours[row] > margin[owner]:
                margin[owner], best[owner] = ours[row], raw[row]
        where = [distinct[pair] for pair in pairs]
        return best[where], windowed[where]

    def _run(self, windows: Sequence[EncodedPair]) -> NDArray[np.float32]:
        raw = np.empty((len(windows), 3), dtype=np.float32)
        batches = deque(plan_batches([len(window.ids) for window in windows], self.token_budget))
        while batches:
            indices = batches.popleft()
            batch = pad([windows[index] for index in indices], self.encoder.template)
            try:
                logits = self.backend.logits(batch)
            except MemoryError:
                if len(indices) == 1:
                    raise
                # The batches behind are no smaller, so what is too much now will be too much then.
                half = (len(indices) + 1) // 2
                self.token_budget = min(self.token_budget, half * batch.input_ids.shape[1])
                rest = [index for group in batches for index in group]
                lengths = [len(windows[index].ids) for index in indices + rest]
                again = plan_batches(lengths, self.token_budget)
                batches = deque([(indices + rest)[position] for position in group] for group in again)
                continue
            if logits.shape != (len(batch), 3) or not np.isfinite(logits).all():
                raise ModelError(
                    f"the model {self.name} gave outputs of shape {logits.shape} that are not all finite numbers; "
                    "its weights are damaged, or it is no three-way classifier"
                )
            raw[indices] = logits[:, self.order.positions]
        return raw

    def score(self, pairs: Sequence[Texts]) -> list[PairScore]:
        """Score pairs of texts, in both directions.

        Returns:
            One `PairScore` a pair, in the order given; independent of the other pairs.

        Raises:
            InputError: naming the pair (counted from 0) and what is wrong with its text.
            MemoryError: if even a single pair needs more memory than there is. A batch that does is halved, and so are
                all batches behind it.
        """
        if not pairs:
            return []
        checked = [self._checked(index, pair) for index, pair in enumerate(pairs)]
        logits, windowed = self.logits(checked + [(b, a) for a, b in checked])
        probabilities = self.calibration.probabilities(logits)
        count = len(checked)
        results = []
        for index, (a, b) in enumerate(checked):
            ab, ba = probabilities[index], probabilities[count + index]
            same = _same(a, b)
            if same:
                # A rule, not the model: no text contradicts itself. What is left keeps its proportions.
                ab, ba = (p * (1.0, 1.0, 0.0) / p[:2].sum() for p in (ab, ba))
            score = float((ab[2] + ba[2]) / 2)
            results.append(
                PairScore(
                    ab=Probabilities(*map(float, ab)),
                    ba=Probabilities(*map(float, ba)),
                    score=score,
                    flag=score >= self.threshold and not same,
                    truncated=bool(windowed[index] or windowed[count + index]),
                    hint=self.encoder.explain(a, b),
                )
            )
        return results

    def stream(self, pairs: Iterable[Texts], *, chunk: int = CHUNK) -> Iterator[PairScore]:
        """Score any number of pairs in bounded memory, holding `chunk` of them at a time (at least 1)."""
        if chunk < 1:
            raise InputError(f"chunk is {chunk}; hold at least 1 pair at a time")
        source = iter(pairs)
        while part := list(islice(source, chunk)):
            yield from self.score(part)

    def _checked(self, index: int, pair: Texts) -> Texts:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise InputError(f"pair {index}: expected two texts, got {repr(pair)[:60]}")
        a, b = pair
        for side, text in (("a", a), ("b", b)):
            try:
                check_text(text)
            except InputError as error:
                raise InputError(f"pair {index}, text {side}: {error}") from None
        return a, b

    def prove_labels(self) -> None:
        """Check the label order on pairs whose answer is beyond doubt.

        Of the six ways in which three outputs can be named, the model's own must fit nine plain English
        pairs best, and at least five of the nine must come out right.

        Raises:
            LabelError: if another order fits better, or the answers are no better than chance.
        """
        logits, _ = self.logits([(a, b) for a, b, _ in _PROBES])
        probabilities = Calibration().probabilities(logits)
        truth = np.array([LABELS.index(label) for _, _, label in _PROBES])
        fit = np.array([probabilities[truth == label].mean(axis=0) for label in range(3)])
        orders = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
        best = max(orders, key=lambda order: sum(fit[label, order[label]] for label in range(3)))
        right = int((logits.argmax(axis=1) == truth).sum())
        if best != (0, 1, 2) or right < 5:
            names = ", ".join(f"{LABELS[named]} behaves like {LABELS[label]}" for label, named in enumerate(best))
            detail = names if best != (0, 1, 2) else f"only {right} of {len(truth)} plain pairs come out right"
            raise LabelError(
                f"the labels of {self.name} do not mean what they say: {detail}; correct id2label in its config.json, "
                "give a label map, or switch the proof off for a model of another language (probe=False)"
            )
