"""The shipped model: runs the encoder and its heads (`data/model/*.onnx`) on one core, one window at a time.

The encoder's activations are quantised by what stands in one call, so a call holds one window and never a
neighbour's: what an article gives does not depend on the batch it comes in.
"""

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from extractors.windows import fill_windows, gather_rows, lay_windows
from extractors.wordpieces import Pieces, WordPieces
from schemas.vocabularies import DATA_FOLDER

# onnxruntime calls home unless told not to before it is imported; on Windows it has to be told afterwards.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

onnxruntime.disable_telemetry_events()

MODEL_FOLDER = DATA_FOLDER / "model"

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


class Model:
    """The encoder and its heads. Every method is pure, and gives the same for the same input on one machine."""

    def __init__(self, folder: Path = MODEL_FOLDER) -> None:
        """Raise `FileNotFoundError` where the folder holds no model; heads are read when first asked."""
        if not (folder / "encoder.onnx").is_file():
            raise FileNotFoundError(f"no model in {folder}")
        self._folder = folder
        self._sessions: dict[str, onnxruntime.InferenceSession] = {}
        self.pieces = WordPieces(folder / "tokenizer.json")

    def ask(self, head: str, **inputs: NDArray[np.generic]) -> list[Floats]:
        """The outputs of a graph for named inputs."""
        if head not in self._sessions:
            self._sessions[head] = _open(self._folder / f"{head}.onnx")
        outputs: list[Floats] = self._sessions[head].run(None, inputs)
        return outputs

    def score(self, head: str, **inputs: NDArray[np.generic]) -> Floats:
        """The one output of a graph."""
        return self.ask(head, **inputs)[0]

    def read_doc(self, doc: Doc) -> Floats:
        """The states (tokens, width) of a doc's tokens: the mean of their pieces', zeros for a token without any."""
        return self.read_pieces(self.pieces.cut_doc(doc), len(doc))

    def read_pieces(self, pieces: Pieces, tokens: int) -> Floats:
        """The same of word pieces, for so many tokens."""
        windows = lay_windows(len(pieces.ids))
        states = []
        for window in windows:
            length = window.end - window.start + 2
            ids, shapes, _ = fill_windows(pieces, [window], length)
            rows = gather_rows([window], length)
            states.append(self.score("encoder", ids=ids, shapes=shapes)[0][rows])
        return _mean_by(np.concatenate(states), pieces.tokens, tokens) if states else np.zeros((tokens, 0), np.float32)


class Pooled(NamedTuple):
    """The greatest and the mean of some rows."""

    greatest: Floats
    mean: Floats


def pool(rows: Floats) -> Pooled:
    """Over rows (n, width), n at least 1."""
    return Pooled(rows.max(axis=0), rows.mean(axis=0))


def sigmoid(scores: Floats) -> Floats:
    """Probabilities of scores, each for itself."""
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)


def softmax(scores: Floats) -> Floats:
    """Probabilities of scores, those of the last axis together 1."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float32)


def _mean_by(rows: Floats, owners: list[int], number: int) -> Floats:
    """The mean of the rows of each owner; owners ascend."""
    index = np.array(owners)
    firsts = np.flatnonzero(np.diff(index, prepend=-1))
    counts = np.diff(np.append(firsts, len(index)))
    means = np.zeros((number, rows.shape[1]), dtype=np.float32)
    means[index[firsts]] = np.add.reduceat(rows, firsts, axis=0) / counts[:, None]
    return means


def _open(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # more threads make a model of this size slower, and processes scale
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@cache
def load_model() -> Model:
    """The model of this process."""
    return Model()
