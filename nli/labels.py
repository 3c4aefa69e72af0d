"""The three NLI labels, and how a model's own order of them is read.

A model's outputs are numbers at positions; which position means contradiction differs from model to
model (`cross-encoder/nli-*` has it first, `roberta-large-mnli` too, MoritzLaurer's last). The order is
therefore always read by name from the model's `id2label`, never assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nli.errors import LabelError
from nli.records import Label

LABELS: tuple[Label, ...] = ("entailment", "neutral", "contradiction")

_NAMES: dict[str, Label] = {
    "entailment": "entailment",
    "entail": "entailment",
    "entails": "entailment",
    "entailed": "entailment",
    "e": "entailment",
    "neutral": "neutral",
    "n": "neutral",
    "contradiction": "contradiction",
    "contradictory": "contradiction",
    "contradict": "contradiction",
    "contradicts": "contradiction",
    "c": "contradiction",
}


def parse_label(value: object) -> Label:
    """Read one label by name, in any case.

    Raises:
        LabelError: if `value` is not the name of one of the three labels.
    """
    name = value.strip().lower() if isinstance(value, str) else ""
    if name not in _NAMES:
        raise LabelError(f"{value!r} is not an NLI label; the labels are {', '.join(LABELS)}")
    return _NAMES[name]


@dataclass(frozen=True, slots=True)
class LabelOrder:
    """Which output position of a model means which label.

    `entailment`, `neutral` and `contradiction` are distinct positions 0, 1 or 2.
    """

    entailment: int
    neutral: int
    contradiction: int

    @property
    def positions(self) -> tuple[int, int, int]:
        """Positions in the order entailment, neutral, contradiction."""
        return (self.entailment, self.neutral, self.contradiction)


def read_label_order(
    id2label: Mapping[int | str, str] | None, *, label_map: Mapping[str, str] | None = None
) -> LabelOrder:
    """Read a model's label order by name.

    Args:
        id2label: the model's own map of output positions to names (`config.json`).
        label_map: what the names mean, for a model that calls them `LABEL_0`, `LABEL_1`, `LABEL_2`:
            for example `{"LABEL_0": "contradiction", "LABEL_1": "entailment", "LABEL_2": "neutral"}`.

    Raises:
        LabelError: if a name is unknown, a label is missing or doubled, or there is no contradiction.
    """
    wanted = {key.lower(): parse_label(value) for key, value in (label_map or {}).items()}
    if not id2label and len(wanted) == 3:
        id2label = {position: f"LABEL_{position}" for position in range(3)}
    if not id2label or not isinstance(id2label, Mapping):
        raise LabelError(
            "the model's config.json has no id2label, so its label order is unknown; "
            "give a label map, such as LABEL_0=entailment,LABEL_1=neutral,LABEL_2=contradiction"
        )
    named = {str(name).lower() for name in id2label.values()}
    stray = [key for key in wanted if key not in named]
    if stray:
        raise LabelError(f"the label map names {stray[0]!r}, but the model's labels are {sorted(named)}")
    found: dict[Label, int] = {}
    shown = ", ".join(f"{key}: {name}" for key, name in id2label.items())
    for key, name in id2label.items():
        try:
            label = wanted.get(str(name).lower()) or parse_label(name)
            position = int(key)
        except LabelError:
            raise LabelError(_unknown_name(str(name), shown, len(id2label))) from None
        except ValueError:
            raise LabelError(f"the model's id2label has {key!r} where a position belongs ({shown})") from None
        if label in found:
            raise LabelError(f"two of the model's outputs mean {label} ({shown}); give a label map")
        found[label] = position
    missing = [label for label in LABELS if label not in found]
    if missing:
        raise LabelError(
            f"the model has no {' and no '.join(missing)} class (its labels are {shown}); use a three-way NLI model"
        )
    if sorted(found.values()) != [0, 1, 2]:
        raise LabelError(f"the model's label positions are not 0, 1 and 2 ({shown})")
    return LabelOrder(found["entailment"], found["neutral"], found["contradiction"])


def _unknown_name(name: str, shown: str, count: int) -> str:
    if count != 3:
        return (
            f"the model has {count} classes ({shown}) and no three-way NLI labels, so it cannot tell "
            "a contradiction from mere absence of entailment; use a three-way NLI model"
        )
    return (
        f"the model's label {name!r} is not a name that says what it means (its labels are {shown}); "
        "give a label map, such as LABEL_0=entailment,LABEL_1=neutral,LABEL_2=contradiction"
    )
