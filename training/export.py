"""Exports a trained model to `data/model/`: the encoder with int8 weights, each head as a graph of its own.

`python -m training.export --model data/local/training/model.pt --output data/model`
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional

from extractors.pairs import FIGURES
from extractors.proposals import NUMBERS
from training.encoder import ShapedEncoder, base_folder
from training.heads import PART, Model

OPSET = 18
SMALL = 1024  # weights of fewer numbers stay float32


class PlainEncoder(nn.Module):
    """The encoder for one window without padding, its layers written out: what exports well and needs no mask."""

    def __init__(self, encoder: ShapedEncoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = encoder.bert.config.num_attention_heads

    def forward(self, ids: Tensor, shapes: Tensor) -> Tensor:
        """States (1, n, width) of ids and shapes (1, n)."""
        told = self.encoder.bert.embeddings
        states = told.word_embeddings(ids) + self.encoder.shapes(shapes)
        states = states + told.position_embeddings.weight[: ids.shape[1]] + told.token_type_embeddings.weight[0]
        states = told.LayerNorm(states)
        for layer in self.encoder.bert.encoder.layer:
            states = self._run_layer(layer, states)
        return states

    def _run_layer(self, layer: nn.Module, states: Tensor) -> Tensor:
        own, out = layer.attention.self, layer.attention.output

        def split(projected: Tensor) -> Tensor:
            return projected.reshape(1, -1, self.heads, projected.shape[-1] // self.heads).transpose(1, 2)

        query, key, value = split(own.query(states)), split(own.key(states)), split(own.value(states))
        attention = functional.softmax(query @ key.transpose(2, 3) / query.shape[-1] ** 0.5, dim=-1)
        mixed = (attention @ value).transpose(1, 2).reshape(states.shape)
        states = out.LayerNorm(out.dense(mixed) + states)
        inner = functional.gelu(layer.intermediate.dense(states))
        return layer.output.LayerNorm(layer.output.dense(inner) + states)


def load_trained(path: Path) -> Model:
    """The trained model, ready to be asked."""
    model = Model()
    model.load_state_dict(torch.load(path, map_location="cpu"))
    return model.eval()


def export_model(model: Model, folder: Path) -> None:
    """Write all graphs and the tokenizer into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    width, heads = model.encoder.width, model.heads
    with tempfile.TemporaryDirectory() as temporary:
        plain = Path(temporary) / "encoder.onnx"
        ids = torch.randint(1000, 2000, (1, 40))
        _export(PlainEncoder(model.encoder), (ids, ids % 5), ["ids", "shapes"], ["states"], plain, dynamic=1)
        quantize_dynamic(plain, folder / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True)
    tokens, places = torch.randn(30, width), torch.tensor([1, 4, 9])
    part, few = torch.randn(3, PART), torch.randn(3, 2 * PART)
    spans = (tokens, places, places + 2, places, torch.randn(3, NUMBERS))
    _export(
        heads.spans, spans, ["tokens", "starts", "ends", "codes", "numbers"], ["parts", "scores"], folder / "spans.onnx"
    )
    _export(heads.entities, (few,), ["pooled"], ["scores"], folder / "entities.onnx")
    _export(heads.events, (torch.randn(3, 2 * PART + 2 * width),), ["pooled"], ["scores"], folder / "events.onnx")
    _export(heads.article, (torch.randn(3, 2 * width),), ["pooled"], ["scores"], folder / "article.onnx")
    named = ["first", "second", "figures"]
    _export(heads.pairs, (part, part, torch.randn(3, FIGURES)), named, ["scores"], folder / "pairs.onnx")
    _export(heads.bands, (tokens,), ["tokens"], ["scores"], folder / "bands.onnx")
    _export(heads.casie_bands, (tokens,), ["tokens"], ["scores"], folder / "casie_bands.onnx")
    for path in folder.glob("*.onnx"):
        if path.name != "encoder.onnx":
            halve_weights(path)
    shutil.copy(base_folder() / "tokenizer.json", folder / "tokenizer.json")


def _export(
    module: nn.Module, inputs: tuple[Tensor, ...], names: list[str], outputs: list[str], path: Path, dynamic: int = 0
) -> None:
    kinds = {"tokens": "tokens", "ids": "pieces", "shapes": "pieces"}
    torch.onnx.export(
        module.eval(),
        inputs,
        str(path),
        input_names=names,
        output_names=outputs,
        dynamic_axes={name: {dynamic: kinds.get(name, "things")} for name in names},
        opset_version=OPSET,
        dynamo=False,
    )


def halve_weights(path: Path) -> None:
    """Keep large weights as float16, cast back when the graph is loaded: half the size, the same arithmetic."""
    graph = onnx.load(path)
    casts = []
    for weight in list(graph.graph.initializer):
        array = numpy_helper.to_array(weight)
        if array.dtype == np.float32 and array.size >= SMALL:
            graph.graph.initializer.remove(weight)
            half = numpy_helper.from_array(array.astype(np.float16), f"{weight.name}.half")
            graph.graph.initializer.append(half)
            casts.append(helper.make_node("Cast", [half.name], [weight.name], to=onnx.TensorProto.FLOAT))
    for cast in reversed(casts):
        graph.graph.node.insert(0, cast)
    onnx.save(graph, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    export_model(load_trained(arguments.model), arguments.output)
    size = sum(path.stat().st_size for path in arguments.output.iterdir())
    print(f"{arguments.output}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
