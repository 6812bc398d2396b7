"""Language models through the `llm` package: hosted, on a server of one's own, or local."""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from digest.config.schema import Writing
from digest.draft.written import Unusable

if TYPE_CHECKING:
    import llm

LONGEST_ANSWER = 20_000  # characters
CHARACTERS = 4  # of English in a token, about

T = TypeVar("T")


class Unavailable(Unusable):
    """Nothing answers: not worth asking for the next story."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said, and what it cost in tokens, question and answer."""

    text: str
    tokens: int


def ask(wanted: Writing, environment: Mapping[str, str], prompt: str) -> Answer:
    """Ask the model that sources.yaml names.

    The work is done in a thread that is left behind where it takes too long: a local model cannot
    be interrupted, and a server may send a byte a minute.

    Raises:
        Unavailable: there is no such model, it failed, or it took longer than the time-out.
    """
    try:
        return _within(wanted.timeout, lambda: _answer(wanted, environment, prompt))
    except TimeoutError:
        raise Unavailable(f"it did not answer within {wanted.timeout:g} s") from None


def _answer(wanted: Writing, environment: Mapping[str, str], prompt: str) -> Answer:
    try:
        model, key = _model(wanted, environment)
        said: dict[str, Any] = {"options": dict(wanted.options), "stream": False}
        if key:
            said["key"] = key
        response = model.prompt(prompt, **said)
        text = response.text()[:LONGEST_ANSWER]
        usage = response.usage()
    except Unusable:
        raise
    except Exception as problem:  # a model is anybody's plugin and raises what it likes
        raise Unavailable(f"it failed: {_brief(problem)}") from problem
    counted = (usage.input or 0) + (usage.output or 0)
    return Answer(text, counted or cost(prompt) + cost(text))


def cost(text: str) -> int:
    """About how many tokens a text is."""
    return len(text) // CHARACTERS + 1


def _model(wanted: Writing, environment: Mapping[str, str]) -> tuple[llm.Model | llm.KeyModel, str]:
    try:
        import llm
    except ModuleNotFoundError:
        raise Unavailable("the llm extra is not installed: pip install 'digest[llm]'") from None
    key = environment.get(wanted.env, "") if wanted.env else ""
    if wanted.env and not key:
        raise Unavailable(f"the environment variable {wanted.env} has no key")
    if wanted.base_url:
        from llm.default_plugins.openai_models import Chat

        # no key of the person's own is ever sent to a server that was not given one
        make: Callable[..., llm.KeyModel] = Chat
        chat = make(
            wanted.model, key=key or None, model_name=wanted.model, api_base=wanted.base_url
        )
        chat.needs_key = wanted.model if key else None  # as those of the package do
        return chat, key
    try:
        return llm.get_model(wanted.model), key
    except llm.UnknownModelError:
        raise Unavailable(
            "the llm package knows no model of that name; `llm models` lists them"
        ) from None


def _within(seconds: float, work: Callable[[], T]) -> T:
    box: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            box.put((work(), None))
        except BaseException as problem:  # told in the thread that waits
            box.put((None, problem))

    Thread(target=run, name="llm", daemon=True).start()
    try:
        value, problem = box.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if problem is not None:
        raise problem
    return value  # type: ignore[return-value]  # either a value or a problem


def _brief(problem: Exception) -> str:
    """One line of what a plugin said, without whatever a server put into it at length."""
    said = " ".join(str(problem).split()) or type(problem).__name__
    return said if len(said) <= 200 else f"{said[:199]}…"
