"""Files that hold earlier issues: Markdown, text, pages, mails, a newsletter service's export."""

from __future__ import annotations

import csv
import email
import email.policy
import email.utils
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Literal

from digest.draft.archive.mend import mend
from digest.draft.archive.outline import Known, outline
from digest.draft.archive.page import from_page
from digest.draft.archive.plain import from_plain
from digest.draft.read import read
from digest.errors import DraftError, UsageError
from digest.markup.front import read_front, split
from digest.model import Issue

Format = Literal["markdown", "text", "html", "mail", "zip", "draft"]

MOST_BYTES = 50_000_000  # of one file, unpacked
MOST_FILES = 20_000

_BY_NAME: dict[str, Format] = {
    ".md": "markdown", ".markdown": "markdown", ".txt": "text", ".text": "text", ".html": "html",
    ".htm": "html", ".eml": "mail", ".zip": "zip",
}  # fmt: skip
_DATED = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_MARKED = re.compile(r"\*\*[^*\s]|\]\(https?:|^#{1,6} ", re.MULTILINE)
_HEADERS = re.compile(rb"\A(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}")


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
    if kind == "zip":
        return list(_from_export(name, body))
    return [_one(name, body, kind, Known(date=_day_in(name)))]


def format_of(name: str, body: bytes) -> Format:
    """What a file holds."""
    start = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if body[:4] == b"PK\x03\x04":
        return "zip"
    kind = _BY_NAME.get(PurePosixPath(name.lower()).suffix)
    if kind is None:
        if start[:1] == b"<":
            return "html"
        kind = "mail" if _HEADERS.match(body) else "text"
    if kind == "text" and _MARKED.search(_decoded(body)):
        kind = "markdown"
    if kind == "markdown" and re.search(rb"^<!-- entry \S+.*-->\s*$", body, re.MULTILINE):
        kind = "draft"
    return kind


def _one(name: str, body: bytes, kind: Format, known: Known) -> Found:
    """One file that holds one issue."""
    issue: Issue | None
    if kind == "draft":
        try:
            return Found(name, read(_decoded(body), name).issue)
        except DraftError as error:
            return Found(name, None, str(error))
    if kind == "html":
        text, said = from_page(_decoded(body))
        issue = outline(text, _together(said, known))
    elif kind == "mail":
        issue = _from_mail(body, known)
    elif kind == "text":
        issue = outline(from_plain(_decoded(body)), known)
    else:
        issue = _from_markdown(_decoded(body), known)
    reason = (
        "" if issue else "it has no title with a number, such as Import AI 437: one thing; another"
    )
    return Found(name, issue, reason)


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
        text, page = from_page(content)
        return outline(text, _together(replace(said, subtitle=page.subtitle), known))
    return outline(from_plain(f"{said.title}\n{content}"), _together(said, known))


def _from_export(name: str, body: bytes) -> Iterator[Found]:
    """A newsletter service's export: posts as HTML, and a table that names and dates them."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            if len(files) > MOST_FILES or sum(info.file_size for info in files) > MOST_BYTES * 20:
                raise UsageError("the archive is too large", where=name)
            posts = _posts(archive)
            for info in sorted(files, key=lambda each: _natural(each.filename)):
                path = PurePosixPath(info.filename)
                if path.suffix.lower() not in _BY_NAME or path.suffix.lower() == ".zip":
                    continue
                if info.file_size > MOST_BYTES:
                    yield Found(f"{name}/{path}", None, "it is too large")
                    continue
                known = posts.get(path.stem, posts.get(path.stem.split(".")[0], Known()))
                content = archive.read(info)
                found = _one(str(path), content, format_of(str(path), content), known)
                yield replace(found, name=f"{name}/{path}")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise UsageError(
            f"the archive cannot be read: {error}", where=name, cure="export it again"
        ) from error


def _posts(archive: zipfile.ZipFile) -> dict[str, Known]:
    """What the export's table says of each post, by the post's id."""
    table = next((each for each in archive.namelist() if each.endswith("posts.csv")), None)
    if table is None or archive.getinfo(table).file_size > MOST_BYTES:
        return {}
    rows = csv.DictReader(io.StringIO(_decoded(archive.read(table))))
    found = {}
    for row in rows:
        key = row.get("post_id") or ""
        title, subtitle = row.get("title") or "", row.get("subtitle") or ""
        found[key] = Known(title.strip(), subtitle.strip(), _day_in(row.get("post_date") or ""))
    return found


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


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """A sort key that counts: post 2 before post 10."""
    return tuple(
        (int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)
    )
