"""Which addresses name the same page."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.markup.addresses import canonical, host, is_web, resolve

# Addresses in one row name one page, whose canonical form stands first.
_SAME = [
    (
        "https://lamp.example/a",
        "http://lamp.example/a",
        "HTTPS://WWW.Lamp.Example:443/a/",
        "http://lamp.example:80/a#part",
        "https://lamp.example/a?utm_source=x&UTM_Medium=y&fbclid=1&gclid=2&mc_cid=3&ref_src=4&ref=b",
        "https://m.lamp.example/a",
        "https://amp.lamp.example/a/amp/",
        "https://lamp.example/a?amp=1",
        "https://www.google.com/amp/s/www.lamp.example/a",
        "https://lamp-example.cdn.ampproject.org/c/s/lamp.example/a",
        "https://www.google.com/url?rct=j&sa=t&url=https://lamp.example/a&ct=ga",
        "https://lamp.example/b/../a",
        "https://lamp.example/%61",
        "https://lamp.example./a",
        "https://lamp.example/a;jsessionid=1f",
        "  https://lamp.example/a\n",
        "https://reader@lamp.example/a",
    ),
    ("https://lamp.example/s?a=1&b=2", "https://lamp.example/s?b=2&utm_id=1&a=1&"),
    ("https://lamp.example", "https://lamp.example/", "http://www.lamp.example", "https://lamp.example?"),
    ("https://xn--bcher-kva.example/x", "https://bücher.example/x"),
    ("https://en.wikipedia.org/wiki/Lamp_(light)", "https://en.m.wikipedia.org/wiki/Lamp_(light)"),
    ("https://lamp.example/%C3%A9%2F", "https://lamp.example/é%2f"),
    ("https://lamp.example:8080/a", "http://lamp.example:8080/a/"),
    (
        "https://arxiv.org/abs/2606.01234",
        "http://arxiv.org/abs/2606.01234v2",
        "https://www.arxiv.org/pdf/2606.01234v1.pdf",
        "https://export.arxiv.org/pdf/2606.01234",
        "https://arxiv.org/html/2606.01234v3#S1",
        "https://www.alphaxiv.org/abs/2606.01234",
        "https://alphaxiv.org/overview/2606.01234v1",
        "https://huggingface.co/papers/2606.01234",
        "https://ar5iv.labs.arxiv.org/html/2606.01234",
        "https://doi.org/10.48550/arXiv.2606.01234",
    ),
    ("https://arxiv.org/abs/hep-th/9901001", "https://arxiv.org/pdf/hep-th/9901001v3"),
    ("https://doi.org/10.1000/abc(1)", "http://dx.doi.org/10.1000/ABC(1)"),
    ("https://doi.org/10.1000/abd(1)", "https://doi.org/10.1000/abd%281%29"),
    (
        "https://youtube.com/watch?v=aB3-_x",
        "https://youtu.be/aB3-_x?t=30",
        "https://www.youtube.com/watch?list=1&v=aB3-_x&si=2",
        "https://m.youtube.com/shorts/aB3-_x",
        "https://www.youtube-nocookie.com/embed/aB3-_x",
    ),
    (
        "https://github.com/lamp/wick",
        "https://github.com/lamp/wick.git",
        "https://github.com/lamp/wick/",
        "https://github.com/lamp/wick/tree/main",
        "https://github.com/lamp/wick#readme",
    ),
    ("https://github.com/lamp/wick/issues/7",),
    ("https://github.com/lamp/amp",),
    ("https://github.com/lamp/wick/blob/v1/a.py?ref=v1",),
    ("https://lamp.substack.com/p/wick", "https://open.substack.com/pub/lamp/p/wick?r=1"),
    ("https://lamp.substack.com/p/oil", "https://lamp.substack.com/p/oil?s=r&utm_campaign=post"),
    ("https://letter.example/p/wick", "https://letter.example/p/wick?r=2ab&showWelcome=true"),
    ("https://lamp.example/find?r=2ab",),
    (
        "https://lesswrong.com/posts/AbCdEfGhIjKlMnOpQ",
        "https://www.lesswrong.com/posts/AbCdEfGhIjKlMnOpQ/on-wicks",
        "https://www.alignmentforum.org/posts/AbCdEfGhIjKlMnOpQ/on-wicks",
        "https://www.greaterwrong.com/posts/AbCdEfGhIjKlMnOpQ/on-wicks",
    ),
    ("https://openreview.net/forum?id=aB1", "https://openreview.net/pdf?id=aB1"),
    ("https://openreview.net/forum?id=C", "https://openreview.net/forum?id=C&noteId=2"),
    ("https://x.com/lamp/status/1", "https://twitter.com/lamp/status/1?s=20"),
    ("https://x.com/lamp/status/2", "https://mobile.twitter.com/lamp/status/2"),
    ("http://127.0.0.1:8765/a", "http://127.0.0.1:8765/a/#x"),
    ("http://localhost/a", "http://localhost:80/a/"),
    ("http://[::1]:81/a",),
    ("http://nas.local/a",),
    ("https://8.8.8.8/a", "http://8.8.8.8/a"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "other"), [(row[0], url) for row in _SAME for url in row])
def test_addresses_of_one_page(first: str, other: str) -> None:
    assert canonical(other) == first


def test_addresses_of_different_pages() -> None:
    forms = [canonical(row[0]) for row in _SAME]
    assert len(set(forms)) == len(forms)
    # the paper is named in a parameter: the page is another
    shared = "https://social.example/share?url=https://arxiv.org/abs/2606.01234"
    assert canonical(shared).startswith("https://social.example/share")
    assert canonical("https://lamp.example/list?page=2") != canonical("https://lamp.example/list")


@pytest.mark.parametrize(
    "text", ["", "mailto:a@b.example", "not an address", "https://[::1", "/relative"]
)
def test_what_is_no_address_stays(text: str) -> None:
    assert canonical(text) == text


def _hosts(names: str) -> st.SearchStrategy[str]:
    return st.sampled_from(names.split())


_parts = st.text(alphabet="abAB01%/?&=#:.;[]@ -_~é+'\"\\\x00\n", max_size=25)
addresses = st.one_of(
    st.text(max_size=30),
    st.builds(
        "{}://{}{}/{}".format,
        st.sampled_from(["http", "https", "HTTP", "ftp"]),
        _hosts(
            "a.example www.a.example m.a.example arxiv.org doi.org youtu.be github.com"
            " 127.0.0.1 [::1]"
            " open.substack.com www.google.com/amp/s/b.example"
            " é.example localhost google.com/url?q=http"
        ),
        st.sampled_from(["", ":80", ":443", ":8080", ":0", ":x"]),
        _parts,
    ),
)


@given(addresses)
@example("https://doi.org/10.1000/%2525")
@example("https://a.example/%25%36%31")
@example("https://a.example//[/./b")
def test_canonical_is_its_own_canonical_form(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once
    if is_web(once):
        assert "#" not in once
        assert not urlsplit(once).path.endswith("/")


@given(addresses, addresses)
def test_nothing_is_raised(base: str, url: str) -> None:
    found = resolve(base, url)
    assert isinstance(found, str)
    assert host(found) == host(found).lower()
    is_web(url)


def test_resolve() -> None:
    assert resolve("https://a.example/x/y", "../z?q#f") == "https://a.example/z?q#f"
    assert resolve("https://a.example/x", " /a b\n") == "https://a.example/a%20b"
    assert resolve("", "/z") == "/z"
    assert resolve("https://a.example?q=/x", "/z") == "https://a.example/z"
    assert resolve("https://a.example/x", "//b.example/z") == "https://b.example/z"


# what `resolve` answers without asking the library must be what the library would have said
@given(
    st.sampled_from(
        ["https://a.example/x/y?u=http://b/#c", "http://a.example:80#/f", "http://A.b", "a", ""]
    ),
    st.text(alphabet="ab/.?#;=:&%~@[", max_size=8),
)
def test_addresses_from_the_top_of_a_site_are_resolved_as_all_are(base: str, rest: str) -> None:
    url = f"/{rest}"
    try:
        expected = urljoin(base, url) if base else url
    except ValueError:
        expected = ""
    assert resolve(base, url) == expected


def test_resolve_where_there_is_no_address() -> None:
    assert resolve("https://a.example", "http://[") == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example", True),
        ("http://127.0.0.1:1/x", True),
        ("https://", False),
        ("ftp://a.example", False),
        ("javascript:alert(1)", False),
        ("//a.example", False),
        ("https://a.example:0/", False),
        ("https://a.example:x/", False),
    ],
)
def test_is_web(url: str, expected: bool) -> None:
    assert is_web(url) is expected
