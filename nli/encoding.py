"""Pairs of texts as token ids: each distinct text is tokenised once, pairs are put together from the pieces.

A model's own tokenizer decides how a pair looks (`[CLS] a [SEP] b [SEP]` for BERT, `<s>a</s></s>b</s>` for
RoBERTa). That template is read off the tokenizer once, by encoding a probe pair. Nothing is ever cut: a pair
that exceeds the model's length is divided into windows of whole sentences, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tokenizers import Tokenizer

from nli.errors import ModelError
from nli.hints import SEPARATOR, explain, hint_words, without_separator

MAX_CHARACTERS = 20_000
"""Longest text that is scored; a claim is a sentence, a premise at most an article."""

_SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)\]]))\s+|\n+")


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """Token ids of one pair; the first `first` of them belong to segment 0."""

    ids: tuple[int, ...]
    first: int


@dataclass(frozen=True, slots=True)
class PairTemplate:
    """The special tokens that a tokenizer puts around and between two texts."""

    prefix: tuple[int, ...]
    middle: tuple[int, ...]
    suffix: tuple[int, ...]
    second_type: int
    """Segment id of the second text (0 if the model has no segments)."""
    pad_id: int

    @property
    def size(self) -> int:
        """How many special tokens a pair has."""
        return len(self.prefix) + len(self.middle) + len(self.suffix)


def read_template(tokenizer: Tokenizer) -> PairTemplate:
    """Read off a tokenizer how it joins two texts.

    Its padding and truncation are switched off, and "[SEP]" in a text becomes plain characters.

    Raises:
        ModelError: if it does not keep the two texts apart.
    """
    padding = tokenizer.padding
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True
    probe = tokenizer.encode("a", "b", add_special_tokens=True)
    sides = probe.sequence_ids
    first, last_first = sides.index(0), len(sides) - 1 - sides[::-1].index(0)
    second, last_second = sides.index(1), len(sides) - 1 - sides[::-1].index(1)
    if second == last_first + 1:
        raise ModelError("the model's tokenizer puts nothing between two texts; use an NLI model's own tokenizer")
    named = (tokenizer.token_to_id(token) for token in ("[PAD]", "<pad>"))
    pad_id = padding["pad_id"] if padding else next((i for i in named if i is not None), 0)
    return PairTemplate(
        prefix=tuple(probe.ids[:first]),
        middle=tuple(probe.ids[last_first + 1 : second]),
        suffix=tuple(probe.ids[last_second + 1 :]),
        second_type=probe.type_ids[second],
        pad_id=pad_id,
    )


@dataclass
class PairEncoder:
    """Turns pairs of texts into token ids for one model.

    Args:
        tokenizer: the model's tokenizer.
        max_length: the most tokens a pair may have, special ones included.
        hints: kinds of hints that the model was trained with (see `nli.hints`).
    """

    tokenizer: Tokenizer
    max_length: int
    hints: Sequence[str] = ()
    template: PairTemplate = field(init=False)
    _pieces: dict[str, tuple[int, ...]] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.template = read_template(self.tokenizer)
        if self.max_length < self.template.size + 8:
            raise ModelError(f"max_length {self.max_length} leaves no room for two texts; raise it")

    @property
    def known(self) -> int:
        """How many tokenised texts are held."""
        return len(self._pieces)

    def forget(self) -> None:
        """Drop the tokenised texts, so that a stream of distinct texts stays in bounded memory."""
        self._pieces.clear()

    def learn(self, texts: Sequence[str]) -> None:
        """Tokenise those of the texts that are not known yet, all at once."""
        new = [text for text in dict.fromkeys(texts) if text not in self._pieces]
        for text, encoding in zip(new, self.tokenizer.encode_batch(new, add_special_tokens=False), strict=True):
            self._pieces[text] = tuple(encoding.ids)

    def pieces(self, text: str) -> tuple[int, ...]:
        """Token ids of one text, without special tokens."""
        if text not in self._pieces:
            self.learn([text])
        return self._pieces[text]

    def hint(self, a: str, b: str) -> str:
        """The hint words of a pair for this model; empty if it takes none or there is nothing to say."""
        return hint_words(a, b, self.hints) if self.hints else ""

    def explain(self, a: str, b: str) -> str:
        """What the hints of this model say against the pair, in the words of the texts; empty if nothing."""
        return explain(a, b, self.hints)

    def encode(self, a: str, b: str, hint: str | None = None) -> list[EncodedPair]:
        """Token ids of the pair, or of its windows if it exceeds the model's length.

        Args:
            a, b: the texts.
            hint: the pair's hint words, if they are known already; they are worked out otherwise.

        Returns:
            One element, or several for a pair that is too long: every window of `a` with every window of `b`.
        """
        if self.hints:
            a, b = without_separator(a), without_separator(b)
        ours, theirs = self.pieces(a), self.pieces(b)
        words = self.hint(a, b) if hint is None else hint
        end = self.pieces(f"{SEPARATOR} {words}") if words else ()
        room = self.max_length - self.template.size - len(end)
        if len(ours) + len(theirs) <= room:
            return [self._join(ours, theirs + end)]
        ours_room, theirs_room = _shares(len(ours), len(theirs), room)
        return [
            self._join(one, two + end)
            for one in self._windows(a, ours, ours_room)
            for two in self._windows(b, theirs, theirs_room)
        ]

    def _join(self, ours: tuple[int, ...], theirs: tuple[int, ...]) -> EncodedPair:
        template = self.template
        ids = template.prefix + ours + template.middle + theirs + template.suffix
        return EncodedPair(ids, len(template.prefix) + len(ours) + len(template.middle))

    def _windows(self, text: str, pieces: tuple[int, ...], room: int) -> list[tuple[int, ...]]:
        if len(pieces) <= room:
            return [pieces]
        sentences = [s for s in _SENTENCE_END.split(text) if s and s.strip()]
        self.learn(sentences)  # at once, and kept for the other direction
        windows: list[tuple[int, ...]] = []
        current: tuple[int, ...] = ()
        for ids in map(self.pieces, sentences):
            for part in _cut(ids, room):
                if current and len(current) + len(part) > room:
                    windows.append(current)
                    current = ()
                current += part
        return [*windows, current] if current else windows


def _cut(ids: tuple[int, ...], room: int) -> Iterator[tuple[int, ...]]:
    """A sentence in parts of at most `room` tokens."""
    for start in range(0, len(ids), room):
        yield ids[start : start + room]


def _shares(ours: int, theirs: int, room: int) -> tuple[int, int]:
    """How the room is divided: a short text keeps its length, two long ones get half each."""
    half = room // 2
    if theirs <= half:
        return room - theirs, theirs
    if ours <= half:
        return ours, room - ours
    return half, room - half
