"""The model in torch: the encoder and the heads over its token states, each a module that exports to ONNX."""

import torch
from torch import Tensor, nn

from extractors.pairs import FIGURES
from extractors.proposals import NUMBERS, read_codes
from extractors.readings import BAND_WIDTH, label_slices
from training.casie_data import BANDS
from training.dataset import Batch, pool_tokens
from training.encoder import ShapedEncoder
from training.labels import EVENT_LABELS, codes_of

PART = 256
BAND_PART, PAIR_PART = 192, 128
GOLD_BANDS = 4  # none, organisation, data, cause
CODE_PART = 64
EVENT_CODES = tuple(EVENT_LABELS)


class SpanHead(nn.Module):
    """Proposals: from the states of their tokens to a part vector each, and scores of all labels side by side."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.codes = nn.Embedding(len(read_codes()), CODE_PART)
        self.join = nn.Linear(3 * width + CODE_PART + NUMBERS, PART)
        self.norm = nn.LayerNorm(PART)
        self.drop = nn.Dropout(dropout)
        self.labels = nn.Linear(PART + CODE_PART, label_slices()["background"].stop)

    def forward(
        self, tokens: Tensor, starts: Tensor, ends: Tensor, codes: Tensor, numbers: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Parts (n, PART) and scores (n, labels) of spans [start, end) over tokens (tokens, width)."""
        sums = torch.cat([torch.zeros_like(tokens[:1]), torch.cumsum(tokens, 0)])
        mean = (sums[ends] - sums[starts]) / (ends - starts).unsqueeze(1).to(tokens.dtype)
        code = self.codes(codes)
        joined = torch.cat([tokens[starts], tokens[ends - 1], mean, code, numbers], 1)
        parts = self.drop(torch.nn.functional.gelu(self.norm(self.join(joined))))
        return parts, self.labels(torch.cat([parts, code], 1))


class PoolHead(nn.Module):
    """From the greatest and the mean of several parts (n, 2 * PART) to scores: an entity's roles."""

    def __init__(self, inputs: int, outputs: int, dropout: float) -> None:
        super().__init__()
        self.join = nn.Linear(inputs, PART)
        self.drop = nn.Dropout(dropout)
        self.labels = nn.Linear(PART, outputs)

    def forward(self, pooled: Tensor) -> Tensor:
        return self.labels(self.drop(torch.nn.functional.gelu(self.join(pooled))))


class PairHead(nn.Module):
    """Whether two parts tell the same event: scores (n) of parts (n, PART) twice and figures (n, FIGURES)."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(PART, PAIR_PART), nn.Linear(PART, PAIR_PART)
        self.join = nn.Linear(3 * PAIR_PART + FIGURES, PAIR_PART)
        self.drop = nn.Dropout(dropout)
        self.label = nn.Linear(PAIR_PART, 1)

    def forward(self, first: Tensor, second: Tensor, figures: Tensor) -> Tensor:
        one, other = self.first(first), self.second(second)
        joined = torch.cat([one + other, one * other, (one - other).abs(), figures], 1)
        return self.label(self.drop(torch.nn.functional.gelu(self.join(joined)))).squeeze(1)


class BandHead(nn.Module):
    """Every span of up to `BAND_WIDTH` tokens: scores (tokens, BAND_WIDTH, labels), by first token and length - 1."""

    def __init__(self, width: int, labels: int, dropout: float) -> None:
        super().__init__()
        self.starts, self.ends = nn.Linear(width, BAND_PART), nn.Linear(width, BAND_PART)
        self.lengths = nn.Embedding(BAND_WIDTH, BAND_PART)
        self.drop = nn.Dropout(dropout)
        self.labels = nn.Linear(BAND_PART, labels)
        nn.init.zeros_(self.labels.bias)
        with torch.no_grad():
            self.labels.bias[0] = 8.0  # nearly every span is none

    def forward(self, tokens: Tensor) -> Tensor:
        ends = self.ends(tokens)
        ends = torch.cat([ends, torch.zeros_like(ends[:1]).repeat(BAND_WIDTH, 1)])
        places = torch.arange(tokens.shape[0], device=tokens.device).unsqueeze(1) + torch.arange(
            BAND_WIDTH, device=tokens.device
        )
        parts = self.starts(tokens).unsqueeze(1) + ends[places] + self.lengths.weight.unsqueeze(0)
        return self.labels(self.drop(torch.nn.functional.gelu(parts)))


class Heads(nn.Module):
    """All heads; `casie` ones tell the published yardstick's events and are not needed to read articles."""

    def __init__(self, width: int, casie_bands: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.spans = SpanHead(width, dropout)
        self.entities = PoolHead(2 * PART, len(codes_of("roles")), dropout)
        self.events = PoolHead(2 * PART + 2 * width, sum(len(codes_of(name)) for name in EVENT_CODES), dropout)
        self.article = PoolHead(2 * width, 1, dropout)
        self.pairs = PairHead(dropout)
        self.bands = BandHead(width, GOLD_BANDS, dropout)
        self.casie_bands = BandHead(width, casie_bands, dropout)


class Model(nn.Module):
    """The encoder and its heads; the embeddings of word pieces stay as pretraining left them."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = ShapedEncoder()
        self.encoder.bert.embeddings.word_embeddings.weight.requires_grad_(False)
        self.heads = Heads(self.encoder.width, len(BANDS))

    def read(self, batch: Batch) -> Tensor:
        """The states of all tokens of a batch."""
        device = next(self.parameters()).device
        with torch.autocast(device.type, torch.bfloat16):
            states = self.encoder(batch.ids.to(device), batch.shapes.to(device), batch.mask.to(device))
        return pool_tokens(states, batch)
