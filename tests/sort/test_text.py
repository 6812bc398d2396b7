from __future__ import annotations

import pytest

from digest.sort.text import compose, embedded, headline
from tests.sort.make import item


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Ministers agree on a limit - Reuters", "Ministers agree on a limit"),
        ("Ministers agree on a limit | The Verge", "Ministers agree on a limit"),
        ("Ministers agree on a limit – live", "Ministers agree on a limit"),
        ("<b>Ministers&nbsp;agree</b> on a\n limit &#8212; BBC News", "Ministers agree on a limit"),
        ("One - two three four - Reuters", "One - two three four"),
        # what is left would say too little, or what goes says too much to be a label
        ("Heron 3 - Reuters", "Heron 3 - Reuters"),
        (
            "Ministers agree on a limit - but nobody says on which one",
            "Ministers agree on a limit - but nobody says on which one",
        ),
        ("A self-improving model that writes code", "A self-improving model that writes code"),
        ("MINISTERS AGREE ON A LIMIT", "Ministers agree on a limit"),
        ("GPT IS OUT", "GPT IS OUT"),
        ("", ""),
    ],
)
def test_a_headline_ends_before_its_label(title: str, said: str) -> None:
    assert headline(title) == said


def test_a_text_that_begins_with_its_headline_is_read_once() -> None:
    one = item("a/1", "Ministers agree on a limit - Reuters", "Ministers agree on a limit today.")
    assert embedded(one) == "Ministers agree on a limit today."
    assert compose("A title", "") == "A title"


def test_a_title_given_again_as_the_text_says_nothing_more() -> None:
    title = "Ministers agree on a limit - Reuters"
    assert embedded(item("a/1", title, title)) == "Ministers agree on a limit"
