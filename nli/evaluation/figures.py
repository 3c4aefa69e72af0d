"""The names of all figures: what they are called in results, in tables and on the command line, and how they read."""

from __future__ import annotations

from dataclasses import dataclass

from nli.evaluation.sets import NOT_ENTAILMENT, Truth
from nli.labels import LABELS

RECALLS = (0.5, 0.8, 0.9)
"""Shares of the contradictions at which precision is reported."""


@dataclass(frozen=True, slots=True)
class About:
    """What a figure is.

    Attributes:
        title: its name in tables.
        meaning: what it says, in a sentence.
        higher_is_better: which way is up.
        percent: whether it is a share in [0, 1], shown in per cent.
    """

    title: str
    meaning: str
    higher_is_better: bool = True
    percent: bool = True


def _of_label(label: Truth) -> dict[str, About]:
    name = "not entailment" if label == NOT_ENTAILMENT else label
    return {
        f"{label}_precision": About(f"{name} precision", f"share of the pairs called {name} that are"),
        f"{label}_recall": About(f"{name} recall", f"share of the pairs that are {name} that are called so"),
        f"{label}_f1": About(f"{name} F1", "harmonic mean of precision and recall"),
    }


FIGURES: dict[str, About] = {
    "accuracy": About("accuracy", "share of pairs whose likeliest label a→b is right"),
    "macro_f1": About("macro-F1", "mean F1 of the labels that occur"),
    **{name: about for label in LABELS for name, about in _of_label(label).items()},
    **_of_label(NOT_ENTAILMENT),
    "flag_precision": About("flag precision", "share of the flagged pairs that are contradictions"),
    "flag_recall": About("flag recall", "share of the contradictions that are flagged"),
    "flag_f1": About("flag F1", "harmonic mean of flag precision and flag recall"),
    "flags_per_1000_neutral": About("flags per 1,000 neutral pairs", "false alarms", False, percent=False),
    "flags_per_1000_entailment": About("flags per 1,000 entailed pairs", "false alarms", False, percent=False),
    "average_precision": About("average precision", "of the contradiction score: area under precision and recall"),
    "roc_auc": About("ROC AUC", "chance that a contradiction has a higher score than another pair"),
    **{
        f"precision_at_recall_{recall * 100:.0f}": About(
            f"precision at recall {recall:.0%}",
            f"best share of right flags among thresholds that find {recall:.0%} of the contradictions",
        )
        for recall in RECALLS
    },
    "ece": About("ECE", "mean gap between confidence and accuracy, 15 bins (Naeini et al. 2015)", False),
    "ece_raw": About("ECE uncalibrated", "the same before calibration", False),
    "brier": About("Brier score", "squared distance of the probabilities from the truth, in [0, 2]", False, False),
    "brier_raw": About("Brier uncalibrated", "the same before calibration", False, False),
    "log_loss": About("log loss", "mean negative log likelihood of the right label, in nats", False, False),
    "log_loss_raw": About("log loss uncalibrated", "the same before calibration", False, False),
    "direction_gap": About(
        "direction gap", "on contradictions, mean |contradiction probability a→b − b→a|", False, False
    ),
}
"""Every figure by the name that results, `--fail-under` and `--fail-over` use."""


def show(name: str, value: float, *, signed: bool = False) -> str:
    """A value as tables show it: shares in per cent, a dash for what could not be measured."""
    if value != value:
        return "–"
    about = FIGURES[name]
    sign = "+" if signed else ""
    if about.percent:
        return f"{100 * value:{sign}.1f}"
    return f"{value:{sign}.1f}" if name.startswith("flags_per") else f"{value:{sign}.3f}"
