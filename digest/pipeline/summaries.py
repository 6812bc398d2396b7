"""Summaries by a language model: asked once, within a budget, and never in a run's way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from digest.config.schema import Writing
from digest.draft.material import Material
from digest.draft.prompts import SENTENCES, summary_prompt
from digest.draft.written import Unusable, summary_from
from digest.pipeline.models import Unavailable, ask, cost
from digest.store.answers import Answers

PATIENCE = 2
"""After so many failures in a row the model is not asked again in this run."""

ANSWER = 400  # tokens that an answer may cost, when it is asked whether the budget allows it


class Summaries:
    """What a model says of each story in one run, and where it had nothing to say, why.

    Every answer is kept in the store under a digest of all that made it, so the same story under
    the same words is asked about once.
    """

    def __init__(
        self,
        wanted: Writing | None,
        environment: Mapping[str, str],
        answers: Answers,
        templates: Path,
        now: datetime,
    ) -> None:
        self._wanted = wanted
        self._environment = environment
        self._answers = answers
        self._templates = templates
        self._now = now
        self._left_calls = wanted.calls if wanted else 0
        self._left_tokens = wanted.tokens if wanted else 0
        self._failures = 0
        self._given: dict[str, str] = {}  # answer -> the prompt it was given for
        self._written: dict[str, bool] = {}  # story -> whether its answer was in the store
        self._missed: dict[str, tuple[str, str]] = {}  # story -> its title, and why

    def of(self, material: Material, *, brief: bool = False) -> str:
        """A story's summary as Markdown; empty where the sources' own sentences are to stand.

        Args:
            material: The story and its texts.
            brief: Whether one sentence is wanted.

        Raises:
            ConfigError: the project's own prompt is broken.
        """
        wanted = self._wanted
        if wanted is None:
            return ""
        most = 1 if brief else SENTENCES
        prompt = summary_prompt(material, [self._templates], most)
        if not prompt:
            return ""
        story = material.story.id
        try:
            answer, stored = self._answer(wanted, prompt)
            self._refuse_repeated(answer, prompt)
            told = summary_from(answer, material, wanted.model, most=most, disclose=wanted.disclose)
        except Unusable as problem:
            self._missed[story] = (material.story.title, str(problem))
            return ""
        self._missed.pop(story, None)
        self._written.setdefault(story, stored)
        return told

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know: how many summaries a model wrote, and which it did not."""
        if self._wanted is None or not (self._written or self._missed):
            return ()
        count, stored = len(self._written), sum(self._written.values())
        kept = f", {stored} of them earlier" if stored else ""
        first = f"{self._wanted.model} wrote {count} summar{'y' if count == 1 else 'ies'}{kept}"
        reasons: dict[str, list[str]] = {}
        for title, reason in self._missed.values():
            reasons.setdefault(reason, []).append(f"“{' '.join(title.split())}”")
        missed = (
            f"{', '.join(titles)}: in its sources' own sentences, because {reason}"
            for reason, titles in reasons.items()
        )
        return (first, *missed)

    def _refuse_repeated(self, answer: str, prompt: str) -> None:
        """A model that says the same of two stories speaks of neither."""
        if self._given.setdefault(" ".join(answer.split()), prompt) != prompt:
            raise Unusable("it gave the answer that it gave for another story")

    def _answer(self, wanted: Writing, prompt: str) -> tuple[str, bool]:
        key = _key(wanted, prompt)
        if (stored := self._answers.get(key)) is not None:
            return stored, True
        if self._failures >= PATIENCE:
            raise Unusable(f"{wanted.model} failed {PATIENCE} times in a row: not asked again")
        if self._left_calls < 1:
            raise Unusable(f"this run's {wanted.calls} calls are spent")
        if self._left_tokens < cost(prompt) + ANSWER:
            raise Unusable(f"this run's {wanted.tokens} tokens are spent")
        self._left_calls -= 1
        try:
            answer = ask(wanted, self._environment, prompt)
        except Unavailable:
            self._failures += 1
            self._left_tokens -= cost(prompt)
            raise
        self._failures = 0
        self._left_tokens -= answer.tokens
        self._answers.keep(
            key, answer.text, model=wanted.model, tokens=answer.tokens, now=self._now
        )
        return answer.text, False


def _key(wanted: Writing, prompt: str) -> str:
    """A digest of everything that makes an answer."""
    made = [wanted.model, wanted.base_url, sorted(wanted.options.items()), prompt]
    return hashlib.sha256(json.dumps(made, ensure_ascii=False).encode()).hexdigest()
