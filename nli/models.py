"""Finds, checks and loads models: a shipped name, a local folder, or the id of a model on a hub.

The network is used only for a hub id, that is a name of the form `owner/model` that is no local folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, cast

from tokenizers import Tokenizer

from nli.backends import Backend
from nli.batching import ONNX_TOKEN_BUDGET, TOKEN_BUDGET
from nli.calibration import Calibration, Triple
from nli.encoding import PairEncoder
from nli.errors import ChecksumError, DataError, ModelError
from nli.labels import read_label_order
from nli.scoring import Scorer

DEFAULT_MODEL = "nli-minilm-l6"

BackendName = Literal["auto", "onnx", "torch"]
BACKENDS: tuple[BackendName, ...] = ("auto", "onnx", "torch")

ABOUT_FILE = "nli.json"
SUMS_FILE = "SHA256SUMS"
_FORMAT = 1
_SUMMED = {".json", ".onnx", ".safetensors", ".txt"}
_ONNX_FILES = ("model.onnx", "onnx/model.onnx")
_WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin")
# These count positions from the padding index on, so that two of them never hold a token.
_OFFSET_POSITIONS = {"roberta", "xlm-roberta", "camembert", "longformer", "mpnet", "xlm-roberta-xl"}


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on disk.

    Attributes:
        name: the shipped name, the folder's name or the hub id.
        path: its folder.
        config: transformers' `config.json`.
        about: `nli.json`, what this package recorded about the model; empty for others' models.
    """

    name: str
    path: Path
    config: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hints(self) -> tuple[str, ...]:
        """Kinds of hints the model was trained with; none for models of others.

        Raises:
            ModelError: if the record is damaged.
        """
        recorded = self.about.get("hints", [])
        if not isinstance(recorded, list) or not all(isinstance(kind, str) for kind in recorded):
            raise ModelError(f"{self.path / ABOUT_FILE}: hints is {recorded!r}; give a list of names")
        return tuple(recorded)

    @property
    def onnx_file(self) -> Path | None:
        """The model in ONNX format, if the folder has one."""
        return next((self.path / name for name in _ONNX_FILES if (self.path / name).is_file()), None)

    @property
    def has_weights(self) -> bool:
        """Whether the folder has weights for torch."""
        return any((self.path / name).is_file() for name in _WEIGHTS)

    def calibration(self, backend: str) -> Calibration:
        """What was fitted for this model on one backend; the neutral calibration if nothing was.

        Raises:
            ModelError: if the record is damaged.
        """
        try:
            record = self.about.get("calibration", {}).get(backend)
            plain = Calibration()
            if record is None:
                return plain
            return Calibration(
                float(record["temperature"]),
                float(record["threshold"]),
                float(record["entailment_threshold"]),
                str(record["fitted_on"]),
                _triple(record.get("scales", plain.scales)),
                _triple(record.get("biases", plain.biases)),
                float(record.get("exponent", plain.exponent)),
            )
        except (KeyError, TypeError, ValueError, AttributeError, DataError) as error:
            raise ModelError(
                f"{self.path / ABOUT_FILE}: the calibration for {backend} is damaged or of an older version "
                f"({error!r}); fit it again with nli calibrate"
            ) from error


def _triple(values: Sequence[float]) -> Triple:
    entailment, neutral, contradiction = map(float, values)
    return entailment, neutral, contradiction


def shipped_folders() -> Iterator[Path]:
    """Folders of the models that came with this installation."""
    package = Path(__file__).parent
    for place in (package / "shipped", package.parent / "models"):
        if place.is_dir():
            yield from sorted(p for p in place.iterdir() if (p / "config.json").is_file())
            return


def find_model(name: str | Path | None = None) -> ModelFolder:
    """Find a model by shipped name, local folder or hub id.

    Raises:
        ModelError: if there is none of that name, or its folder is incomplete.
    """
    wanted = str(name) if name is not None else DEFAULT_MODEL
    shipped = {folder.name: folder for folder in shipped_folders()}
    path = Path(wanted)
    if wanted in shipped:
        folder = shipped[wanted]
    elif path.is_dir():
        folder = path
    elif path.exists():
        raise ModelError(f"{wanted} is a file, not the folder of a model; name the folder it stands in")
    elif _is_hub_id(wanted):
        if path.parent.is_dir() and str(path.parent) != ".":
            raise ModelError(f"no folder {wanted}, though {path.parent} is one; correct the name")
        folder = _download(wanted)
    else:
        known = ", ".join(shipped) or "none"
        raise ModelError(f"no model {wanted!r}: no such folder, and the shipped models are: {known}")
    config = _read_json(folder / "config.json", "config.json, which says what the labels mean")
    about = _read_json(folder / ABOUT_FILE, ABOUT_FILE) if (folder / ABOUT_FILE).is_file() else {}
    if about and about.get("format") != _FORMAT:
        raise ModelError(f"{folder / ABOUT_FILE} has format {about.get('format')!r}, this version reads {_FORMAT}")
    display = wanted if wanted in shipped or folder != path else folder.resolve().name
    return ModelFolder(display, folder, config, about)


def load_model(
    name: str | Path | None = None,
    *,
    backend: BackendName = "auto",
    label_map: Mapping[str, str] | None = None,
    threshold: float | None = None,
    probe: bool = True,
    calibrated: bool = True,
    threads: int = 0,
) -> Scorer:
    """Load a model for scoring.

    Args:
        name: a shipped model's name, a local folder, or a hub id (`owner/model`, the only case that uses the
            network); the default is the shipped model.
        backend: `onnx`, `torch`, or `auto` for onnx if the folder has it.
        label_map: meaning of `LABEL_0`, `LABEL_1`, `LABEL_2`, for models that name their labels so.
        threshold: flags from this contradiction score on, in [0, 1], instead of the model's own threshold.
        probe: prove the label order on pairs of plain English; switch off for models of other languages.
        calibrated: use what was fitted for the model (`nli.calibration`); without, it is neutral.
        threads: cores to use; 0 for all.

    Raises:
        ModelError: if the model cannot be found or loaded; LabelError: if its labels are unknown, wrong or lack
        contradiction; ChecksumError: if a file was altered.
    """
    if backend not in BACKENDS:
        raise ModelError(f"no backend {backend!r}; the backends are {', '.join(BACKENDS)}")
    folder = find_model(name)
    order = read_label_order(folder.config.get("id2label"), label_map=label_map)
    _prove_sums(folder.path)
    encoder = load_encoder(folder)
    engine = _load_backend(folder, backend, threads)
    calibration = folder.calibration(engine.name) if calibrated else Calibration()
    if threshold is not None:
        calibration = replace(calibration, threshold=threshold)
    budget = ONNX_TOKEN_BUDGET if engine.name == "onnx" else TOKEN_BUDGET
    scorer = Scorer(folder.name, encoder, engine, order, calibration, token_budget=budget, folder=folder.path)
    if probe:
        scorer.prove_labels()
    return scorer


def describe_model(
    name: str | Path | None = None,
    *,
    backend: BackendName = "auto",
    label_map: Mapping[str, str] | None = None,
    threshold: float | None = None,
) -> dict[str, str]:
    """What decides about a model's answers, in words; two models with the same description give the same ones.

    The arguments are those of `load_model`.

    Raises:
        ModelError: if the model cannot be found.
    """
    folder = find_model(name)
    described = {
        "name": folder.name,
        "sha256": fingerprint(folder.path),
        "backend": ("onnx" if folder.onnx_file else "torch") if backend == "auto" else backend,
    }
    if described["backend"] == "torch":
        from nli.backends.torch import default_device

        described |= {"device": default_device()}
        described |= {f"version of {package}": version(package) for package in ("torch", "transformers")}
    if label_map is not None:
        described["label map"] = ", ".join(f"{key}={label}" for key, label in sorted(label_map.items()))
    if threshold is not None:
        described["threshold"] = repr(threshold)
    return described


def fingerprint(folder: Path) -> str:
    """The sha256 of a model: of the list of the files that loading can read with their sums, as `sha256sum` writes it.

    What was measured of a model decides about none of its answers and does not count, so that writing it down beside
    the weights leaves the model the one that was measured.
    """
    kinds = _SUMMED | {".model", ".bin"}
    lines = []
    for path in sorted(path for path in folder.rglob("*") if path.suffix in kinds and path.is_file()):
        if path == folder / ABOUT_FILE:
            about = {key: value for key, value in _read_json(path, ABOUT_FILE).items() if key != "measured"}
            found = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
        else:
            found = _sha256(path)
        lines.append(f"{found}  {path.relative_to(folder).as_posix()}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def load_encoder(folder: ModelFolder) -> PairEncoder:
    """What turns pairs into token ids for a model.

    Raises:
        ModelError: if the model has no usable tokenizer.
    """
    return PairEncoder(_load_tokenizer(folder), _max_length(folder), folder.hints)


def _load_backend(folder: ModelFolder, backend: BackendName, threads: int) -> Backend:
    onnx_file = folder.onnx_file
    if backend == "auto":
        backend = "onnx" if onnx_file else "torch"
    if backend == "onnx":
        if onnx_file is None:
            raise ModelError(f"{folder.path} has no model.onnx; make one with nli export, or use the torch backend")
        from nli.backends.onnx import OnnxBackend

        return OnnxBackend(onnx_file, threads=threads)
    if not folder.has_weights:
        raise ModelError(f"{folder.path} has no weights for torch ({', '.join(_WEIGHTS)}); get the model again")
    from nli.backends.torch import TorchBackend

    return TorchBackend(folder.path, threads=threads)


def _load_tokenizer(folder: ModelFolder) -> Tokenizer:
    path = folder.path / "tokenizer.json"
    if path.is_file():
        try:
            return Tokenizer.from_file(str(path))
        except Exception as error:  # the tokenizers library raises bare Exception
            raise ModelError(f"{path} is not a usable tokenizer: {error}; get the model again") from error
    slow = ("vocab.txt", "vocab.json", "spm.model", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model")
    if not any((folder.path / name).is_file() for name in slow):
        raise ModelError(f"{folder.path} has no tokenizer (tokenizer.json); save the model together with its tokenizer")
    from transformers import AutoTokenizer

    try:
        converted = AutoTokenizer.from_pretrained(folder.path, local_files_only=True)
    except Exception as error:  # whatever a broken vocabulary makes the tokenizers library raise
        raise ModelError(f"the tokenizer in {folder.path} cannot be read: {error}; get the model again") from error
    if not hasattr(converted, "backend_tokenizer"):
        raise ModelError(f"the tokenizer in {folder.path} has no fast version; save it as tokenizer.json")
    return cast(Tokenizer, converted.backend_tokenizer)


def _max_length(folder: ModelFolder) -> int:
    own = folder.about.get("max_length")
    if own is not None:
        if not isinstance(own, int) or isinstance(own, bool) or own < 1:
            raise ModelError(f"{folder.path / ABOUT_FILE}: max_length is {own!r}; give a number of tokens above 0")
        return own
    positions = folder.config.get("max_position_embeddings")
    limits = [512]
    if isinstance(positions, int):
        limits = [positions - (2 if folder.config.get("model_type") in _OFFSET_POSITIONS else 0)]
    settings_file = folder.path / "tokenizer_config.json"
    if settings_file.is_file():
        said = _read_json(settings_file, settings_file.name).get("model_max_length")
        if isinstance(said, int) and said > 0:
            limits.append(said)
    return min(limits)


def _is_hub_id(name: str) -> bool:
    owner, slash, model = name.partition("/")
    return bool(slash and owner and model) and "/" not in model and not name.startswith((".", "~"))


def _download(hub_id: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    patterns = ["*.json", "*.txt", "*.model", "model.safetensors", "model-*.safetensors", "onnx/model.onnx"]
    try:
        return Path(snapshot_download(hub_id, allow_patterns=patterns))
    except RepositoryNotFoundError as error:
        raise ModelError(f"no model {hub_id!r} on the hub, and no local folder of that name") from error
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelError(
            f"{hub_id!r} is no local folder, and the hub cannot be reached ({type(error).__name__}); "
            "give a local folder, or a shipped model"
        ) from error


def _read_json(path: Path, what: str) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path.parent} has no {what}; it is not the folder of a model") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelError(f"cannot read {path}: {error}; get the model again") from error
    if not isinstance(value, dict):
        raise ModelError(f"{path} holds no JSON object; get the model again")
    return value


def write_about(folder: Path, about: Mapping[str, Any]) -> None:
    """Write a model's `nli.json` and bring its sha256 sums up to date."""
    text = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    (folder / ABOUT_FILE).write_text(text, encoding="utf-8")
    write_sums(folder)


def write_sums(folder: Path) -> Path:
    """Record the sha256 of the files that loading reads in `SHA256SUMS`, in the format of `sha256sum`."""
    path = folder / SUMS_FILE
    names = sorted(p.name for p in folder.iterdir() if p.suffix in _SUMMED)
    path.write_text("".join(f"{_sha256(folder / name)}  {name}\n" for name in names), encoding="utf-8")
    return path


def _prove_sums(folder: Path) -> None:
    path = folder / SUMS_FILE
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        wanted, _, name = line.partition("  ")
        if len(wanted) != 64 or not name:
            raise ChecksumError(f"{path} has a line that is no sha256 and name ({line[:80]!r}); get the model again")
        file = folder / name
        if not file.is_file():
            raise ChecksumError(f"{file} is missing, but {path.name} lists it; get the model again")
        if _sha256(file) != wanted:
            raise ChecksumError(
                f"{file} was altered or cut short: its sha256 is not the one in {path.name}; get the model again"
            )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
