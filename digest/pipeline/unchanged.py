"""Whether there is anything to sort: all that sorting goes by, as one short text.

Most hours of most days bring nothing. What was sorted then stands as it is: not even what was
learned is read. Ranks are of a day, for a story grows older by the day.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from dataclasses import dataclass
from datetime import UTC

from digest import __version__
from digest.pipeline.opening import open_issue
from digest.pipeline.project import Project


@dataclass(frozen=True, slots=True)
class Sorted:
    """How much there was to do; all zero where nothing was new."""

    embedded: int = 0
    tagged: int = 0
    placed: int = 0
    stories: int = 0
    ranked: int = 0

    def summary(self) -> str:
        """One line for a person."""
        if not self.placed and not self.tagged:
            return "nothing new to sort"
        return (
            f"{self.placed} items sorted into stories, {self.tagged} tags written, "
            f"{self.stories} stories in all"
        )


def nothing_to_sort(project: Project) -> Sorted | None:
    """What sorting would say where nothing has changed since it last went through; else None."""
    if not project.store.progress.is_sorted(conditions(project)):
        return None
    return Sorted(stories=project.store.stories.count())


def conditions(project: Project) -> str:
    """A digest of what sorting goes by beside the items: decisions, issues, themes, model, day."""
    config, store = project.config, project.store
    named = config.sorting.embedder
    said = {
        "program": __version__,
        "day": project.now.astimezone(UTC).date().isoformat(),
        "decisions": store.decisions.count(),
        # a draft that is begun changes no rank: sorting once more would rank others
        "told": store.issues.mark(drafts=False),
        "open": open_issue(project).base,
        "themes": [theme.model_dump(mode="json") for theme in config.themes],
        "weights": {source.id: source.weight for source in config.sources},
        "zone": config.newsletter.timezone,
        "model": _model(project) if named else importlib.metadata.version("wordllama"),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _model(project: Project) -> list[tuple[str, int]]:
    """The files of the model that sources.yaml names, as far as a look at the folder tells."""
    folder = project.config.folder / (project.config.sorting.embedder or "")
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [(path.name, path.stat().st_size) for path in files]
