"""`digest export`: an issue in a form that a newsletter service takes in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from digest.draft.json import to_json
from digest.errors import UsageError
from digest.model import Issue, Status
from digest.pipeline.build import published_of
from digest.pipeline.check import load_draft
from digest.pipeline.opening import named_issue
from digest.pipeline.project import Project
from digest.publish.exports import FORMATS, export_text
from digest.publish.frame import Site
from digest.publish.mail import LARGEST, issue_mail
from digest.publish.site import shared
from digest.publish.templates import Templates
from digest.publish.values import Published
from digest.store.records import IssueRecord

FORMS = ("email", *FORMATS, "json")


@dataclass(frozen=True, slots=True)
class Exported:
    """An issue in another form.

    Attributes:
        status: What the issue is: `published`, or not yet.
        text: The whole of it; a mail's lines end with CR and LF.
        warnings: What its reader should know before sending it.
    """

    issue: str
    number: int
    title: str
    format: str
    status: Status
    text: str
    warnings: tuple[str, ...] = ()


def export(project: Project, ref: str, form: str) -> Exported:
    """The issue as it was published or will be, else as its draft stands now; changes nothing.

    Args:
        project: The project.
        ref: The issue, by id, number or draft.
        form: One of `FORMS`.

    Raises:
        UsageError: there is no such form.
        NotFound: there is no such issue.
        Refused: it has neither been published nor drafted.
        DraftError: its draft is damaged.
        ConfigError: a template of the project's own is at fault.
    """
    if form not in FORMS:
        raise UsageError(f"there is no form {form!r}", cure=f"The forms are {', '.join(FORMS)}.")
    record = named_issue(project, ref)
    stored = record.status in ("published", "scheduled")
    found = (stored and published_of(project, record)) or _drafted(project, record)
    site = shared(project.config, [found], Templates(project.config.templates))
    json_text = _json(project, record, found.issue) if form == "json" else ""
    text, warnings = (json_text, list[str]()) if json_text else _written(site, form)
    return Exported(
        issue=record.id,
        number=found.issue.number,
        title=site.shelf[0].card.title,
        format=form,
        status=record.status,
        text=text,
        warnings=(*_state(project, site, record), *warnings),
    )


def _drafted(project: Project, record: IssueRecord) -> Published:
    """The draft as if it went out now."""
    return Published(load_draft(project, record).issue, project.now, project.now)


def _written(site: Site, form: str) -> tuple[str, list[str]]:
    shelved = site.shelf[0]
    if form != "email":
        return export_text(site, shelved, form), []
    made = issue_mail(site, shelved)
    said = f"the HTML is longer than {LARGEST // 1000} kB whole; it only names"
    return made.eml.decode("ascii"), [f"{said}: {'; '.join(made.cut)}"] if made.cut else []


def _json(project: Project, record: IssueRecord, issue: Issue) -> str:
    """The issue; an imported one's entries with their tags and why, beside the themes they name."""
    whole = to_json(issue)
    for (issue_id, place), tags in project.store.entry_tags.all().items():
        if issue_id == record.id:
            whole["entries"][place]["tags"] = [
                {
                    "theme": tag.theme,
                    "score": tag.score,
                    "evidence": [asdict(one) for one in tag.evidence],
                }
                for tag in tags
            ]
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _state(project: Project, site: Site, record: IssueRecord) -> list[str]:
    found = []
    if record.status == "scheduled" and record.publish_at:
        when = record.publish_at.astimezone(project.config.newsletter.zone)
        found.append(f"issue {record.id} is not out yet: it is scheduled for {when:%Y-%m-%d %H:%M}")
    elif record.status != "published":
        found.append(f"issue {record.id} is a draft: this is how it stands now, unchecked")
    if slots := site.body(site.shelf[0]).slots:
        places = "a place in it is" if slots == 1 else f"{slots} places in it are"
        found.append(f"{places} not yet written, and marked so")
    return found
