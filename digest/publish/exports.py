"""An issue in the forms that newsletter services take in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from types import MappingProxyType
from typing import Any

from digest.publish import paths
from digest.publish.asmarkdown import as_markdown
from digest.publish.cards import Shelved
from digest.publish.feeds import absolute
from digest.publish.frame import Site
from digest.publish.mail import harmless
from digest.publish.words import encode, without_back_links

# The version of Ghost whose documented import format this is.
GHOST = "6.0.0"
_GHOST_TITLE, _GHOST_EXCERPT = 255, 300

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>')
_HREF = re.compile(r' href="([^"]*)"')
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd]>(.*?)</t[hd]>", re.DOTALL)
_BLANK_LINES = re.compile(r"\n\s*\n+")
_SLOT = re.compile(r"<mark><b>(.*?)</b>(.*?)</mark>", re.DOTALL)


def content(site: Site, shelved: Shelved) -> str:
    """The issue's text as HTML without classes, ids or anything that styles it; no title."""
    page = paths.address(site.newsletter.url, shelved.card.path)
    values = {"issue": shelved, "body": site.body(shelved)}
    html = without_back_links(site.templates.render("feed_issue.html", values))
    html = absolute(html, page)
    notes = "".join(
        f"<p><strong>Corrected {one.at.astimezone(site.newsletter.zone).date().isoformat()}:"
        f"</strong> {escape(one.text)}</p>\n"
        for one in shelved.published.corrections
    )
    return _BLANK_LINES.sub("\n", _TAG.sub(_bare, notes + html)).strip() + "\n"


def _bare(tag: re.Match[str]) -> str:
    """A tag with its address alone; boxes are left out, what they hold stays."""
    closing, name, rest = tag.groups()
    if name in ("div", "section", "span"):
        return ""
    href = _HREF.search(rest) if name == "a" else None
    return f"<{closing}{name}{href[0] if href else ''}>"


# ------------------------------------------------------------------------------------------- HTML


def as_html(site: Site, shelved: Shelved) -> str:
    """A page of plain HTML: the title, the subtitle and the text."""
    card = shelved.card
    head = f"<h1>{escape(card.title)}</h1>\n"
    if card.subtitle:
        head += f"<p><em>{card.subtitle}</em></p>\n"
    return _page(site, shelved, head + content(site, shelved))


def as_substack(site: Site, shelved: Shelved) -> str:
    """A page to be opened, copied whole and pasted: what Substack's editor keeps, and no title.

    It knows no tables, marks or places within a post: a table becomes a list of its rows.
    """
    page = paths.address(site.newsletter.url, shelved.card.path)
    html = _TABLE.sub(_rows, content(site, shelved))
    html = _SLOT.sub(r"<strong>[\1\2]</strong>", html)
    html = re.sub(rf'<a href="{re.escape(escape(page))}#[^"]*">(.*?)</a>', r"\1", html)
    return _page(site, shelved, html)


def _rows(table: re.Match[str]) -> str:
    rows = (" · ".join(_CELL.findall(row)) for row in _ROW.findall(table[0]))
    return f"<ul>\n{''.join(f'<li>{row}</li>' + chr(10) for row in rows)}</ul>"


def _page(site: Site, shelved: Shelved, html: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(site.newsletter.language)}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{escape(shelved.card.title)}</title>\n</head>\n<body>\n'
        f"{html}</body>\n</html>\n"
    )


# --------------------------------------------------------------------------------------- Markdown


def as_plain_markdown(site: Site, shelved: Shelved) -> str:
    """Markdown with the title as its heading."""
    head = f"<h1>{escape(shelved.card.title)}</h1>"
    if shelved.card.subtitle:
        head += f"<p><em>{shelved.card.subtitle}</em></p>"
    return as_markdown(harmless(head + content(site, shelved))) + "\n"


def as_buttondown(site: Site, shelved: Shelved) -> str:
    """Markdown with the front matter that Buttondown's command line reads, as a draft there."""
    card = shelved.card
    said = {
        "subject": card.title,
        "slug": card.id,
        "status": "draft",
        "email_type": "public",
        "description": card.summary,
        "canonical_url": paths.address(site.newsletter.url, card.path),
    }
    # Its reader parts the file at three hyphens, wherever they stand.
    front = "\n".join(
        f"{key}: {json.dumps(value, ensure_ascii=False)}".replace("---", "-\\u002d-")
        for key, value in said.items()
        if value
    )
    return f"---\n{front}\n---\n\n{as_markdown(harmless(content(site, shelved)))}\n"


# ------------------------------------------------------------------------------------------ Ghost


def as_ghost(site: Site, shelved: Shelved) -> str:
    """A post in Ghost's import format: it makes blocks of its own of the HTML, but for tables."""
    card, published = shelved.card, shelved.published
    is_out = published.issue.status == "published"
    table = "<!--kg-card-begin: html-->\n{}\n<!--kg-card-end: html-->"
    html = _TABLE.sub(lambda found: table.format(found[0]), content(site, shelved))
    themes = {one.id: one.title for entry in shelved.entries for one in entry.themes}
    post: dict[str, Any] = {
        "id": card.id,
        "title": _shortened(card.title, _GHOST_TITLE),
        "slug": card.id,
        "html": html,
        "type": "post",
        "status": "published" if is_out else "draft",
        "visibility": "public",
        "created_at": _moment(published.published),
        "updated_at": _moment(published.updated),
        **({"published_at": _moment(published.published)} if is_out else {}),
        "custom_excerpt": _shortened(card.summary, _GHOST_EXCERPT),
    }
    data = {
        "posts": [post],
        "tags": [{"id": one, "name": title, "slug": one} for one, title in themes.items()],
        "posts_tags": [{"post_id": card.id, "tag_id": one} for one in themes],
    }
    meta = {"exported_on": int(published.updated.timestamp() * 1000), "version": GHOST}
    return json.dumps({"meta": meta, "data": data}, ensure_ascii=False, indent=1) + "\n"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + "…"


FORMATS: Mapping[str, Callable[[Site, Shelved], str]] = MappingProxyType(
    {
        "markdown": as_plain_markdown,
        "html": as_html,
        "substack": as_substack,
        "buttondown": as_buttondown,
        "ghost": as_ghost,
    }
)


def export_text(site: Site, shelved: Shelved, form: str) -> str:
    """The issue in one of `FORMATS`, as text that UTF-8 can hold.

    Raises:
        ConfigError: a template cannot be used.
    """
    return encode(FORMATS[form](site, shelved)).decode()
