"""The sample web as it is written down: one Markdown file for each site in `web/`.

A file begins with the site's front matter. Then, for each post, a line `# Title`, a few lines of
YAML, an empty line and the text. A later block with the same slug (or paper id) and `edited:` is
another version of the same post; a line `## ID by NAME [to ID] at TIME karma N` begins a comment.
Links in the text may be short: `arxiv:2603.90417` and `web:SITE/SLUG`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

_COMMENT = re.compile(
    r"^## (?P<id>\w+) by (?P<by>\S+)(?: to (?P<to>\w+))? at (?P<at>\S+) karma (?P<karma>-?\d+)\n",
    re.MULTILINE,
)
_SHORT = re.compile(r"\b(arxiv|web):([\w./-]*\w)")


@dataclass(frozen=True, slots=True)
class Version:
    """How a post stood from `at` on."""

    at: datetime
    title: str
    authors: tuple[str, ...]
    text: str
    comment: str = ""
    categories: tuple[str, ...] = ()

    @property
    def byline(self) -> str:
        """All authors in one line."""
        return ", ".join(self.authors)


@dataclass(frozen=True, slots=True)
class Reply:
    """A comment in the forum."""

    id: str
    parent: str | None
    author: str
    at: datetime
    karma: int
    text: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post, an article, a notice, a thread or a paper, with its versions, oldest first."""

    slug: str
    versions: tuple[Version, ...]
    replies: tuple[Reply, ...] = ()
    karma: int = 0
    discusses: str = ""
    teaser: str = ""
    raw: bool = False

    @property
    def published(self) -> datetime:
        """When it first appeared."""
        return self.versions[0].at

    def standing(self, at: datetime) -> Version | None:
        """The version to be seen at a moment; none before it was published."""
        seen = [version for version in self.versions if version.at <= at]
        return seen[-1] if seen else None


@dataclass(frozen=True, slots=True)
class Site:
    """One outlet, laboratory, office or forum of the sample web."""

    id: str
    name: str
    kind: str
    about: str
    posts: tuple[Post, ...]
    format: str = ""
    full_text: bool = False
    down: bool = False
    tone: str = "#333333"
    menu: tuple[str, ...] = ()
    footer: str = ""

    def standing(self, at: datetime) -> list[tuple[Post, Version]]:
        """What the site holds at a moment, newest first."""
        found = [(post, version) for post in self.posts if (version := post.standing(at))]
        return sorted(found, key=lambda pair: (pair[0].published, pair[0].slug), reverse=True)


@dataclass(slots=True)
class _Draft:
    """A post whose versions are still being read."""

    head: Mapping[str, Any]
    replies: tuple[Reply, ...]
    versions: list[Version] = field(default_factory=list)


@cache
def sites() -> Mapping[str, Site]:
    """All sites by id, in the order of their ids."""
    folder = resources.files("digest.demo") / "web"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".md")), key=lambda f: f.name)
    return {
        site.id: site
        for site in (
            read_site(f.name.removesuffix(".md"), f.read_text(encoding="utf-8")) for f in files
        )
    }


def read_site(site_id: str, source: str) -> Site:
    """A site from the text of its file.

    Raises:
        ValueError: the file is not written as this module says; the message names the site.
    """
    opening, front, rest = source.split("---\n", 2)
    if opening:
        raise ValueError(f"{site_id}: front matter comes first")
    head = _yaml(front)
    drafts: dict[str, _Draft] = {}
    for block in re.split(r"^# ", rest, flags=re.MULTILINE)[1:]:
        _read_block(site_id, block, drafts)
    return Site(
        id=site_id,
        name=head["name"],
        kind=head["kind"],
        about=head["about"],
        posts=tuple(_finish(slug, draft) for slug, draft in drafts.items()),
        format=head.get("format", ""),
        full_text=head.get("full_text", False),
        down=head.get("down", False),
        tone=head.get("tone", "#333333"),
        menu=tuple(head.get("menu", ())),
        footer=head.get("footer", ""),
    )


def _read_block(site_id: str, block: str, drafts: dict[str, _Draft]) -> None:
    top, _, body = block.partition("\n\n")
    title, _, keys = top.partition("\n")
    head = _yaml(keys)
    slug = str(head.get("slug") or head["id"])
    text, replies = _split_replies(body)
    if "edited" not in head:
        if slug in drafts:
            raise ValueError(f"{site_id}: {slug} stands twice and the second is not an edit")
        drafts[slug] = _Draft(head, replies)
    drafts[slug].versions.append(
        Version(
            at=_moment(head.get("edited", head.get("at"))),
            title=title.strip(),
            authors=tuple(head.get("authors") or ([head["by"]] if "by" in head else [])),
            text=text,
            comment=head.get("comment", ""),
            categories=tuple(head.get("categories", ())),
        )
    )


def _finish(slug: str, draft: _Draft) -> Post:
    return Post(
        slug=slug,
        versions=tuple(draft.versions),
        replies=draft.replies,
        karma=draft.head.get("karma", 0),
        discusses=draft.head.get("discusses", ""),
        teaser=draft.head.get("teaser", ""),
        raw=draft.head.get("raw", False),
    )


def _split_replies(body: str) -> tuple[str, tuple[Reply, ...]]:
    headings = list(_COMMENT.finditer(body))
    if not headings:
        return body.strip(), ()
    ends = [heading.start() for heading in headings[1:]] + [len(body)]
    replies = tuple(
        Reply(
            id=heading["id"],
            parent=heading["to"],
            author=heading["by"],
            at=_moment(heading["at"]),
            karma=int(heading["karma"]),
            text=body[heading.end() : end].strip(),
        )
        for heading, end in zip(headings, ends, strict=True)
    )
    return body[: headings[0].start()].strip(), replies


def _yaml(text: str) -> dict[str, Any]:
    from ruamel.yaml import YAML

    return dict(YAML(typ="safe").load(text))


def _moment(value: datetime | str | None) -> datetime:
    if value is None:
        raise ValueError("a post needs `at`, or `edited` for a later version")
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def address(short: str, base: str) -> str:
    """`arxiv:ID` or `web:SITE/SLUG` in full; anything else is returned as it is."""
    way, _, rest = short.partition(":")
    if way == "arxiv":
        return f"https://arxiv.org/abs/{rest}"
    return f"{base}/{rest}" if way == "web" else short


def to_html(text: str, base: str, *, raw: bool = False) -> str:
    """A post's text as the site would serve it, links in full.

    `raw` texts are HTML already and are served exactly as somebody wrote them, hostile or not.
    """
    from markdown_it import MarkdownIt

    if raw:
        return text
    whole = _SHORT.sub(lambda match: address(match[0], base), text)
    rendered: str = MarkdownIt("commonmark").render(whole)
    return rendered.strip()
