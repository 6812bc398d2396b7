"""HTML into text, safe HTML and links."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.markup.html import links, to_text
from digest.markup.sanitise import sanitise
from digest.model import Link
from tests.growth import assert_linear

# ------------------------------------------------------------------------------------------ text

_TEXTS = [
    ("", ""),
    ("plain words", "plain words"),
    ("a &amp; b &lt;c&gt;", "a & b <c>"),
    ("one\n\ntwo\nstill two", "one\n\ntwo still two"),
    ("<p>Hel<b>lo</b> <i>there</i>", "Hello there"),
    ("<p>one<p>two", "one\n\ntwo"),
    ("<h2>Head</h2>text<blockquote>quote</blockquote>", "Head\n\ntext\n\nquote"),
    ("a<br>b<br/>c", "a\nb\nc"),
    ("<ul><li>one<li>two</ul>after", "- one\n- two\n\nafter"),
    ("before<ol><li><p>one</p></li>\n<li><p>two</p></li></ol>", "before\n\n- one\n- two"),
    ("<ul><li>one<ul><li>inner</ul><li>two</ul>", "- one\n- inner\n- two"),
    ("<ul><li></li><li> </li><li>x</li></ul>", "- x"),
    ("<ul><li>a<p>more</p></li><li>b</ul>", "- a\n\nmore\n- b"),
    ("<table><tr><th>A<th>B<tr><td>1<td>2</table>", "A B\n\n1 2"),
    ("<pre>one  two\n  three</pre>", "one two\nthree"),
    ("x<script>alert(1)</script><style>p{}</style>y", "xy"),
    ("<head><title>T</title></head><body>B", "B"),
    ("<p hidden>no</p><p style='color:red;display : none'>no</p>yes", "yes"),
    ("<span aria-hidden=true>no<b>no</b></span>yes", "yes"),
    ("<q>said</q>", "“said”"),
    ("<p>1 < 2 and 3 > 2</p>", "1 < 2 and 3 > 2"),
    ("<p>a<!-- not this -->b</p>", "ab"),
    ("<![CDATA[<p>wrapped twice</p>]]>", "wrapped twice"),
    ("<p>\u202eevil\u202c \u200bzero\x00\x07 soft\u00adhyphen\ufeff</p>", "evil zero softhyphen"),
    ("<p>&#x202e;evil &#7;bell</p>", "evil bell"),
    ("<p>a&nbsp;&nbsp;b\u2003c</p>", "a b c"),
    ("<p>می\u200cخواهم</p>", "می\u200cخواهم"),
    ("<?xml version='1.0' encoding='latin-1'?><p>café", "café"),
    ("<p>lone \ud800 surrogate", "lone surrogate"),
]


@pytest.mark.parametrize(("html", "expected"), _TEXTS)
def test_text(html: str, expected: str) -> None:
    assert to_text(html) == expected


fragments = st.lists(
    st.sampled_from(
        re.split(
            " ",
            "<p> </p> <div> </div> <li> <ul> </ul> <br> <b> </b> <table> <tr> <td> </table> <pre>"
            " </pre> <a\thref='/x'> </a> <script> </script> <!-- --> <q> </q> &amp; &#0; <![CDATA["
            " ]]> < > <img\tsrc=x\tonerror=alert(1)> <svg> <math> <style> <p\thidden>",
        )
    )
    | st.text(max_size=5),
    max_size=30,
).map(lambda parts: "".join(part.replace("\t", " ") for part in parts))


@given(fragments)
def test_text_is_tidy_whatever_comes(html: str) -> None:
    text = to_text(html)
    assert text == text.strip()
    assert not re.search(
        r"[^\S\n]\s|\n\n\n|[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff]", text
    )


@given(st.text())
def test_words_without_tags_are_all_kept(text: str) -> None:
    plain = re.sub(r"[<&\ud800-\udfff]", "", text)
    wrapped = to_text(f"<p>{plain}</p>").split()
    assert wrapped == to_text(plain).split()
    letters = [c for c in plain if c.isalnum()]
    assert [c for c in "".join(wrapped) if c.isalnum()] == letters


# --------------------------------------------------------------------------------------- sanitise


def test_links_and_images_are_resolved_against_the_base() -> None:
    html = '<a href="../x?a=1">up</a><img src="i.png"><a href="//cdn.example/y">cdn</a>'
    safe = sanitise(html, "https://lamp.example/a/b")
    assert 'href="https://lamp.example/x?a=1"' in safe
    assert 'src="https://lamp.example/a/i.png"' in safe
    assert 'href="https://cdn.example/y"' in safe
    assert safe.count('rel="noopener noreferrer nofollow"') == 2


def test_without_a_base_relative_links_are_words() -> None:
    assert "href" not in sanitise('<a href="/x">up</a>')
    assert "src" not in sanitise('<img src="x.png" alt="a">')


_ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x0A;ascript:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a><a href='data:text/html,<script>'>x</a>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<svg><script>alert(1)</script></svg><svg/onload=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src='https://evil.example'></iframe><object data=x></object><embed src=x>",
    "<form action=/x><input name=a><button>go</button></form>",
    "<p style='background:url(javascript:alert(1))' class=c id=body onclick=x>t</p>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<base href='https://evil.example/'><link rel=stylesheet href=x><meta http-equiv=refresh>",
    "<a href='https://ok.example' target=_blank rel=opener>x</a>",
    "<template><script>alert(1)</script></template>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
]


class _Audit(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def assert_harmless(html: str) -> None:
    audit = _Audit()
    audit.feed(html)
    forbidden = (
        "script style iframe object embed form input button svg math base link meta template"
    )
    assert not set(audit.tags) & set(forbidden.split())
    for name, value in audit.attributes:
        assert not name.startswith("on")
        assert name not in {"style", "class", "id", "target", "srcset"}
        if name in {"href", "src", "cite"}:
            assert value.lower().startswith(("https://", "http://", "mailto:"))
        if name == "rel":
            assert value == "noopener noreferrer nofollow"


@pytest.mark.parametrize("html", _ATTACKS)
def test_attacks_come_out_harmless(html: str) -> None:
    assert_harmless(sanitise(html, "https://lamp.example/"))
    assert_harmless(sanitise(html))


@given(st.lists(st.sampled_from(_ATTACKS) | fragments, max_size=4).map("".join))
def test_mixtures_of_attacks_come_out_harmless(html: str) -> None:
    safe = sanitise(html, "https://lamp.example/")
    assert_harmless(safe)
    assert sanitise(safe, "https://lamp.example/") == safe


# ------------------------------------------------------------------------------------------ links


def test_links_in_order_each_once() -> None:
    html = """
      <a href="/b">to <b>b</b></a> <a href="https://c.example/?x=1&amp;y=2">c</a>
      <a href="/b">b again</a>
      <a href="mailto:x@y.example">mail</a> <a href="javascript:x">no</a> <a name="x">no</a>
      <a href="#here">here</a> <a href="h ttp://[">bad</a>
    """
    assert links(html, "https://a.example/p") == (
        Link("https://a.example/b", "to b"),
        Link("https://c.example/?x=1&y=2", "c"),
        Link("https://a.example/p#here", "here"),
        Link("https://a.example/h%20ttp:/[", "bad"),
    )
    assert links("no links") == ()
    assert links('<a href="/relative">x</a>') == ()


@given(fragments)
def test_links_are_web_addresses_whatever_comes(html: str) -> None:
    for link in links(html, "https://a.example/"):
        assert link.url.startswith(("https://", "http://"))


# ------------------------------------------------------------------------------------- hostile size

_FLOODS: dict[str, Callable[[int], str]] = {
    "deep": lambda k: "<div>" * 25_000 * k + "x",
    "deep lists": lambda k: "<ul><li>" * 10_000 * k,
    "deep tables": lambda k: "<table>" * 12_500 * k,
    "formatting": lambda k: "<b><i>" * 10_000 * k,
    "paragraphs in bold": lambda k: "<p><b>" * 3_750 * k,
    "links": lambda k: "<a href=x>" * 10_000 * k,
    "attributes": lambda k: "<p " + " ".join(f"a{n}=1" for n in range(12_500 * k)) + ">x",
    "comments": lambda k: "<!--" * 37_500 * k,
    "unfinished": lambda k: "<p" * 75_000 * k,
    "entities": lambda k: "&amp;" * 75_000 * k,
    "nulls": lambda k: "\0" * 125_000 * k,
    "space": lambda k: "<p>" + " " * 125_000 * k + "x",
    "breaks": lambda k: "<br>" * 25_000 * k,
}


@pytest.mark.parametrize("flood", _FLOODS)
def test_floods_cost_their_size(flood: str) -> None:
    def read(html: str) -> None:
        to_text(html)
        links(html, "https://a.example/")
        assert_harmless(sanitise(html, "https://a.example/")[:10_000])

    assert_linear(read, _FLOODS[flood])


def test_what_is_absurd_keeps_its_words() -> None:
    safe = sanitise("<div>" * 20_000 + "still <i>here</i> &lt;b&gt;<p>and here")
    assert safe == "<p>still here &lt;b&gt;</p>\n<p>and here</p>"
