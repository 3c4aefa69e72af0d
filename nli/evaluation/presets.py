"""Public NLI sets by name: where they are on the Hugging Face hub, and what their columns and labels mean."""

from __future__ import annotations

from dataclasses import dataclass

from nli.evaluation.sets import Columns


@dataclass(frozen=True, slots=True)
class Preset:
    """A public set.

    Attributes:
        hub_id: the dataset on the hub, `owner/name`.
        config: its configuration, if it has several.
        splits: which parts are evaluated; the parts of several are told apart as slices.
        columns: where it has what.
    """

    hub_id: str
    splits: tuple[str, ...]
    columns: Columns
    config: str | None = None


_FACT_CHECKING = {"SUPPORTS": "entailment", "REFUTES": "contradiction", "NOT ENOUGH INFO": "neutral"}

PRESETS: dict[str, Preset] = {
    "snli": Preset("stanfordnlp/snli", ("test",), Columns(("premise", "hypothesis"), "label")),
    "multi_nli": Preset(
        "nyu-mll/multi_nli",
        ("validation_mismatched",),
        Columns(("premise", "hypothesis"), "label", slices="genre", group="promptID"),
    ),
    "anli": Preset(
        "facebook/anli", ("test_r1", "test_r2", "test_r3"), Columns(("premise", "hypothesis"), "label"), "plain_text"
    ),
    "hans": Preset(
        "jhu-cogsci/hans", ("validation",), Columns(("premise", "hypothesis"), "label", "heuristic", "template")
    ),
    "vitaminc": Preset(
        "tals/vitaminc", ("test",), Columns(("evidence", "claim"), "label", group="page", meanings=_FACT_CHECKING)
    ),
    "sick": Preset("RobZamp/sick", ("test",), Columns(("sentence_A", "sentence_B"), "label")),
    "glue/rte": Preset("nyu-mll/glue", ("validation",), Columns(("sentence1", "sentence2"), "label"), "rte"),
}
