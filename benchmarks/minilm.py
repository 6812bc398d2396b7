"""A model of the shape of all-MiniLM-L6-v2 with random weights: for its cost, not its sense.

Six layers of a BERT encoder, 384 wide, 12 heads, 1536 within, 30,522 pieces of words and 512 places
(Devlin et al. 2019; Wang et al. 2020), and a tokenizer that gives about as many pieces for a text.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LAYERS, WIDE, HEADS, WITHIN, PIECES, PLACES = 6, 384, 12, 1536, 30_522, 512


class _Graph:
    """Nodes and weights as they are added; each adding returns the name of what it makes."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.random = np.random.default_rng(0)

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"{kind}-{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def weight(self, value: NDArray[np.generic]) -> str:
        name = f"weight-{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def some(self, *shape: int) -> str:
        return self.weight((self.random.standard_normal(shape) * 0.02).astype(np.float32))

    def linear(self, states: str, wide: int, out: int) -> str:
        return self.node("Add", self.node("MatMul", states, self.some(wide, out)), self.some(out))

    def normal(self, states: str) -> str:
        ones = self.weight(np.ones(WIDE, np.float32))
        return self.node("LayerNormalization", states, ones, self.some(WIDE), axis=-1)

    def heads(self, states: str, turned: list[int]) -> str:
        shape = self.weight(np.array([0, 0, HEADS, WIDE // HEADS], np.int64))
        return self.node("Transpose", self.node("Reshape", states, shape), perm=turned)

    def attention(self, states: str, mask: str) -> str:
        queries = self.heads(self.linear(states, WIDE, WIDE), [0, 2, 1, 3])
        keys = self.heads(self.linear(states, WIDE, WIDE), [0, 2, 3, 1])
        values = self.heads(self.linear(states, WIDE, WIDE), [0, 2, 1, 3])
        scale = self.weight(np.array((WIDE // HEADS) ** -0.5, np.float32))
        scores = self.node("Mul", self.node("MatMul", queries, keys), scale)
        shares = self.node("Softmax", self.node("Add", scores, mask), axis=-1)
        mixed = self.node("Transpose", self.node("MatMul", shares, values), perm=[0, 2, 1, 3])
        whole = self.weight(np.array([0, 0, WIDE], np.int64))
        return self.linear(self.node("Reshape", mixed, whole), WIDE, WIDE)

    def gelu(self, states: str) -> str:
        half, one = (self.weight(np.array(number, np.float32)) for number in (0.5, 1.0))
        root = self.weight(np.array(2**-0.5, np.float32))
        erf = self.node("Erf", self.node("Mul", states, root))
        return self.node("Mul", self.node("Mul", states, half), self.node("Add", erf, one))

    def layer(self, states: str, mask: str) -> str:
        states = self.normal(self.node("Add", states, self.attention(states, mask)))
        within = self.gelu(self.linear(states, WIDE, WITHIN))
        return self.normal(self.node("Add", states, self.linear(within, WITHIN, WIDE)))


def make(folder: Path) -> Path:
    """Write `model.onnx` and `tokenizer.json` into a folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = _Graph()
    ones = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    axes = graph.weight(np.array([1, 2], np.int64))
    off = graph.node(
        "Sub", graph.node("Unsqueeze", ones, axes), graph.weight(np.array([1], np.float32))
    )
    mask = graph.node("Mul", off, graph.weight(np.array([10_000], np.float32)))
    words = graph.node("Gather", graph.some(PIECES, WIDE), "input_ids")
    length = graph.node("Shape", "input_ids", start=1, end=2)
    zero, first = (graph.weight(np.array(value, np.int64)) for value in ([0], [0]))
    places = graph.node("Slice", graph.some(PLACES, WIDE), zero, length, first)
    states = graph.normal(graph.node("Add", words, places))
    for _ in range(LAYERS):
        states = graph.layer(states, mask)
    graph.nodes.append(helper.make_node("Identity", [states], ["last_hidden_state"]))
    whole = TensorProto.INT64
    made = helper.make_graph(
        graph.nodes,
        "minilm",
        [
            helper.make_tensor_value_info(name, whole, ["texts", "length"])
            for name in ("input_ids", "attention_mask")
        ],
        [
            helper.make_tensor_value_info(
                "last_hidden_state", TensorProto.FLOAT, ["texts", "length", WIDE]
            )
        ],
        graph.weights,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "model.onnx")
    _tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def _tokenizer() -> Tokenizer:
    """Words by the thousand known, the rest cut: 1.3 pieces a word, as in English papers."""
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Sequence, Split, Whitespace

    tokenizer = Tokenizer(WordLevel({"[UNK]": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Sequence([Whitespace(), Split(Regex(".{1,9}"), "isolated")])
    return tokenizer
