"""Markdown into HTML and plain words, and plain words into Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.markup.addresses import is_web
from digest.markup.html import links
from digest.markup.markdown import escape, link, parse, to_html, to_plain
from digest.markup.plain import paragraphs, word_set
from tests.growth import assert_linear

# ---------------------------------------------------------------------------------------- to_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("## Head:\n", "<h2>Head:</h2>\n"),
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>\n"),
        ("a <b>bold</b> b", "<p>a &lt;b&gt;bold&lt;/b&gt; b</p>\n"),
        ("<div>\n*a*\n</div>", "<p>&lt;div&gt;\n<em>a</em>\n&lt;/div&gt;</p>\n"),
        ("<!-- entry 12 kind=essay -->\n## H\n<!-- /entry -->", "<h2>H</h2>\n"),
        ("text\n<!-- two\n\nlines -->\nmore", "<p>text</p>\n<p>more</p>\n"),
        ("one <!-- among\nwords --> two", "<p>one  two</p>\n"),
        ("<!-- a --> words", "<p> words</p>\n"),
        ("<!-- never ends\n\nwords", "<p>&lt;!-- never ends</p>\n<p>words</p>\n"),
        ("    <!-- code -->", "<pre><code>&lt;!-- code --&gt;\n</code></pre>\n"),
        ("`<!-- code -->`", "<p><code>&lt;!-- code --&gt;</code></p>\n"),
        ("> <!-- x -->\n> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
        ("![a](javascript:x)", "<p>![a](javascript:x)</p>\n"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n"),
        ("[a](JavaScript&colon;alert(1))", "<p>[a](JavaScript:alert(1))</p>\n"),
        ("[a](//evil.example)", "<p>[a](//evil.example)</p>\n"),
        ("\u202eevil\x00", "<p>evil</p>\n"),
    ],
)
def test_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


def test_links_are_marked() -> None:
    rel = 'rel="noopener noreferrer nofollow"'
    assert to_html("[a](https://a.example)") == f'<p><a href="https://a.example" {rel}>a</a></p>\n'
    assert rel in to_html("<https://a.example>")
    assert rel in to_html("[a][1]\n\n[1]: mailto:a@b.example")
    assert 'href="/issues/"' in to_html("[a](/issues/)")


def test_tables_and_footnotes() -> None:
    assert "<table>" in to_html("|a|b|\n|-|-|\n|1|2|")
    two = to_html("x[^1]\n\n[^1]: note", "one") + to_html("x[^1]\n\n[^1]: note", "two")
    ids = re.findall(r'id="([^"]+)"', two)
    assert len(ids) == 4
    assert len(set(ids)) == 4


def test_plain_words() -> None:
    markdown = "## Head\n\nOne *two* [three](https://a.example)\nfour.[^1]\n\n- a\n\n[^1]: Note."
    assert to_plain(markdown) == "Head\n\nOne two three four.[1]\n\n- a\n\n- Note."


@pytest.mark.parametrize(
    "before", ["<!-- x -->\n\n", "a\x0cb\u2028c\n\n", "a\r\n\r\n", "\u200b\n\n"]
)
def test_tokens_know_their_lines(before: str) -> None:
    tokens = parse(f"{before}## Head\n\ntext")
    assert [token.map for token in tokens if token.type == "heading_open"] == [[2, 3]]


_TAGS = word_set(
    "p h1 h2 h3 h4 h5 h6 em strong s code pre a img ul ol li blockquote hr br table thead tbody tr"
    " td th sup section"
)


@given(st.text(alphabet="ab [](){}<>!-*_`~#>\n\t&:/\\|\"'.1\u202e", max_size=60))
@settings(max_examples=300)
def test_pages_stay_safe_whatever_is_written(markdown: str) -> None:
    html = to_html(markdown)
    tags = set(re.findall(r"<(/?\w*)", html))
    assert {tag.removeprefix("/") for tag in tags} <= _TAGS
    assert not re.search(r"=\"\s*(?:javascript|data|vbscript)", html, re.IGNORECASE)


_FLOODS = [
    lambda k: "[" * 5_000 * k,
    lambda k: "*a " * 5_000 * k,
    lambda k: "**" * 5_000 * k,
    lambda k: "`" * 5_000 * k,
    lambda k: "![" * 2_500 * k,
    lambda k: "<!--" * 5_000 * k,
    lambda k: "> " * 1_250 * k + "x",
    lambda k: "- " * 1_250 * k + "x",
    lambda k: "[a](" * 2_500 * k,
    lambda k: "~~" * 5_000 * k,
    lambda k: "\n<!--" * 1_250 * k,
    lambda k: "[^1]" * 1_250 * k,
    lambda k: "|" * 5_000 * k + "\n" + "|-" * 2_500 * k,
    lambda k: "&" * 12_500 * k,
    lambda k: "a <!-- " * 2_500 * k,
]


@pytest.mark.parametrize("flood", _FLOODS)
def test_floods_cost_their_size(flood: Callable[[int], str]) -> None:
    assert_linear(to_html, flood)
    assert_linear(escape, flood)


# ----------------------------------------------------------------------------------------- escape


@pytest.mark.parametrize(
    "text",
    [
        'It\'s "fine" (really) - self-made, 50% off; well-known: yes!',
        "“Curly” ‘marks’ and — dashes … here.",
        "As shown before [1], and [12, 13] too; see e.g. [the appendix].",
        "snake_case and 5 < 6 and 7 > 3 and a & b, AT&T, #1, 2 * 3 = 6, a = b",
        "Costs $5 or 10€. Email me@lamp.example, or see https://lamp.example/a_b?c=d&e=f",
        "C# and C++ and F#; 3.5 is not 4. Nor is 1) two",
        "f(x) = {x | x > 0}; ~5; x^2; a|b; 100% {yes}",
        "~/home/user and C:/x",
    ],
)
def test_prose_comes_out_as_it_went_in(text: str) -> None:
    assert escape(text) == text
    assert to_plain(text) == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("# no heading", r"\# no heading"),
        ("- no item", r"\- no item"),
        ("+ tracker x: 2026 | y", r"\+ tracker x: 2026 | y"),
        ("1. no item", r"1\. no item"),
        ("> no quotation", r"\> no quotation"),
        ("---", r"\---"),
        ("===", r"\==="),
        ("***", r"\*\*\*"),
        ("+++", r"\+++"),
        ("-|-", r"\-|-"),
        ("a *star* and _line_", r"a \*star\* and \_line\_"),
        ("[[why: forged]]", r"\[\[why: forged\]\]"),
        ("[a](https://x.example)", r"[a\](https://x.example)"),
        ("![a](x)", r"!\[a\](x)"),
        ("[1]: https://x.example", r"[1\]: https://x.example"),
        ("[^1]", r"\[^1]"),
        ("<!-- entry 1 -->", r"<\!-- entry 1 --\>"),
        ("<b>", r"\<b>"),
        ("{{ x }} {% y %} {# z #}", r"{\{ x }\} {\% y %\} {\# z #\}"),
        ("```", r"\`\`\`"),
        ("~~~", r"\~\~\~"),
        ("&amp; &#35;", r"\&amp; \&#35;"),
        ("C:\\temp\\", "C:\\temp\\\\"),
        ("an ] open [ one", r"an \] open \[ one"),
    ],
)
def test_what_would_be_markup_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped
    assert to_plain(escaped) == text


specials = st.text(alphabet="ab 1.)-+*_#>=|`~[](){}<>!&;:^\\/\"'%x\n\t\r", max_size=40)
texts = specials | st.text(max_size=40)
_FORGED = re.compile(
    r"\[\[|\]\]|<!--|-->|\{\{|\{%|\{#|\}\}|%\}|#\}|^---\s*$|^\*\*\*\s*$", re.MULTILINE
)


@given(texts)
@settings(max_examples=600)
@example("a\n=")
@example("-\n-")
@example("1.\x0b2")
def test_escaped_text_reads_as_the_text(text: str) -> None:
    escaped = escape(text)
    assert to_plain(escaped) == "\n\n".join(paragraphs(text))
    assert not _FORGED.search(escaped)
    assert set(re.findall(r"<(\w+)", to_html(escaped))) <= {"p"}


@given(texts, texts)
@settings(max_examples=400)
def test_escaped_text_stays_itself_among_other_text(one: str, two: str) -> None:
    first, second = (" ".join(paragraphs(text)) for text in (one, two))
    together = " ".join(part for part in (first, second) if part)
    lines = "\n".join(part for part in (escape(first), escape(second)) if part)
    assert to_plain(lines) == together
    item = to_html(f"- {escape(first)}")
    assert item.startswith("<ul>\n<li>")
    assert to_plain(f"- x {escape(first)}") == f"- x {first}".rstrip()
    assert to_plain(f"> x {escape(first)}") == f"x {first}".rstrip()
    assert to_plain(f"**x:** {escape(first)}\n\n***\n\nz") == f"x: {first}".rstrip() + "\n\nz"


@given(texts, st.text(alphabet="ab1/?&=#%()[]{}<>\"' \\*_`;copy~é", max_size=20))
@settings(max_examples=400)
def test_links_have_the_words_and_the_address_they_were_given(title: str, rest: str) -> None:
    words = " ".join(paragraphs(title)) or "a"
    url = f"https://a.example/{rest}"
    written = link(words, url)
    assert to_plain(written) == words
    assert not _FORGED.search(written.replace("]](", "]("))  # without [[ it closes nothing
    found = links(to_html(written))
    assert len(found) == 1
    assert is_web(found[0].url)
    assert to_plain(f"See {written} (arXiv).") == f"See {words} (arXiv)."


def test_a_link_without_an_address_is_its_words() -> None:
    assert link("a *b*", "javascript:alert(1)") == r"a \*b\*"
    assert link("", "https://a.example/x_") == r"[https://a.example/x\_](https://a.example/x_)"
    assert link("A (b)", "https://a.example/x(1)") == "[A (b)](<https://a.example/x(1)>)"
