"""`digest try issue`: an issue from anybody's file, as JSON or as a draft."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digest.draft.archive.files import read_issues
from digest.draft.json import to_json
from digest.draft.write import to_markdown
from digest.errors import UsageError
from digest.model import Issue


def issues_in(name: str, body: bytes) -> Iterator[Issue | UsageError]:
    """The issues of a file; for each part of it that is none, what is wrong with it."""
    for found in read_issues(name, body):
        yield found.issue or UsageError(found.reason, where=found.name)


def issue_row(issue: Issue, form: str) -> dict[str, Any]:
    """The issue as JSON, or `{id, markdown}` with its draft."""
    if form == "markdown":
        return {"id": issue.id, "markdown": to_markdown(issue)}
    return to_json(issue)
