"""Search: a page of its own, and the index that its script reads.

The index is made by Pagefind from one short document for each entry and tale, so that what is found
is an entry and not a page of many. It is large, and nothing of it is loaded before somebody
searches. Making it is left out while no text has changed.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from string import Template

from digest.errors import MachineError
from digest.publish import paths
from digest.publish.bodies import EntryBody, Tale
from digest.publish.cards import IssueCard, Shelved
from digest.publish.frame import Page, Site
from digest.publish.head import POLICY
from digest.publish.program import fingerprint, indexer

# The script and what Pagefind brings, which is WebAssembly; nothing from elsewhere, nothing inline.
_POLICY = (
    POLICY.format(style="'self'")
    + "; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'"
)
_SCRIPT = "search.js"

Indexer = Callable[[Mapping[str, bytes], str], dict[str, bytes]]
"""Makes the files of an index of some documents in a language, as `make_index` does."""

DOCUMENTS = ".search/"
"""Where documents stand among the pages that are made; they are no part of the site."""

_LONGEST = 900
"""Seconds after which the program that makes the index is given up."""

# Values go where no mark-up is read, and the title weighs most in what it is found by.
_DOCUMENT = Template("""\
<!DOCTYPE html>
<html lang="$language"><head><title>$title</title>
<meta data-pagefind-meta="place[content]" content="$place">
<meta data-pagefind-meta="issue[content]" content="$issue">
<meta data-pagefind-meta="day[content]" content="$day">
<meta data-pagefind-meta="themes[content]" content="$themes">
</head><body><h1>$title</h1>
$text
</body></html>
""")


def search_files(site: Site, *, indexed: bool) -> Iterator[Page]:
    """The search page and its script; without an index a page that says where else to look."""

    def make() -> str:
        name = site.newsletter.title
        head = site.head(paths.SEARCH, f"Search – {name}", f"Find words in every issue of {name}.")
        if indexed:
            head = replace(head, policy=_POLICY)
        return site.render("search.html", head, indexed=indexed)

    yield site.page(paths.SEARCH, indexed, make)
    if indexed:
        script = paths.beside(paths.SEARCH, _SCRIPT)
        yield site.page(script, (), lambda: site.templates.text(_SCRIPT))


# -------------------------------------------------------------------------------- what is searched


def index_key(site: Site) -> str:
    """A digest of all that the index is made of: every issue, and what makes it."""
    marks = (site.mark(shelved) for shelved in site.shelf)
    return fingerprint(indexer(), site.program, repr(site.themes), *marks)


def documents(site: Site, shelved: Shelved) -> Iterator[Page]:
    """What Pagefind reads of an issue: an HTML file for each entry and for its tale."""
    card = shelved.card
    for place, entry in enumerate(shelved.entries):
        themes = ", ".join(theme.title for theme in entry.themes)

        def make(place: int = place, path: str = entry.path, themes: str = themes) -> str:
            body = site.body(shelved).entries[place]
            return _document(site, card, body.card.title, path, themes, _entry_text(body))

        yield Page(f"{DOCUMENTS}{card.id}/{entry.number:05}.html", "", make)
    if shelved.published.issue.coda:
        yield Page(f"{DOCUMENTS}{card.id}/tale.html", "", lambda: _tale_document(site, shelved))


def _tale_document(site: Site, shelved: Shelved) -> str:
    tale = site.body(shelved).tale
    if tale is None:  # nobody has written it
        return _document(site, shelved.card, "", shelved.card.path, "", "")
    title = str(tale.title.striptags()) or "A tale"
    return _document(
        site, shelved.card, title, f"{shelved.card.path}#_tale", "A tale", _tale_text(tale)
    )


def _document(site: Site, card: IssueCard, title: str, place: str, themes: str, text: str) -> str:
    values = {"title": title, "place": place, "themes": themes}
    values |= {"language": site.newsletter.language, "issue": str(card.number)}
    day = card.shown
    values |= {"day": f"{day.day} {day:%B} {day.year}" if day else ""}
    escaped = {name: escape(value) for name, value in values.items()}
    return _DOCUMENT.substitute(escaped, text=text)


def _entry_text(body: EntryBody) -> str:
    read = "".join(f"<p>{line.title} {', '.join(line.venues)}</p>" for line in body.read_more)
    tagline = f"<p>{body.card.tagline}</p>"
    return "\n".join((tagline, body.body, f"<p>{body.thesis}</p>", body.why, body.extra, read))


def _tale_text(tale: Tale) -> str:
    inspired = "".join(f"<p>{one}</p>" for one in tale.inspired)
    return "\n".join((tale.text, inspired, tale.extra))


# ----------------------------------------------------------------------------------- what finds it


def make_index(documents: Mapping[str, bytes], language: str) -> dict[str, bytes]:
    """The files that Pagefind makes of some documents, by their paths from the site's root.

    Raises:
        MachineError: Pagefind is not installed, does not run here or fails.
    """
    if not documents:
        return {}
    with tempfile.TemporaryDirectory(prefix="digest-search-") as temporary:
        folder = Path(temporary)
        for path, text in documents.items():
            target = folder / "from" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)
        _run(folder, language.partition("-")[0].lower())
        return dict(_wanted(folder / "to"))


def _run(folder: Path, language: str) -> None:
    try:
        from pagefind_bin import get_executable

        command = [str(get_executable()), "--site", "from", "--output-path", "to", "--silent"]
        command += ["--exclude-selectors", ".slot, .footnote-ref, .footnote-backref"]
        # Neither a file nor a variable of the person's may change what comes out.
        done = subprocess.run(  # noqa: S603 - the packaged program and words of our own
            [*command, "--force-language", language],
            cwd=folder, env={}, capture_output=True, check=False, timeout=_LONGEST,
        )  # fmt: skip
    except (ImportError, OSError, subprocess.SubprocessError) as problem:
        raise MachineError(f"Pagefind does not run here: {problem}") from problem
    if done.returncode or not (folder / "to/pagefind-entry.json").is_file():
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise MachineError(f"Pagefind failed: {said[-300:] or f'it ended with {done.returncode}'}")


def _wanted(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The index and what reads it; not the interfaces that come with it."""
    entry = json.loads((folder / "pagefind-entry.json").read_bytes())
    readers = {f"wasm.{one['wasm'] or 'unknown'}.pagefind" for one in entry["languages"].values()}
    readers |= {"pagefind.js", "pagefind-worker.js", "pagefind-entry.json"}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and (file.name in readers or file.suffix.startswith(".pf_")):
            name = file.relative_to(folder).as_posix()
            yield f"{paths.SEARCH_INDEX}{name}", file.read_bytes()
