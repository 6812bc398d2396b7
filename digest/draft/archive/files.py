"""Files that hold earlier issues: Markdown, text, pages, mails, a newsletter service's export."""

from __future__ import annotations

import csv
import email
import email.policy
import email.utils
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Literal

from digest.draft.archive.dialect import with_headlines
from digest.draft.archive.mend import dressed_up, mend
from digest.draft.archive.outline import Known, outline, settled
from digest.draft.archive.page import from_page
from digest.draft.archive.plain import from_plain
from digest.draft.json import from_json
from digest.draft.read import read
from digest.errors import DigestError, DraftError, UsageError
from digest.markup.fences import split
from digest.markup.front import read_front
from digest.model import Issue

Format = Literal["markdown", "text", "html", "mail", "zip", "draft", "json"]

MOST_BYTES = 20_000_000  # of one file, unpacked
MOST_UNPACKED = 500_000_000  # of all files of an archive
MOST_FILES = 20_000

# What reading damaged archives and mails raises beside their own errors.
_BROKEN = (
    NotImplementedError, RuntimeError, EOFError, ValueError, LookupError, TypeError, AttributeError
)  # fmt: skip

_BY_NAME: dict[str, Format] = {
    ".md": "markdown", ".markdown": "markdown", ".txt": "text", ".text": "text", ".html": "html",
    ".htm": "html", ".eml": "mail", ".zip": "zip", ".json": "json",
}  # fmt: skip
SUFFIXES = frozenset(_BY_NAME)
_DATED = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_MARKED = re.compile(r"\*\*[^*\s]|\]\(https?:|^#{1,6} ", re.MULTILINE)
# The front matter of a draft: it names the issue.
_OWN = re.compile(rb"---[ \t]*\r?\n(?:(?!---[ \t]*\r?$).*\n)*?issue:[ \t]*\S", re.MULTILINE)
_HEADERS = re.compile(rb"\A(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}")


_NO_ISSUE = "it has no title with a number, such as Import AI 437: one thing; another"


@dataclass(frozen=True, slots=True)
class Found:
    """What one file, or one file of an export, turned out to be.

    `issue` is None where it is no issue, and then `reason` says why.
    """

    name: str
    issue: Issue | None
    reason: str = ""


def read_issues(name: str, body: bytes) -> list[Found]:
    """The issues that a file holds, in the order of the file.

    Args:
        name: The file's name; its ending tells the format, else its first bytes do.
        body: Its bytes.

    Raises:
        UsageError: it cannot be read at all.
    """
    kind = format_of(name, body)
    if len(body) > MOST_BYTES and kind != "zip":
        raise UsageError("it is too large to be an issue", where=name)
    if kind == "zip":
        return list(_from_export(name, body))
    return [_one(name, body, kind, Known(date=_day_in(name)))]


def format_of(name: str, body: bytes) -> Format:
    """What a file holds."""
    start = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if body[:4] == b"PK\x03\x04":
        return "zip"
    kind = _BY_NAME.get(_suffix(name))
    if kind is None:
        if start[:1] in (b"<", b"{"):
            return "html" if start[:1] == b"<" else "json"
        kind = "mail" if _HEADERS.match(body) else "text"
    if kind == "text" and _MARKED.search(_decoded(body)):
        kind = "markdown"
    if kind == "markdown" and _OWN.match(start):
        kind = "draft"
    return kind


def _one(name: str, body: bytes, kind: Format, known: Known) -> Found:
    """One file that holds one issue."""
    try:
        issue = _issue(name, body, kind, known)
    except DigestError as error:
        return Found(name, None, error.message)
    except (RecursionError, *_BROKEN) as error:
        return Found(name, None, f"it cannot be read: {type(error).__name__}: {error}")
    return Found(name, settled(issue)) if issue else Found(name, None, _NO_ISSUE)


def _issue(name: str, body: bytes, kind: Format, known: Known) -> Issue | None:
    if kind == "draft":
        return read(_decoded(body), name).issue
    if kind == "json":
        return from_json(json.loads(_decoded(body)))
    if kind == "html":
        text, said = from_page(_decoded(body))
        return outline(_dressed(text), _together(said, known))
    if kind == "mail":
        return _from_mail(body, known)
    if kind == "text":
        return outline(from_plain(_decoded(body)), known)
    return _from_markdown(_decoded(body), known)


def _from_markdown(text: str, known: Known) -> Issue | None:
    """Markdown, with or without front matter of another program."""
    try:
        front, body, _ = split(text)
        keys = read_front(front) if front is not None else {}
    except DraftError:
        keys, body = {}, text
    said = Known(
        " ".join(str(keys.get("title") or "").split()),
        " ".join(str(keys.get("subtitle") or keys.get("description") or "").split()),
        _day_in(str(keys.get("date") or "")),
    )
    return outline(mend(body), _together(said, known))


def _from_mail(body: bytes, known: Known) -> Issue | None:
    """A mail: its HTML part, else its text; the subject is the title."""
    message = email.message_from_bytes(body, policy=email.policy.default)
    sent = email.utils.parsedate_tz(str(message["Date"] or ""))
    day = date(sent[0], sent[1], sent[2]) if sent else None
    said = Known(" ".join(str(message["Subject"] or "").split()), "", day)
    part = message.get_body(("html", "plain"))
    if part is None:
        return None
    content = str(part.get_content())
    if part.get_content_type() == "text/html":
        text, page = from_page(content, mail=True)
        return outline(_dressed(text), _together(replace(said, subtitle=page.subtitle), known))
    return outline(from_plain(f"{said.title}\n{content}"), _together(said, known))


def _dressed(page: str) -> str:
    """The Markdown of a page, with its labels in one form."""
    return dressed_up(with_headlines(page).strip("\n").split("\n\n"))


def _from_export(name: str, body: bytes) -> Iterator[Found]:
    """A newsletter service's export: posts as HTML, and a table that names and dates them.

    Nothing is unpacked to the disk, so it does not matter what its files are called.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            files = [info for info in archive.infolist() if _BY_NAME.get(_suffix(info.filename))]
            if len(files) > MOST_FILES or sum(info.file_size for info in files) > MOST_UNPACKED:
                raise UsageError(
                    "the archive unpacks to more than issues can be",
                    where=name,
                    cure="take the posts out of it and import those",
                )
            posts = _posts(archive)
            for info in sorted(files, key=lambda each: _natural(each.filename)):
                yield _from_member(name, archive, info, posts)
    except (zipfile.BadZipFile, *_BROKEN) as error:
        raise UsageError(
            f"the archive cannot be read: {error}", where=name, cure="export it again"
        ) from error


def _from_member(
    name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, posts: Mapping[str, _Post]
) -> Found:
    """One file of an archive; that it is damaged concerns no other."""
    path = PurePosixPath(info.filename)
    place = f"{name}/{path}"
    post = posts.get(path.stem, posts.get(path.stem.split(".")[0], _Post(Known())))
    if _suffix(info.filename) == ".zip":
        return Found(place, None, "an archive within an archive is not opened")
    if info.file_size > MOST_BYTES:
        return Found(place, None, "it is too large")
    if not post.published:
        return Found(place, None, "it was never published")
    try:
        content = archive.read(info)
    except (zipfile.BadZipFile, zlib.error, *_BROKEN) as error:
        return Found(place, None, f"it cannot be unpacked: {error}")
    return replace(_one(str(path), content, format_of(str(path), content), post.known), name=place)


@dataclass(frozen=True, slots=True)
class _Post:
    """A row of the export's table."""

    known: Known
    published: bool = True


def _posts(archive: zipfile.ZipFile) -> dict[str, _Post]:
    """What the export's table says of each post, by the post's id."""
    table = next((each for each in archive.namelist() if each.endswith("posts.csv")), None)
    if table is None or archive.getinfo(table).file_size > MOST_BYTES:
        return {}
    try:
        rows = list(csv.DictReader(io.StringIO(_decoded(archive.read(table)))))
    except (csv.Error, zipfile.BadZipFile, zlib.error, *_BROKEN):
        return {}
    return {
        row.get("post_id") or "": _Post(
            Known(
                " ".join((row.get("title") or "").split()),
                " ".join((row.get("subtitle") or "").split()),
                _day_in(row.get("post_date") or ""),
            ),
            (row.get("is_published") or "true").strip().lower() != "false",
        )
        for row in rows
    }


def _together(said: Known, known: Known) -> Known:
    """What the text says of itself, then what is known from elsewhere."""
    return Known(
        title=known.title or said.title,
        subtitle=known.subtitle or said.subtitle,
        date=known.date or said.date,
    )


def _day_in(text: str) -> date | None:
    match = _DATED.search(text)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _decoded(body: bytes) -> str:
    """The text: UTF-8, else the encoding that old mails and pages are in."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _suffix(name: str) -> str:
    return PurePosixPath(name.lower()).suffix


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """A sort key that counts: post 2 before post 10."""
    return tuple(
        (int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)
    )
