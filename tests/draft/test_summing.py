"""Sentences that may stand in a summary, and the choice among them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.draft.attempt import summary_lines
from digest.draft.phrases import telling_phrases
from digest.draft.sentences import is_dependent, is_usable, opener, sentences_of
from digest.draft.slots import is_slot, slot, slots_in
from digest.draft.summary import summarise
from digest.errors import UsageError
from tests.draft.making import thorough

TEXT = (
    "Kettles are widely used in offices. It is hard to make them hum. In this paper, we introduce "
    "HumKettle, which hums nine tones while its water is cold. However, its lid is heavy. We show "
    "that HumKettle is liked by 14% more people than any silent kettle. Code is available at "
    "https://kettle.example/."
)


def test_it_says_what_was_done_and_found() -> None:
    found = summarise(TEXT, 2, "HumKettle: a kettle that hums")
    assert found.text == (
        "we introduce HumKettle, which hums nine tones while its water is cold. We show that "
        "HumKettle is liked by 14% more people than any silent kettle."
    )
    assert " ".join(TEXT[span.start : span.end] for span in found.spans) == found.text


def test_given_sentences_are_taken_as_they_are() -> None:
    given = [
        "We hum. ",
        "and the kettle, vs. the pot, hums along with all of us.",
        "It stops here now.",
    ]
    found = summarise("", 1, given=given)
    assert found.text in " ".join(given)
    assert len(found.spans) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "We show that kettles hum.",
        "By using nine tones, the kettle sings to us.",
        "“We are not afraid of kettles,” said the mayor.",
        "Subscribers of the kettle service complained about it.",
        "The bill was published in March by the senate.",
    ],
)
def test_usable(sentence: str) -> None:
    assert is_usable(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Announce Type: new and some more words here.",
        "Subscribe to our newsletter for more kettles today.",
        "Read more about the kettle on our page.",
        "We use cookies to improve your experience here.",
        "By Ines Tarn and Bo Lee in Hill City.",
        "Posted on May 3, 2026 by Ines Tarn in News.",
        "A heading without an end about kettles and steam",
        "and a fragment that begins in the middle.",
        "Too short a one.",
        "The code is available at a public repository here.",
        "We show (and this is the point that kettles hum.",
        "Figures are decoded, but this &amp; that was not.",
        "Jun 3, 2026Frontier Kettle Team has mapped it.",
        "Hill County Office of Kettles (HCOK), National Steam Foundation of Tarn.",
        "An official website of the hill city government.",
        "Accepted at KETTLE 2026 as an oral presentation.",
        "The first words of a post that a feed cuts...",
        "Feel free to submit more kettles to us.",
        "Submissions should be two pages in 12 point font.",
        "word " * 90 + "end.",
    ],
)
def test_not_usable(sentence: str) -> None:
    assert not is_usable(sentence)


def test_formulas_count_against_a_sentence_and_rule_it_out_of_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = [
        "We show that $\\alpha_{i}$ kettles hum at night.",
        "Tin is colder than any other lid.",
    ]
    monkeypatch.setattr("digest.draft.summary.rank", lambda *_: [0.5, 0.0])
    assert summarise("", 1, given=given).text == given[1]
    assert summarise("", 1, given=[given[0], "no sentence"]).text == given[0]


def test_what_hangs_at_the_ends_of_given_sentences_is_left() -> None:
    given = ["Kettles hum.", " .  In this paper,  we show that all kettles hum. \n"]
    found = summarise("", 1, given=given)
    assert found.text == "we show that all kettles hum."
    assert [" ".join(given)[span.start : span.end] for span in found.spans] == [found.text]


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("In this paper, we show that kettles hum.", "we show that kettles hum."),
        ("In this work we show that kettles hum.", "we show that kettles hum."),
        ("In this position paper, kettles are shown to hum.", "kettles are shown to hum."),
        ("To address these issues, we build a kettle today.", "we build a kettle today."),
        ("Motivated by these challenges, we build a kettle today.", "we build a kettle today."),
        ("However, most kettles are silent today.", "most kettles are silent today."),
        ("However, in this paper, we show that kettles hum.", "we show that kettles hum."),
        ("Here we show that kettles hum.", "we show that kettles hum."),
        ("- Kettles are shown to hum.", "Kettles are shown to hum."),
        ("Here kettles are shown to hum.", "Here kettles are shown to hum."),
        ("Finally, we stop.", "Finally, we stop."),
        ("In this paper kettles hum at night.", "In this paper kettles hum at night."),
        ("In this city, we show that kettles hum.", "In this city, we show that kettles hum."),
    ],
)
def test_openers(sentence: str, rest: str) -> None:
    assert sentence[opener(sentence) :] == rest


@pytest.mark.parametrize(
    ("sentence", "dependent"),
    [
        ("It hums.", True),
        ("These results are loud.", True),
        ("However, it hums.", True),
        ("However, all kettles hum at night.", False),
        ("This paper hums.", False),
        ("There are nine tones.", False),
        ("Such kettles hum.", True),
        ("If this feels loud, kettles hum.", True),
        ("If kettles hum, this feels loud.", False),
        ("While it is known that kettles hum, few do.", False),
        ("Yes, kettles hum.", True),
        ("It may be tempting to boil them.", False),
        ("It may hum.", True),
        ("Old kettles may thus hum.", True),
        ("Kettles hum and boil, which thus may end the night.", False),
        ("The kettles mentioned here hum.", True),
        ("To think about it as steam is new.", True),
        ("Kettles hum.", False),
        ("Itinerant kettles hum.", False),
    ],
)
def test_what_points_back(sentence: str, dependent: bool) -> None:
    assert is_dependent(sentence) is dependent


_WORDS = (
    "It We This kettle hums shows that. However, paper, 14% results of the “quoted words” (and) "
    "more! In this paper, we introduce Dr. Fig. 3 e.g. nine tones? \n\n * - Subscribe to"
)
WORDS = st.sampled_from(_WORDS.split(" "))


@thorough
@given(st.lists(WORDS, max_size=60).map(" ".join), st.integers(1, 5))
def test_every_sentence_is_verbatim_in_order_and_once(text: str, count: int) -> None:
    found = summarise(text, count)
    assert len(found.spans) <= count
    assert " ".join(text[span.start : span.end] for span in found.spans) == found.text
    edges = [edge for span in found.spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    starts = {sentence.span.start + opener(sentence.text) for sentence in sentences_of(text)}
    assert {span.start for span in found.spans} <= starts
    assert summarise(text, count) == found
    if text.split():
        assert found.spans


def test_summary_lines() -> None:
    text: dict[str, object] = {"id": 1, "title": "t", "text": TEXT}
    sentences: dict[str, object] = {"id": "b", "sentences": ["We hum all day."]}
    lines = list(summary_lines([text, sentences], 1))
    assert [line["id"] for line in lines] == [1, "b"]
    assert lines[1] == {"id": "b", "summary": "We hum all day.", "spans": [[0, 15]]}


@pytest.mark.parametrize("row", [{"id": 1}, {"id": 1, "sentences": "one"}])
def test_summary_lines_refuse_what_has_no_text(row: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="row 1"):
        list(summary_lines([row]))


def test_telling_phrases_are_verbatim() -> None:
    text = "The hill laboratory built a humming kettle. It wakes the sleepy mayor, they say."
    phrases = telling_phrases(text, "Humming kettle wakes mayor")
    assert phrases
    assert all(phrase in text for phrase in phrases)
    assert telling_phrases("", "") == []


def test_slots() -> None:
    assert slot("why", "a [b]\nc") == "[[why: a b c]]"
    assert slot("part") == "[[part]]"
    text = "x [[why: one]] \\[[no]] [[1, 2]] [[TK]] [[two: [x] ]]"
    assert [(each.name, each.hint) for each in slots_in(text)] == [
        ("why", "one"),
        ("TK", ""),
        ("two", "[x]"),
    ]
    assert is_slot(" [[why: one]] ")
    assert not is_slot("[[why: one]] and more")
