"""The whole site from snapshots: every page is computed before one is written.

Pure but for `update`: the same issues, configuration and templates give the same bytes, in any
folder, on any day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from digest.config.schema import Config
from digest.errors import MachineError, Refused
from digest.model import NOTHING
from digest.publish import paths
from digest.publish.cards import Shelved, shelve, theme_cards, tracker_cards
from digest.publish.earlier import earlier_entries
from digest.publish.frame import Page, Site
from digest.publish.pages import pages
from digest.publish.parallel import make_all
from digest.publish.picture import picture_files
from digest.publish.pieces import feed_files
from digest.publish.program import fingerprint, program
from digest.publish.search import DOCUMENTS, Indexer, documents, index_key, search_files
from digest.publish.templates import Templates
from digest.publish.values import Filed, Published
from digest.publish.writer import Written, standing, write


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a site: those made anew, those that may stay, and what each was made from.

    `whole` is whether nothing is missing that another build could make, as an index could be.
    """

    fresh: dict[str, bytes]
    keep: Collection[str]
    keys: Mapping[str, str]
    whole: bool


def build(
    config: Config,
    issues: Sequence[Published],
    templates: Templates,
    indexer: Indexer | None = None,
    filed: Sequence[Filed] = (),
    *,
    pictures: bool = True,
) -> dict[str, bytes]:
    """Every file of the site: path from its root -> bytes.

    Args:
        config: The newsletter, its themes, its weekday and what it reads.
        issues: What was published, in any order.
        templates: The built-in templates and the project's own.
        indexer: What makes the index of the search; without it the site has no search.
        filed: The rows of trackers, in the order they were filed.
        pictures: Whether to draw those that others show beside a link.

    Raises:
        ConfigError: a template cannot be used.
        Refused: two issues have one id.
    """
    site = shared(config, issues, templates, filed)
    return make(site, indexer=indexer, pictures=pictures).fresh


def update(
    site: Site,
    folder: Path,
    *,
    indexer: Indexer | None = None,
    tell: Callable[[str], None] = lambda _: None,
    pictures: bool = True,
    of: str = "",
) -> Written:
    """Bring the site in a folder up to date, making only the pages whose making has changed.

    Afterwards the folder holds what `build` gives. All that is made is made before anything is
    written. `tell` is told, once, that there is no search and why. `pictures` can be left out, as
    where the time that pages take is measured. `of` is a digest of all that goes into the site, by
    which `writer.stands` sees the next time that nothing is to be made.

    Raises:
        ConfigError, Refused: as `build` and `write` raise them; nothing was written.
        MachineError: the folder cannot be read or written.
    """
    made = make(site, standing(folder), indexer=indexer, tell=tell, pictures=pictures)
    of = of if made.whole else ""
    return write(folder, made.fresh, keep=made.keep, keys=made.keys, of=of)


def make(
    site: Site,
    old: Mapping[str, str] = NOTHING,
    *,
    indexer: Indexer | None = None,
    tell: Callable[[str], None] = lambda _: None,
    pictures: bool = True,
) -> Made:
    """Make what differs from the `old` files, which are given by path and key."""
    planned = plan(site, pictures=pictures)
    key = index_key(site)
    standing_index = _whole_index(old, key)
    fresh = [page for page in planned if old.get(page.path) != page.key]
    if indexer and not standing_index:
        fresh = list(_with_documents(site, fresh))
    made = make_all(fresh)
    index, trouble = _index(site, _without_documents(made), indexer)
    search = list(search_files(site, indexed=bool(index or standing_index)))
    if trouble and any(old.get(page.path) != page.key for page in search):
        tell(trouble)
    made |= make_all([page for page in search if old.get(page.path) != page.key]) | index
    keys = {page.path: page.key for page in (*planned, *search)}
    keys |= dict.fromkeys(index, f"{key}:{len(index)}") | standing_index
    return Made(made, keys.keys() - made.keys(), keys, whole=not trouble)


def shared(
    config: Config,
    issues: Sequence[Published],
    templates: Templates,
    filed: Sequence[Filed] = (),
) -> Site:
    """What all pages, and all mails, are made from; nothing is rendered yet."""
    themes = theme_cards(config.themes)
    shelf = shelve(issues, config.newsletter, themes)
    trackers = tracker_cards(config.trackers, themes)
    every = (config.newsletter, themes, trackers)
    maker = fingerprint(program(), templates.fingerprint(), *map(repr, every))
    earlier, rows = earlier_entries(shelf), tuple(filed)
    return Site(config, themes, shelf, earlier, templates, program(), maker, trackers, rows)


def plan(site: Site, *, pictures: bool = True) -> list[Page]:
    """Every file of the site but for the search, none of them made yet.

    Without `pictures` it lacks those that others show beside a link.

    Raises:
        Refused: two pages have one address, as where two issues have one id.
    """
    planned = [*pages(site), *feed_files(site), *_files(site)]
    planned += picture_files(site) if pictures else ()
    seen: set[str] = set()
    for page in planned:
        if page.path in seen:
            raise Refused("two pages have one address", where=page.path)
        seen.add(page.path)
    return planned


# ------------------------------------------------------------------------------------- the search


def _whole_index(old: Mapping[str, str], key: str) -> dict[str, str]:
    """The files of the index, with their keys, if they are of these texts and all of them stand."""
    found = {path: its for path, its in old.items() if path.startswith(paths.SEARCH_INDEX)}
    return found if set(found.values()) == {f"{key}:{len(found)}"} else {}


def _with_documents(site: Site, fresh: Sequence[Page]) -> Iterator[Page]:
    """Some pages and all documents; those of an issue follow its page, to share its texts."""
    left = {one.card.path: one for one in site.shelf}
    for page in fresh:
        yield page
        if page.path in left:
            yield from documents(site, left.pop(page.path))
    for shelved in left.values():
        yield from documents(site, shelved)


def _without_documents(made: dict[str, bytes]) -> dict[str, bytes]:
    """Take the documents away from what was made."""
    found = [path for path in made if path.startswith(DOCUMENTS)]
    return {path.removeprefix(DOCUMENTS): made.pop(path) for path in found}


def _index(
    site: Site, texts: Mapping[str, bytes], indexer: Indexer | None
) -> tuple[dict[str, bytes], str]:
    """The index, or why there is none."""
    if not (indexer and texts):
        return {}, ""
    try:
        return indexer(texts, site.newsletter.language), ""
    except MachineError as problem:
        return {}, f"the site has no search: {problem}"


# ------------------------------------------------------------------------------------ other files


def _files(site: Site) -> Iterator[Page]:
    """What stands beside the pages: their style, their sign, and notes for search engines."""
    yield site.page(paths.STYLE, (), lambda: site.templates.text(paths.STYLE))
    yield site.page(
        paths.FAVICON,
        (),
        lambda: site.templates.render("favicon.svg", {"newsletter": site.newsletter}),
    )
    sitemap = paths.address(site.newsletter.url, "sitemap.xml")
    yield site.page("robots.txt", (), lambda: f"User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n")
    days = [(path, one.published.updated.date()) for one in site.shelf for path in _places(one)]
    yield site.page("sitemap.xml", days, lambda: _sitemap(site, days))


def _places(shelved: Shelved) -> Iterator[str]:
    """The pages of an issue."""
    yield shelved.card.path
    yield shelved.card.companion
    yield from (entry.companion for entry in shelved.entries)


def _sitemap(site: Site, days: Sequence[tuple[str, date]]) -> str:
    """The permanent addresses, those of an issue with the day its text last changed."""
    lists = [paths.HOME, paths.ARCHIVE, paths.THEMES, *(theme.path for theme in site.themes)]
    if site.trackers:
        lists += [paths.TRACKERS, *(one.path for one in site.trackers)]
    lists += [paths.ABOUT, paths.SOURCES, paths.SEARCH]
    found = [(path, "") for path in lists]
    found += [(path, f"<lastmod>{day}</lastmod>") for path, day in days]
    lines = (
        f"<url><loc>{escape(paths.address(site.newsletter.url, path))}</loc>{day}</url>"
        for path, day in found
    )
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines,
            "</urlset>",
            "",
        ]
    )
