"""An issue as JSON, the form other programs read; nothing is lost on the way there and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from ruamel.yaml.comments import CommentedMap

from digest.draft.anatomy import newlines
from digest.draft.front import Front
from digest.draft.read import key_from
from digest.draft.rows import without_rows, write_rows
from digest.errors import UsageError
from digest.markup.fences import split
from digest.markup.front import read_front, write_front
from digest.model import Coda, Entry, Issue, Link, Quote, ReadMore, Span, Why

_SAID_ELSEWHERE = ("issue", "number", "title", "subtitle", "date")


def to_json(issue: Issue) -> dict[str, Any]:
    """The issue as a value that `json.dumps` takes.

    `extra` is text that has no other place. It begins, between two lines of hyphens, with the keys
    of the front matter that have none either: `window`, a `status` other than draft, and whatever
    the editor added.
    """
    return {
        "id": issue.id,
        "number": issue.number,
        "title": issue.title,
        "parts": list(issue.parts),
        "subtitle": issue.subtitle,
        "date": issue.date.isoformat() if issue.date else None,
        "welcome": issue.welcome,
        "entries": [_entry_to_json(entry) for entry in issue.entries],
        "coda": _coda_to_json(issue.coda) if issue.coda else None,
        "thanks": issue.thanks,
        "extra": "\n".join(filter(None, [_front_rest(issue), issue.extra])),
    }


def from_json(value: Mapping[str, Any]) -> Issue:
    """The issue that `to_json` gave; absent keys are empty.

    Raises:
        UsageError: it is not an issue, and what was expected instead.
    """
    try:
        return _issue(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"this JSON is no issue: {error}",
            cure="an issue has id, number, title, parts, subtitle, date, welcome, entries, coda, "
            "thanks and extra",
        ) from error


def _issue(value: Mapping[str, Any]) -> Issue:
    text, extra, _ = split(value.get("extra") or "")
    front = read_front(text) if text is not None else CommentedMap()
    values = Front(front, "extra")
    day = value.get("date")
    entries: list[Entry] = []
    for each in value.get("entries") or ():
        entries.append(_entry_from_json(each, [entry.key for entry in entries]))
    coda = value.get("coda")
    return Issue(
        id=str(value["id"]),
        number=int(value["number"]),
        title=str(value["title"]),
        parts=_texts(value.get("parts")),
        subtitle=value.get("subtitle") or "",
        date=date.fromisoformat(day) if day else None,
        status=values.status(),
        window=values.window(),
        welcome=value.get("welcome") or "",
        entries=tuple(entries),
        coda=_coda_from_json(coda) if coda else None,
        thanks=value.get("thanks") or "",
        extra=extra.strip("\n"),
        front=front,
    )


def _front_rest(issue: Issue) -> str:
    """The front matter's other keys; all of it where it has comments, which belong to keys."""
    front = issue.front if isinstance(issue.front, CommentedMap) else CommentedMap(issue.front)
    text = newlines(str(getattr(front, "digest_text", "")))
    if not any(line.lstrip().startswith("#") or " #" in line for line in text.splitlines()):
        rest = {key: value for key, value in front.items() if key not in _SAID_ELSEWHERE}
        if rest.get("status") == "draft":
            del rest["status"]  # what is not said
        front, text = CommentedMap(rest), ""
        if issue.status != "draft":
            front.setdefault("status", issue.status)
        if issue.window:
            front.setdefault("window", str(issue.window))
    text = text or (write_front(front) if front else "")
    return f"---\n{text}---\n" if text else ""


def _entry_to_json(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "kind": entry.kind,
        "headline": entry.headline,
        "tagline": entry.tagline,
        "body": entry.body,
        "why": _why_to_json(entry.why),
        "read_more": [
            {"label": more.label, "title": more.title, "url": more.url, "venues": list(more.venues)}
            for more in entry.read_more
        ],
        "quotes": [_quote_to_json(quote) for quote in entry.quotes],
        "links": [{"url": link.url, "title": link.title} for link in entry.links],
        "themes": list(entry.themes),
        "extra": "\n\n".join(filter(None, [entry.extra, write_rows(entry.tracked)])),
    }


def _why_to_json(why: Why) -> dict[str, str]:
    said = {"thesis": why.thesis, "text": why.text}
    return {**said, "label": why.label} if why.label else said


def _entry_from_json(value: Mapping[str, Any], taken: Sequence[str]) -> Entry:
    why = value.get("why") or {}
    headline = value.get("headline") or ""
    body = value.get("body") or ""
    # lines for trackers have no place of their own in this form
    extra, tracked = without_rows(value.get("extra") or "")
    return Entry(
        key=value.get("key") or key_from(headline, body, taken),
        headline=headline,
        kind="essay" if value.get("kind") == "essay" else "item",
        tagline=value.get("tagline") or "",
        body=body,
        why=Why(why.get("thesis") or "", why.get("text") or "", why.get("label") or ""),
        read_more=tuple(
            ReadMore(
                title=more.get("title") or "",
                url=more.get("url") or "",
                venues=_texts(more.get("venues")),
                label=more.get("label") or "Read more",
            )
            for more in value.get("read_more") or ()
        ),
        quotes=tuple(_quote_from_json(quote) for quote in value.get("quotes") or ()),
        links=tuple(
            Link(link["url"], link.get("title") or "") for link in value.get("links") or ()
        ),
        themes=_texts(value.get("themes")),
        extra=extra.strip("\n") if tracked else extra,
        tracked=tracked,
    )


def _quote_to_json(quote: Quote) -> dict[str, Any]:
    span = [quote.span.start, quote.span.end] if quote.span else None
    return {"text": quote.text, "item_id": quote.item_id, "version": quote.version, "span": span}


def _quote_from_json(value: Mapping[str, Any]) -> Quote:
    span = cast("list[int] | None", value.get("span"))
    return Quote(
        text=value["text"],
        item_id=value.get("item_id") or "",
        version=int(value.get("version") or 0),
        span=Span(int(span[0]), int(span[1])) if span else None,
    )


def _coda_to_json(coda: Coda) -> dict[str, Any]:
    return {
        "kind": coda.kind,
        "title": coda.title,
        "setting": coda.setting,
        "text": coda.text,
        "inspired": list(coda.inspired),
        "extra": coda.extra,
    }


def _coda_from_json(value: Mapping[str, Any]) -> Coda:
    return Coda(
        title=value.get("title") or "",
        setting=value.get("setting") or "",
        text=value.get("text") or "",
        inspired=_texts(value.get("inspired")),
        extra=value.get("extra") or "",
    )


def _texts(values: object) -> tuple[str, ...]:
    """A list of texts.

    Raises:
        TypeError: it is something else.
    """
    if values is None:
        return ()
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise TypeError(f"expected a list of texts, found {values!r}")
    return tuple(map(str, values))
