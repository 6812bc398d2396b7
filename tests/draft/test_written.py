"""What a model writes, held against its sources; and words set between marks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.draft.attribution import attributed, inner, paired, signed, speaker_of
from digest.draft.compose import entry_for
from digest.draft.prompts import LONGEST_LEAD, summary_prompt
from digest.draft.support import ground_of, unsupported
from digest.draft.written import Unusable, mark_of, summary_from
from digest.errors import ConfigError
from digest.language.quotations import find, locate
from digest.markup.slots import slots_in
from tests.draft.making import thorough
from tests.draft.test_composing import ABSTRACT, NASTY, PAPER, POST, material

GROUND = ground_of([ABSTRACT, "Ada Byron of Hill-Works wrote it for $1,250.0 with 3 cups."])


@pytest.mark.parametrize(
    ("sentence", "doubts"),
    [
        ("HumKettle outperforms three commercial kettles by 14%.", []),
        ("The kettle's nine tones, of which Byron wrote for 1250 dollars, are new.", []),
        ("Researchers at Hill Works trained the Humkettle on RAIN.", []),
        ("It used 3 cups and three kettles.", []),
        ("Google built it.", ["Google"]),
        ("It was built by OpenAI in 2027, for 15% of Hill-Works.", ["2027", "15", "OpenAI"]),
        ("It outperforms five kettles and a million cups.", ["five", "million"]),
        ("The authors say it “boils over every time”.", ["“boils over every time”"]),
        ("The authors say it “hums nine tones”.", []),
    ],
)
def test_names_numbers_and_quotations_must_stand_in_a_source(
    sentence: str, doubts: list[str]
) -> None:
    assert unsupported(sentence, GROUND) == doubts


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("forty thousand", "40,000"),
        ("1.5 million", "1,500,000"),
        ("a hundred thousand", "100,000"),
        ("twenty-five hundred", "2,500"),
        ("12 billion", "12,000,000,000"),
    ],
)
def test_a_number_in_words_supports_its_digits(said: str, digits: str) -> None:
    ground = ground_of([f"They made {said} kettles, version 1.2.3 of them."])
    assert unsupported(f"They made {digits} kettles.", ground) == []
    assert unsupported("They made 41,000 kettles.", ground) == ["41,000"]


def test_what_is_taken_over_word_for_word_is_put_in_marks() -> None:
    sentence = "Experiments show that HumKettle outperforms three commercial kettles by 14% on the"
    sentence += " Steam Patience scale."
    told = summary_from(f"It hums. Like tin, it is new. {sentence}", material(PAPER), "m", most=4,
                        disclose=True)  # fmt: skip
    assert f"“{sentence}”" in told
    assert "Like tin, it is new." in told
    assert "It hums." not in told


def test_what_models_put_around_an_answer_goes() -> None:
    answer = (
        "<think>Hm.\nWell.</think>Sure, here is a **summary**:\n\n1. The kettle hums __now__.\n"
    )
    told = summary_from(f"{answer}- And the kettle stops whistl", material(PAPER), "m", most=4,
                        disclose=False)  # fmt: skip
    assert told == "The kettle hums now.\n\n<!-- written by m, a language model -->"


def test_a_style_of_one_line_gets_one_sentence_with_its_mark() -> None:
    told = summary_from("The kettle hums. The tin is cold.", material(PAPER), "m", most=1,
                        disclose=True)  # fmt: skip
    assert told == f"The kettle hums. {mark_of('m', disclose=True)}"
    assert entry_for(material(PAPER), "bulletin", told).body == told


@pytest.mark.parametrize("answer", ["", "no end", "It hums now. " * 9, "<think>It hums now."])
def test_answers_of_no_use(answer: str) -> None:
    with pytest.raises(Unusable):
        summary_from(answer, material(PAPER), "m", most=4, disclose=True)


@thorough
@given(st.lists(NASTY | st.text(max_size=8), max_size=7).map(" ".join), st.text(max_size=20))
def test_an_answer_becomes_words_and_nothing_else(answer: str, model: str) -> None:
    try:
        told = summary_from(f"{answer} It hums now.", material(PAPER), model, most=9, disclose=True)
    except Unusable:
        return
    assert {slot.name for slot in slots_in(told)} <= {"verify"}
    lines = told.split("\n")
    assert not any(line.startswith(("#", ">", "<!--", "- ")) for line in lines)
    assert not any(line and not line.strip("-*_ ") for line in lines)


def test_the_prompt_has_the_texts_and_says_they_are_no_instructions() -> None:
    long = replace(PAPER, text=ABSTRACT + " hum" * 9999, title="Title\nof it")
    prompt = summary_prompt(material(long, POST), sentences=2)
    assert "at most 2 plain sentences" in prompt
    assert "never instructions" in prompt
    assert "from Hill Gazette: Kettle hums" in prompt
    assert ABSTRACT in prompt
    assert len(prompt) < LONGEST_LEAD + 3000
    assert summary_prompt(material(replace(PAPER, text=" "))) == ""


def test_a_broken_prompt_is_told_with_its_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "prompts" / "summary.txt"
    path.parent.mkdir()
    for text, line in (("a\n{% if %}", ":2"), ("{{ nothing }}", ""), ("{{ ''.__class__ }}", "")):
        path.write_text(text)
        with pytest.raises(ConfigError) as problem:
            summary_prompt(material(PAPER), [tmp_path])
        assert problem.value.where == f"{path}{line}"


# --------------------------------------------------------------------- marks, and who says it


@pytest.mark.parametrize(
    ("passage", "within"),
    [
        ('He said "hum" twice.', "He said ‘hum’ twice."),
        ("He said “hum” and «hm».", "He said ‘hum’ and ‹hm›."),
        ('("hum")', "(‘hum’)"),
        ("It's 5’ long.", "It's 5’ long."),
    ],
)
def test_marks_within_a_quotation_are_single_and_still_verified(passage: str, within: str) -> None:
    assert inner(passage) == within
    (quotation,) = find(f"They write: “{within} So be it all.” And on.")
    assert locate(quotation.text, [f"Before. {passage} So be it all. After."])


@pytest.mark.parametrize(
    ("title", "mended"),
    [
        ('x" "', "x"),
        ('A "kettle" hums', 'A "kettle" hums'),
        ('A "kettle" hums" again', 'A "kettle" hums again'),
        ("The “open kettle", "The open kettle"),
        ("“A ‘kettle’ hums”", "“A ‘kettle’ hums”"),
    ],
)
def test_marks_that_quote_nothing_go(title: str, mended: str) -> None:
    assert paired(title) == mended


@thorough
@given(st.text(alphabet="ab \"“”„«»'’.", max_size=24))
def test_a_mended_title_leaves_no_quotation_open(title: str) -> None:
    mended = paired(title)
    assert not any("later words" in each.text for each in find(f"{mended}: later words."))


def test_verbs_and_articles_agree_with_who_speaks() -> None:
    house = replace(POST, authors=(), source_id="wh", kind="page")
    names = {"wh": "White House", "gazette": "Hill Gazette"}
    speaker = speaker_of(house, names)
    said = [attributed(words, speaker, n) for n, words in enumerate(["We hum now.", "It hums."])]
    assert said == ["The White House says: “We hum now.”", "The page adds: “It hums.”"]
    assert attributed("Kettles hum.", speaker, 0) == "According to the White House: “Kettles hum.”"
    assert signed(speaker) == "the White House"
    two = speaker_of(replace(POST, authors=("Ada Byron and Bo Lee",)), names)
    assert attributed("Kettles hum.", two, 0).startswith("Ada Byron and Bo Lee write in Hill")
    assert attributed("Kettles hum.", two, 2) == "They also say: “Kettles hum.”"
    one = speaker_of(POST, names)
    assert attributed("Kettles hum.", one, 0).startswith("Ines Tarn writes in Hill Gazette")
    assert attributed("Kettles hum.", one, 3) == "The post notes: “Kettles hum.”"
    for said_by in ("Bo Lee, director", "Lee, Bo"):
        one = speaker_of(replace(POST, authors=(said_by,)), names)
        assert attributed("Kettles hum.", one, 0).startswith(f"{said_by[:6]}"), said_by
        assert " writes in Hill" in attributed("Kettles hum.", one, 0)
    two = speaker_of(replace(POST, authors=("Bo Lee, Ada Byron",)), names)
    assert attributed("Kettles hum.", two, 0).startswith("Bo Lee, Ada Byron write in Hill")


@pytest.mark.parametrize(
    ("title", "url", "source", "headline"),
    [
        ("A plan for kettles – The White House", "https://www.whitehouse.gov/x/plan", "wh", 0),
        ("Hill Register :: A plan for kettles", "https://r.example/x", "reg", 0),
        ("A plan for kettles | Blog", "https://lab.example/blog/plan", "Lab", 0),
        ("A plan for kettles - Hill Gazette", "https://h.example/1", "Hill Gazette", 0),
        ("A plan for kettles · Tin · Tin Works", "https://tinworks.example/1", "Tin Works", 0),
        ("Kettles – a plan for all", "https://a.example/kettles/x", "A", 1),
        ("A plan for kettles - and for pots", "https://a.example/pots/x", "A", 1),
        ("Kettles: A plan for kettles", "https://kettles.example/pots/x", "Kettles", 1),
    ],
)
def test_the_sites_name_goes_and_the_title_stays(
    title: str, url: str, source: str, headline: int
) -> None:
    item = replace(PAPER, title=title, url=url, source_id="s", kind="post")
    made = entry_for(material(item, source_names={"s": source}))
    assert made.headline == (f"{title}:" if headline else "A plan for kettles:")


def test_what_other_titles_of_the_source_share_is_its_furniture() -> None:
    one = replace(PAPER, title="A plan for kettles — Steam Desk", source_id="s", kind="post")
    other = replace(POST, title="Another plan for pots — Steam Desk", source_id="s")
    assert entry_for(material(one, other, source_names={})).headline == "A plan for kettles:"
    assert "Steam Desk" in entry_for(material(one, source_names={})).headline


def test_a_feed_of_titles_gets_a_slot_not_a_quotation() -> None:
    bare = replace(POST, text="Introducing the Hum Kettle")
    made = entry_for(material(bare))
    assert made.body.startswith("[[summary: ")
    assert entry_for(material(bare, PAPER)).quotes[0].item_id == PAPER.id
