"""The sample web as it is written: what was promised of it holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from digest.demo.library import Post, Site, Version, address, read_site, sites, to_html
from digest.demo.web import BEGINS, ENDS

BASE = "http://127.0.0.1:1"
REAL = re.compile(
    r"\b(openai|anthropic|deepmind|google|meta|facebook|microsoft|nvidia|apple|amazon|mistral|cohere"
    r"|stanford|oxford|berkeley|carnegie|harvard|princeton|epoch|metr|lesswrong|github|twitter"
    r"|chatgpt|gpt|claude|gemini|llama|grok|nist|congress|brussels|westminster|washington|beijing"
    r"|reuters|guardian|bloomberg|wired|techcrunch|substack|medium|wikipedia|eu|usa|uk)\b"
)


def every() -> list[tuple[Site, Post, Version]]:
    return [(s, p, v) for s in sites().values() for p in s.posts for v in p.versions]


def test_there_is_enough_of_it() -> None:
    posts = [post for site in sites().values() for post in site.posts]
    assert len(sites()) >= 12
    assert len([post for post in posts if BEGINS.date() <= post.published.date()]) >= 60
    assert {site.kind for site in sites().values()} == {"feed", "page", "forum", "arxiv"}
    formats = {site.format for site in sites().values() if site.kind == "feed"}
    assert formats == {
        "rss", "rss-content", "rss-titles", "rss-malformed", "atom", "rdf", "json",
    }  # fmt: skip


def test_it_spans_three_weeks() -> None:
    days = {post.published.date() for site in sites().values() for post in site.posts}
    for week in (9, 10, 11):
        monday = datetime.strptime(f"2026-W{week + 1}-1", "%G-W%V-%u").replace(tzinfo=UTC)
        assert sum(0 <= (day - monday.date()).days < 7 for day in days) >= 5
    assert max(version.at for _, _, version in every()) < ENDS


def test_several_sources_report_the_same_stories() -> None:
    # a story: a paper or a post that at least two other sites link to in a post about little else
    linked: dict[str, set[str]] = {}
    for site, post, version in every():
        found = [*re.findall(r"\]\(((?:arxiv|web):[\w./-]+)\)", version.text), post.discusses]
        if site.id == "small-gradients":
            continue  # a letter about everything is no report of one thing
        for short in filter(None, found):
            linked.setdefault(short, {short.split(":")[1].split("/")[0]}).add(site.id)
    stories = [short for short, by in linked.items() if len(by) >= 3]
    assert len(stories) >= 6
    assert {"arxiv:2603.90417", "arxiv:2603.90501", "arxiv:2603.90534"} <= set(stories)


def test_every_short_link_leads_somewhere() -> None:
    known = {f"web:{site.id}/{post.slug}" for site in sites().values() for post in site.posts}
    known |= {f"arxiv:{post.slug}" for post in sites()["papers"].posts}
    named = set()
    for _, post, version in every():
        named |= set(re.findall(r"\b(?:arxiv|web):[\w./-]*\w", version.text))
        named |= {post.discusses} - {""}
    assert named
    assert named <= known


def test_nothing_links_to_what_is_not_yet_there() -> None:
    when = {f"web:{s.id}/{p.slug}": p.published for s in sites().values() for p in s.posts}
    when |= {f"arxiv:{post.slug}": post.published for post in sites()["papers"].posts}
    for site, post, version in every():
        for short in re.findall(r"\]\(((?:arxiv|web):[\w./-]+)\)", version.text):
            assert when[short] <= version.at, f"{site.id}/{post.slug} -> {short}"


def test_some_posts_change() -> None:
    changed = [(s.id, p.slug) for s in sites().values() for p in s.posts if len(p.versions) > 1]
    assert ("papers", "2603.90417") in changed
    assert ("tallow", "chandler") in changed
    for site_id, slug in changed:
        post = next(post for post in sites()[site_id].posts if post.slug == slug)
        assert len({version.text for version in post.versions}) == len(post.versions)
        assert [v.at for v in post.versions] == sorted(v.at for v in post.versions)


def test_papers_have_proper_abstracts_and_impossible_numbers() -> None:
    papers = sites()["papers"].posts
    assert len(papers) >= 18
    for paper in papers:
        for version in paper.versions:
            assert 120 <= len(version.text.split()) <= 200, paper.slug
            assert version.categories
        # the real archive has never come near 90,000 papers in a month
        assert re.fullmatch(r"2603\.9\d{4}", paper.slug)
    assert len({paper.slug for paper in papers}) == len(papers)


@pytest.mark.parametrize("site", sites().values(), ids=lambda site: site.id)
def test_no_real_organisation_is_named(site: Site) -> None:
    texts = [site.name, site.about, site.footer, *site.menu]
    for post in site.posts:
        texts += [post.teaser, *(reply.text for reply in post.replies)]
        texts += [f"{version.title} {version.byline} {version.text}" for version in post.versions]
    # "meta" is an element of the hostile entry's markup
    found = set(REAL.findall(" ".join(texts).lower()))
    assert not found - ({"meta"} if site.id == "overheard" else set())


def test_no_two_posts_begin_alike() -> None:
    openings = [p.versions[0].text[:60] for s in sites().values() for p in s.posts if not p.raw]
    assert len(set(openings)) == len(openings)


def test_a_site_is_read_with_its_versions_and_replies() -> None:
    site = read_site(
        "hut",
        "---\nname: The Hut\nkind: forum\nabout: Talk.\n---\n\n# First\nslug: one\n"
        "at: 2026-01-02T03:04:05Z\nby: ann\nkarma: 7\n\nOld *words*.\n\n"
        "## c1 by bob at 2026-01-02T04:00:00Z karma -3\nNo.\n\n"
        "## c2 by ann to c1 at 2026-01-02T05:00:00Z karma 1\nYes.\n\n"
        "# First, again\nslug: one\nedited: 2026-01-03T00:00:00Z\nby: ann\n\nNew words.\n",
    )
    (post,) = site.posts
    assert [version.title for version in post.versions] == ["First", "First, again"]
    assert [(r.id, r.parent, r.karma, r.text) for r in post.replies] == [
        ("c1", None, -3, "No."),
        ("c2", "c1", 1, "Yes."),
    ]
    standing = post.standing(datetime(2026, 1, 2, 12, tzinfo=UTC))
    assert standing is not None
    assert standing.text == "Old *words*."
    assert post.standing(datetime(2026, 1, 2, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# A\nslug: a\n\nx", "front matter"),
        ("---\nname: n\nkind: feed\nabout: a\n---\n\n# A\nslug: a\nby: b\n\nx", "needs `at`"),
        (
            "---\nname: n\nkind: feed\nabout: a\n---\n\n"
            + "# A\nslug: a\nby: b\nat: 2026-01-01T00:00:00Z\n\nx\n\n" * 2,
            "stands twice",
        ),
    ],
)
def test_a_slip_in_a_file_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_site("s", text if text.startswith("---") else "x" + "---\n" * 2 + text)


def test_short_addresses_are_written_in_full() -> None:
    assert address("arxiv:2603.90417", BASE) == "https://arxiv.org/abs/2603.90417"
    assert address("web:tallow/chandler", BASE) == f"{BASE}/tallow/chandler"
    assert address("https://elsewhere.example/", BASE) == "https://elsewhere.example/"
    assert f'href="{BASE}/a/b"' in to_html("[so](web:a/b).", BASE)
    assert to_html("<script>web:a/b", BASE, raw=True) == "<script>web:a/b"
