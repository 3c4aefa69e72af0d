"""Tiny models, built here: the tests of logic touch neither the network nor the shipped model."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

WORDS = (
    "a the man woman dog cat is was not no sleeping awake running playing guitar in on park house red said that it did "
    "happen attack residence never took place there drones were many few 1 2 3 4 5 6 7 8 9 0 91 20 fewer than more "
    "people died . , | same more less holds fails open none"
).split()


def build_tokenizer() -> Tokenizer:
    """A word tokenizer in BERT's manner, with every letter so that nothing is unknown."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,|!?'-"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys(WORDS), *letters, *("##" + c for c in letters)]
    vocabulary = {piece: index for index, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]", length=24)  # as sentence encoders ship it
    return tokenizer


def save_tiny_bert(folder: Path, *, labels: tuple[str, ...] = ("entailment", "neutral", "contradiction")) -> Path:
    """An untrained BERT classifier of two thin layers."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    tokenizer = build_tokenizer()
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=48,
        max_position_embeddings=64,
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
    )
    model = BertForSequenceClassification(config)
    with torch.no_grad():  # larger than the usual start, so that answers differ
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.mul_(8)
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def edit_json(path: Path, **changes: object) -> None:
    """Change keys of a JSON file; None removes a key."""
    value = json.loads(path.read_text(encoding="utf-8"))
    value.update(changes)
    path.write_text(json.dumps({k: v for k, v in value.items() if v is not None}), encoding="utf-8")


def write_recipe(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text)
    return path
