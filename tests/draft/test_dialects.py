"""The ways in which programs write Markdown, read as one."""

from __future__ import annotations

import textwrap

import pytest

from digest.draft.archive.emphasis import evened
from digest.draft.archive.files import read_issues
from digest.draft.archive.invitations import gathered
from digest.draft.archive.labels import dressed
from digest.draft.archive.mend import mend
from digest.draft.archive.wrapped import unwrapped
from digest.model import Issue
from tests.draft.shapes import Maker


@pytest.mark.parametrize(
    ("written", "one_way"),
    [
        ("**Words:\n***…a tagline…*", "**Words:**\n*…a tagline…*"),
        ("** Words ** and __others__", " **Words**  and **others**"),
        ("**A** **b**, **c****d**", "**A b**, **cd**"),
        ("**Why this matters** - **it does:** so", "**Why this matters - it does:** so"),
        ("**Left** - **Right**", "**Left** - **Right**"),
        ("***A *kettle* hums:***", "**A kettle hums:**"),
        ("**A *kettle* hums:**", "**A *kettle* hums:**"),
        ("_[_2041_]_ and snake_case_words", "*[*2041*]* and snake_case_words"),
        ("**Words:****", "**Words:**"),
        ("[a](https://k.example/)**. See the** b", "[a](https://k.example/). **See the** b"),
        ("[*a*](https://k.example/_b_*c*)", "[*a*](https://k.example/_b_*c*)"),
        ("2 * 3 * 4 \\* `a*b` https://k.example/_x_", "2 * 3 * 4 \\* `a*b` https://k.example/_x_"),
        ("* a point, *it*\n* another", "* a point, *it*\n* another"),
        ("***", "***"),
        ("**never closed\nand *closed*, __too__", "**never closed\nand *closed*, **too**"),
    ],
)
def test_emphasis_is_written_in_one_way(written: str, one_way: str) -> None:
    assert evened(written) == one_way
    assert evened(one_way) == one_way


@pytest.mark.parametrize(
    ("written", "one_way"),
    [
        ("[**Read more:** A Thing (Gazette)](https://k.example/1).",
         "**Read more:** [A Thing (Gazette)](https://k.example/1)."),
        ("**[Get the data:](https://k.example/1)** [A [2] Thing](https://k.example/1)",
         "**Get the data:** [A [2] Thing](https://k.example/1)"),
        ("**Read more** here: [A Thing](https://k.example/1).",
         "**Read more here:** [A Thing](https://k.example/1)."),
        ("[**A lead:** somewhere](https://k.example/1).",
         "[**A lead:** somewhere](https://k.example/1)."),
    ],
)  # fmt: skip
def test_a_label_stands_before_its_link(written: str, one_way: str) -> None:
    assert dressed(written) == one_way


def test_only_the_width_parts_what_is_joined() -> None:
    paragraphs = ["**A headline:**\n*…a tagline…*", *(f"{n} kettles hum, " * 20 for n in range(9))]
    text = "\n\n".join(
        "\n".join(line for each in part.split("\n") for line in textwrap.wrap(each, 78))
        for part in paragraphs
    )
    assert unwrapped(text) == "\n\n".join(part.strip() for part in paragraphs)


def test_verses_are_not_joined() -> None:
    text = "A kettle hums\nin the dark\nand then\nit stops\n\n" * 9
    assert unwrapped(text) == text


def test_a_wrapped_issue_reads_as_the_whole_one() -> None:
    for seed in range(20):
        text = Maker(seed, 0.0).issue().text
        wrapped = "\n".join(
            line if line.startswith(("#", "* ", "1. ", "2. ")) or not line
            else textwrap.fill(line, 78, break_long_words=False, break_on_hyphens=False)
            for line in text.split("\n")
        )  # fmt: skip
        assert issue_in(wrapped) == issue_in(text), seed


def test_what_is_there_to_be_pressed_is_no_text_of_an_item() -> None:
    text = (
        Maker(3, 0.0).issue().text.replace("***\n", "***\n\n[Subscribe now](https://k.example/s)\n")
    )
    issue = issue_in(text)
    assert issue.extra == "\n\n".join(["[Subscribe now](https://k.example/s)"] * text.count("Subs"))
    assert issue.entries == issue_in(Maker(3, 0.0).issue().text).entries


def issue_in(text: str) -> Issue:
    (found,) = read_issues("issue.md", text.encode())
    assert found.issue, found.reason
    return found.issue


def test_below_the_first_reference_any_label_may_be_bold_with_its_link() -> None:
    found = gathered(
        ["**Read more:** [A (x)](https://k.example/1).\n**Code: [B (y)](https://k.example/2).**"]
    )
    assert found == [
        "**Read more:** [A (x)](https://k.example/1).\n**Code:** [B (y)](https://k.example/2)"
    ]


def test_a_thesis_with_a_colon_in_it_is_one() -> None:
    whole = "**Why this matters: kettles: a warning:** They hum."
    assert dressed(whole) == whole
    assert dressed("Why this matters: kettles hum: They do.") == (
        "**Why this matters - kettles hum:** They do."
    )


def test_a_tagline_in_two_halves_is_one() -> None:
    assert (
        mend("**A kettle:**\n\n*…It hums*\n*at night…*\n")
        == "**A kettle:**\n\n*…It hums at night…*\n"
    )
    assert mend("**A kettle:**\n…\n*It hums*\n\n…\n") == "**A kettle:**\n*…It hums…*\n"


def test_plain_text_tells_its_items_by_where_they_stand() -> None:
    text = (
        "Import Kettle 7: tin; steam\nWelcome to Import Kettle.\nImport A-Idea: On waiting\n"
        "It takes long.\n***\nA kettle without a tagline hums:\nIt does so:\nat night.\n***\n"
        "A kettle with one:\n….It hums….\nIt does.\nThanks for reading!\n"
    )
    (found,) = read_issues("issue.txt", text.encode())
    assert found.issue
    assert [(one.headline, one.tagline) for one in found.issue.entries] == [
        ("Import A-Idea: On waiting", ""),
        ("A kettle without a tagline hums:", ""),
        ("A kettle with one:", "It hums"),
    ]
