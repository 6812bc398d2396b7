"""A sentence model of a few numbers, made here, read as any other would be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digest.errors import ConfigError
from digest.language.onnx import load

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
WORDS = {"[PAD]": 0, "[UNK]": 1, "cat": 2, "dog": 3, "law": 4}
STATES = np.array([[9, 9, 9], [0, 0, 1], [1, 0, 0], [0.8, 0.6, 0], [0, 3, 0]], dtype=np.float32)


def make(folder: Path, *, states: np.ndarray = STATES, inputs: tuple[str, ...] = ()) -> Path:
    """A model whose tokens have the states of a table, and its tokenizer."""
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    folder.mkdir(parents=True, exist_ok=True)
    given = ("input_ids", "attention_mask", *inputs)
    whole = TensorProto.INT64
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"], axis=0)],
        "table",
        [helper.make_tensor_value_info(name, whole, ["n", "length"]) for name in given],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(states, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "model.onnx")
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def test_a_text_is_the_mean_of_its_tokens_at_length_one(tmp_path: Path) -> None:
    model = load(make(tmp_path / "tiny"))
    cat, both, law = model.embed(["cat", "cat dog", "law law law"])
    assert cat.tolist() == [1, 0, 0]
    assert both == pytest.approx(np.array([0.9, 0.3, 0]) / np.hypot(0.9, 0.3))
    assert law.tolist() == [0, 1, 0]


def test_the_length_of_others_changes_nothing(tmp_path: Path) -> None:
    model = load(make(tmp_path / "tiny", inputs=("token_type_ids",)))
    texts = ["cat", "dog law " * 400, "", "law", "cat dog"] * 20
    together = model.embed(texts)
    assert np.array_equal(together[:5], np.vstack([model.embed([text]) for text in texts[:5]]))
    assert not together[2].any()
    assert model.embed([]).shape[0] == 0


def test_another_model_has_another_name(tmp_path: Path) -> None:
    one, same = load(make(tmp_path / "a" / "tiny")), load(make(tmp_path / "b" / "tiny"))
    other = load(make(tmp_path / "c" / "tiny", states=STATES * 2))
    assert one.name == same.name != other.name
    assert one.name.startswith("onnx-tiny-")


@pytest.mark.parametrize("lost", ["model.onnx", "tokenizer.json"])
def test_what_is_missing_is_named(tmp_path: Path, lost: str) -> None:
    folder = make(tmp_path / "tiny")
    (folder / lost).unlink()
    with pytest.raises(ConfigError, match=lost):
        load(folder)


@pytest.mark.parametrize("damaged", ["model.onnx", "tokenizer.json"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, damaged: str) -> None:
    folder = make(tmp_path / "tiny")
    (folder / damaged).write_text("not a model")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(folder)


def test_without_the_extra_the_cure_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(tmp_path / "tiny")
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(ConfigError, match="onnxruntime") as refused:
        load(folder)
    assert "digest[onnx]" in refused.value.cure
