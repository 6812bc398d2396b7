from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.publish.words import block, count_slots, encode, inline, plain
from tests.publish.strict import read


def shown(html: str) -> str:
    return read(f"<p>{html}</p>".encode()).text


@pytest.mark.parametrize(
    ("title", "html"),
    [
        ("Plain words", "Plain words"),
        ("A *wry* **line**", "A <em>wry</em> <strong>line</strong>"),
        ("1. not a list", "1. not a list"),
        ("# not a heading", "# not a heading"),
        ("- not\n- a list", "- not - a list"),
        ("[no link](https://a.example) here", "no link here"),
        ("R&D <b>", "R&amp;D &lt;b&gt;"),
        ("snake_case_name", "snake_case_name"),
    ],
)
def test_a_title_keeps_its_emphasis_and_nothing_else(title: str, html: str) -> None:
    assert inline(title) == html


def test_a_plain_title_has_no_marks() -> None:
    assert plain("A *wry* [[tagline: line]] of [words](https://a.example)") == "A wry of words"


def test_a_slot_is_shown_as_unwritten() -> None:
    html = block("Before [[why: two *starred* sentences]] after.", anchor="k", level=3)
    assert '<mark class="slot"><b>Not yet written:</b> why</mark>' in html
    assert "starred" not in html, "the hint is for the editor"
    assert "[[" not in html


@pytest.mark.parametrize("text", [r"\[\[why: escaped]]", "a matrix [[1, 2], [3, 4]]"])
def test_what_is_no_slot_stays_text(text: str) -> None:
    assert "<mark" not in block(text, anchor="k", level=3)
    assert count_slots(text) == 0


def test_a_slot_inside_a_tag_breaks_nothing() -> None:
    text = '[x](https://a.example "[[note: in a title]]") and ![[[alt]]](https://a.example/b.png)'
    html = block(text, anchor="k", level=3)
    read(html.encode())
    assert 'title=""' in html


def test_headings_start_below_the_entrys_and_leave_no_gap() -> None:
    html = block("# One\n\n#### Two\n\n## Three\n\n#", anchor="k", level=3)
    assert html == "<h3>One</h3>\n<h4>Two</h4>\n<h4>Three</h4>\n"


def test_footnotes_of_two_texts_do_not_meet() -> None:
    text = "One[^1].\n\n[^1]: A note."
    both = block(text, anchor="a", level=3) + block(text, anchor="b", level=3)
    found = read(both.encode())
    assert {link[1:] for link in found.links} == set(found.ids)


def test_a_picture_elsewhere_becomes_a_link() -> None:
    html = block("![A *map*](https://pictures.example/map.png)", anchor="k", level=3)
    assert html == '<p><a class="picture" href="https://pictures.example/map.png">A map</a></p>\n'


def test_a_link_never_stands_in_a_link() -> None:
    text = "[see ![it](https://a.example/p.png) and note[^1]](https://b.example)\n\n[^1]: Here."
    read(block(text, anchor="k", level=3).encode())


def test_a_link_without_words_shows_its_address() -> None:
    html = block("[](https://a.example/x)", anchor="k", level=3)
    assert shown(html.removeprefix("<p>").removesuffix("</p>\n")) == "https://a.example/x"


def test_an_aligned_table_needs_no_style_attribute() -> None:
    html = block("|a|\n|-:|\n|1|", anchor="k", level=3)
    assert '<th class="right">' in html
    assert "style=" not in html


def test_what_no_page_may_hold_is_replaced() -> None:
    assert (
        encode("a\x00b\ud800c\ufffed\x85e\U0001ffff")
        == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffd".encode()
    )
    assert encode("tab\t, line\n, ü, \U0001f511") == "tab\t, line\n, ü, \U0001f511".encode()


markdown = st.text(
    st.sampled_from("ab \n*_`[]()!#>|-^:~<&\"'\\1.\ue000\ue001$") | st.characters(), max_size=60
) | st.lists(
    st.sampled_from(
        [
            "[^1]", "[^1]: n", "[[why: x]]", "[x](http://a.b)", "![y](http://c.d 'e')", "\n\n",
            "> ", "# ", "|a|b|\n|-|:-:|\n|1|2|\n", "<script>", "<!--", "-->", "```\n", "[", '")',
            '](http://x.y "', "* ", "<http://a.b>", "\ue0000\ue001", "</mark>", "**", "_", "    ",
        ]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(markdown)
def test_whatever_a_text_holds_its_markup_is_whole(text: str) -> None:
    read(encode(block(text, anchor="k", level=1)))


@given(markdown)
def test_whatever_a_title_holds_it_fits_into_a_link(text: str) -> None:
    assert not read(encode(f'<a href="#">{inline(text)}</a>')).links[1:]
    assert "\n" not in plain(text)
