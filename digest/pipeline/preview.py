"""What `digest serve` shows: the site as it would be built now, and with the open draft in it."""

from __future__ import annotations

from collections.abc import Mapping

from digest.pipeline.build import published
from digest.pipeline.check import load_draft
from digest.pipeline.filed import filed
from digest.pipeline.opening import open_issue
from digest.pipeline.project import Project
from digest.pipeline.snapshot import snapshot_of
from digest.publish import paths
from digest.publish.frame import Page
from digest.publish.search import search_files
from digest.publish.site import plan, shared
from digest.publish.templates import Templates
from digest.publish.values import Published


def site_pages(project: Project) -> Mapping[str, Page]:
    """The pages of the site by their paths, none of them made yet.

    Raises:
        ConfigError: a template cannot be used.
    """
    return _planned(project, published(project))


def draft_pages(project: Project) -> tuple[str, Mapping[str, Page]]:
    """The path of the open draft's page, and the site's pages with the draft as the newest issue.

    Raises:
        Refused: there is no draft.
        DraftError: it is damaged.
        ConfigError: a template cannot be used.
    """
    record = open_issue(project)
    issue = snapshot_of(project, record, load_draft(project, record), None)
    others = [one for one in published(project) if one.issue.id != record.id]
    draft = Published(issue, project.now, project.now)
    return paths.issue(issue.id), _planned(project, [*others, draft])


def _planned(project: Project, issues: list[Published]) -> Mapping[str, Page]:
    config = project.config
    site = shared(config, issues, Templates(config.templates), filed(project))
    indexed = (config.site / paths.SEARCH_INDEX).is_dir()
    return {page.path: page for page in (*plan(site), *search_files(site, indexed=indexed))}
