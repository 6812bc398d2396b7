"""What a page says about itself to browsers, search engines and those who link to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from digest.config.schema import Newsletter
from digest.publish import paths
from digest.publish.cards import Shelved

# Nothing runs, nothing comes from elsewhere; a picture may stand in the style sheet itself.
POLICY = (
    "default-src 'none'; style-src {style}; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Head:
    """A page's own particulars.

    Attributes:
        path: From the site's root.
        title: For the window, search results and cards.
        description: One or two sentences, plain text.
        canonical: The page's permanent address; empty where it has none.
        published, updated: For an article alone.
        data: Its JSON-LD.
        policy: Its Content-Security-Policy.
        picture: What others show beside a link to it, a path from the site's root.
        about: What the picture says, in words.
    """

    path: str
    title: str
    description: str
    canonical: str
    published: datetime | None = None
    updated: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    policy: str = POLICY.format(style="'self'")
    picture: str = paths.PICTURE
    about: str = ""

    @property
    def root(self) -> str:
        """The way up to the site's root."""
        return paths.root(self.path)


def page_head(newsletter: Newsletter, path: str, title: str, description: str) -> Head:
    """The head of a page that lists things."""
    return Head(path, title, _short(description), paths.address(newsletter.url, path))


def home_head(newsletter: Newsletter) -> Head:
    """The head of the front page."""
    address = paths.address(newsletter.url, paths.HOME)
    data = {"@context": "https://schema.org", "@type": "WebSite", "url": address}
    data |= {"name": newsletter.title, "inLanguage": newsletter.language}
    if newsletter.description:
        data["description"] = newsletter.description
    return Head(paths.HOME, newsletter.title, _short(newsletter.description), address, data=data)


def issue_head(newsletter: Newsletter, shelved: Shelved) -> Head:
    """The head of an issue's page."""
    card, published = shelved.card, shelved.published
    address = paths.address(newsletter.url, card.path)
    out = published.published if card.shown else None
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": card.title,
        "description": card.summary,
        "url": address,
        "mainEntityOfPage": address,
        "inLanguage": newsletter.language,
        **({"datePublished": out.isoformat()} if out else {}),
        "image": paths.address(newsletter.url, paths.picture(card.id)),
        "dateModified": published.updated.isoformat(),
        "isPartOf": {
            "@type": "Periodical",
            "name": newsletter.title,
            "url": paths.address(newsletter.url, paths.HOME),
        },
    }
    if newsletter.editor:
        data["author"] = {"@type": "Person", "name": newsletter.editor}
    data["publisher"] = {"@type": "Organization", "name": newsletter.title}
    return Head(
        path=card.path,
        title=card.title,
        description=_short(card.summary),
        canonical=address,
        published=out,
        updated=published.updated,
        data=data,
        picture=paths.picture(card.id),
        about=card.title,
    )


def companion_head(
    newsletter: Newsletter, shelved: Shelved, path: str, title: str, of: str
) -> Head:
    """The head of a companion: it bears its issue's picture."""
    head = page_head(newsletter, path, f"{title} – companion", of)
    return replace(head, picture=paths.picture(shelved.card.id), about=shelved.card.title)


def _short(text: str) -> str:
    """A description no longer than search engines show, cut between words."""
    text = " ".join(text.split())
    if len(text) <= 200:
        return text
    return text[:199].rsplit(" ", 1)[0].rstrip(",;:") + "…"
