"""Texts as points."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import MachineError
from digest.language import embedding
from digest.language.embedding import DIMENSIONS, Embedder, load
from digest.language.tokens import normalise
from tests.growth import assert_linear

LAMPS = "Oil lamps are trimmed by hand, every evening, by the keeper of the lighthouse."
WICKS = "The keeper trims the lamp's wick each night at the lighthouse."
TAXES = "The ministry published new rules on corporate tax for shipping companies."


def test_what_means_the_same_lies_near() -> None:
    lamps, wicks, taxes = load().embed([LAMPS, WICKS, TAXES])
    assert lamps @ wicks > 0.6
    assert lamps @ taxes < 0.3


def test_shape_length_and_name() -> None:
    embedder = load()
    rows = embedder.embed([LAMPS, "", " \n\u200b", TAXES])
    assert rows.shape == (4, DIMENSIONS)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows[[0, 3]], axis=1), 1, atol=1e-6)
    assert not rows[1:3].any()
    assert embedder.embed([]).shape == (0, DIMENSIONS)
    assert embedder.name.startswith("wordllama-")
    assert load() is embedder


def test_it_is_the_models_own_answer() -> None:
    """Cutting words one by one gives what cutting the whole text gives."""
    embedder = load()
    text = "GPT-4.5's self‑improvement – naïve, 37% (p<0.05) – is £5,000… or 五 lamps, e.g.\n\nYes"
    ids = embedder._tokenizer.encode(normalise(text), add_special_tokens=False).ids
    mean = embedder._vectors[ids].astype(np.float32).mean(axis=0)
    assert np.allclose(embedder.embed([text])[0], mean / np.linalg.norm(mean), atol=1e-6)


def test_no_piece_of_a_word_crosses_a_space() -> None:
    """What makes cutting words one by one right."""
    vocabulary = json.loads(load()._tokenizer.to_str())["model"]["vocab"]
    assert all("▁" not in piece.lstrip("▁") for piece in vocabulary)


@settings(max_examples=60)
@given(st.lists(st.text(max_size=60) | st.sampled_from([LAMPS, WICKS, TAXES]), max_size=6))
def test_a_text_has_the_same_bytes_alone_and_among_others(texts: list[str]) -> None:
    embedder = load()
    together = embedder.embed(texts)
    for row, text in zip(together, texts, strict=True):
        assert embedder.embed([text]).tobytes() == row.tobytes()
    backwards = embedder.embed(texts[::-1])
    assert backwards[::-1].tobytes() == together.tobytes()
    assert np.isfinite(together).all()


def test_forgetting_words_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load().embed([LAMPS, WICKS, TAXES])
    monkeypatch.setattr(embedding, "_KNOWN", 5)
    assert load().embed([LAMPS, WICKS, TAXES]).tobytes() == before.tobytes()


def test_long_texts_are_embedded_whole_and_cost_their_size() -> None:
    rows = load().embed([LAMPS * 5_000, f"{LAMPS} " * 5_000, LAMPS])
    assert rows[1] @ rows[2] > 0.999
    assert_linear(load().embed, lambda k: ["a" * 250_000 * k, "五" * 75_000 * k])


def test_no_network_and_nothing_beside_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    load.cache_clear()
    assert load().embed([LAMPS]).any()
    probe = """
import sys
from digest.language.embedding import load
from tests.growth import assert_linear
load()
print([name for name in ("wordllama", "requests", "scipy") if name in sys.modules])
"""
    answer = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "[]\n"
    assert answer.stderr == ""


def test_a_missing_model_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError):
        Embedder(tmp_path, "0")
    load.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MachineError, match="not installed") as caught:
        load()
    assert "Install the project again" in caught.value.cure
    load.cache_clear()
