"""Sources added and removed, and every other byte of the file left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config.edit import add, line_of, remove
from digest.config.load import check
from digest.errors import ConfigError, NotFound
from digest.pipeline.init import bundled

PATH = Path("sources.yaml")
LAMP: dict[str, Any] = {"id": "lamp", "kind": "feed", "url": "https://lamp.example/feed"}
HEAD = "newsletter: {title: Wick, url: 'https://wick.example/'}   # ours\n"
BLOCK = (
    HEAD
    + """\
sources:
  # --- The quay ---
  - id: quay        # first
    kind: feed
    url: "https://quay.example/feed"

  # --- The papers ---
  -
    id: papers
    kind: arxiv
    query: >-
      cat:cs.AI AND
      abs:"wick"

  # nothing below yet

fetch: {timeout: 5}
"""
)


def ids(text: str) -> list[str]:
    return [source.id for source in check(text.removeprefix("\ufeff"), PATH).sources]


def test_a_source_is_put_after_the_last_one_and_in_its_manner() -> None:
    after = add(BLOCK, [LAMP], PATH)
    written = '  - id: lamp\n    kind: feed\n    url: "https://lamp.example/feed"\n'
    assert after == BLOCK.replace('abs:"wick"\n', f'abs:"wick"\n{written}')
    one_line = '  - {id: lamp, kind: feed, url: "https://lamp.example/feed"}\n'
    flow = HEAD + "sources:\n  - {id: quay, kind: feed, url: 'https://quay.example'} # the quay\n"
    assert add(flow, [LAMP], PATH) == flow + one_line


def test_the_bundled_file_keeps_every_line() -> None:
    text = bundled("sources.yaml").read_text(encoding="utf-8")
    after = add(text, [LAMP, {**LAMP, "id": "lamp-2"}], PATH, groups=["From a list"] * 2)
    old, new = text.splitlines(), after.splitlines()
    place = next(n for n, line in enumerate(new) if line == "  # --- From a list ---")
    assert new[place + 1].startswith("  - {id: lamp, ")
    assert new[:place] + new[place + 3 :] == old
    assert remove(remove(after, "lamp", PATH), "lamp-2", PATH) == text.replace(
        old[place - 1], f"{old[place - 1]}\n  # --- From a list ---"
    )


@pytest.mark.parametrize(
    "sources",
    [
        "",
        "sources:\n",
        "sources:   # none yet\n",
        "sources:\n  # none yet\n",
        "sources: []\n",
        "sources: [] # none\n",
        "sources: ~\n",
        "sources:",
        "sources: []",
        "sources:\n- {id: a, kind: feed, url: 'https://a.example'}\n",
        "sources:\n- {id: a, kind: feed, url: 'https://a.example'}",
        "sources: [{id: a, kind: feed, url: 'https://a.example'}] # one\n",
        "sources: [\n  {id: a, kind: feed, url: 'https://a.example'},\n]\n",
        "sources:\n      - id: a\n        kind: feed\n        url: https://a # end\n# tail\n",
    ],
)
@pytest.mark.parametrize("tail", ["", "fetch: {timeout: 5}\n"])
def test_wherever_the_list_stands_a_source_can_come_and_go(sources: str, tail: str) -> None:
    if tail and sources and not sources.endswith("\n"):
        return
    text = HEAD + sources + tail
    before = ids(text)
    after = add(text, [LAMP], PATH)
    assert ids(after) == [*before, "lamp"]
    gone = remove(after, "lamp", PATH)
    assert ids(gone) == before
    if before and text.endswith("\n"):
        assert gone == text


def test_line_ends_and_a_byte_order_mark_stay() -> None:
    text = "\ufeff" + BLOCK.replace("\n", "\r\n")
    after = add(text, [LAMP], PATH)
    assert after.startswith("\ufeff")
    assert "\n" not in after.replace("\r\n", "")
    assert remove(after, "lamp", PATH) == text


def test_what_is_removed_takes_its_own_lines_and_no_comment_of_others() -> None:
    gone = remove(BLOCK, "quay", PATH)
    assert gone == BLOCK.replace(
        '  - id: quay        # first\n    kind: feed\n    url: "https://quay.example/feed"\n', ""
    )
    gone = remove(BLOCK, "papers", PATH)
    start = BLOCK.index("  -\n")
    assert gone == BLOCK[:start] + BLOCK[BLOCK.index("\n  # nothing below") :]
    assert ids(remove(gone, "quay", PATH)) == []


def test_an_unknown_id_is_refused() -> None:
    with pytest.raises(NotFound, match="no source 'moon'"):
        remove(BLOCK, "moon", PATH)
    with pytest.raises(NotFound):
        remove(HEAD, "moon", PATH)


def test_what_cannot_be_edited_safely_is_refused_with_the_cure() -> None:
    first = "sources:\n  - &a {id: a, kind: feed, url: 'https://a.example'}\n"
    text = HEAD + first + "  - {<<: *a, id: b}\n"
    assert ids(remove(text, "b", PATH)) == ["a"]
    with pytest.raises(ConfigError, match="cannot be edited safely") as caught:
        remove(text, "a", PATH)
    assert "by hand" in caught.value.cure


def test_words_that_yaml_would_read_as_something_else_are_quoted() -> None:
    for name in ("null", "1.5", "yes: no", "# hash", "- dash", "a, b]", "{x}", "'", "*x", "é 🎈"):
        text = add(BLOCK, [{**LAMP, "name": name}], PATH)
        assert check(text, PATH).sources[-1].name == name
        flow = add(HEAD + "sources: []\n", [{**LAMP, "name": name}], PATH)
        assert check(flow, PATH).sources[-1].name == name


def test_the_line_of_a_source_is_told() -> None:
    assert line_of(BLOCK, "quay") == 4
    assert line_of(BLOCK, "moon") is None


ENTRIES = st.lists(
    st.tuples(
        st.booleans(),
        st.booleans(),
        st.text(
            st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=12
        ).map(str.strip),
        st.sampled_from(["", "  # beside", "\n  # below\n", "\n\n"]),
    ),
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(entries=ENTRIES, name=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])))
def test_adding_and_removing_leaves_the_bytes_as_they_were(
    entries: list[tuple[bool, bool, str, str]], name: str
) -> None:
    text = HEAD + "sources:\n"
    for number, (_flow, quoted, words, after) in enumerate(entries):
        shown = '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"' if quoted else "plain"
        parts = [f"id: s{number}", "kind: feed", f"name: {shown}", 'url: "https://x.example/"']
        text += (
            f"  - {{{', '.join(parts)}}}{after}\n"
            if _flow
            else "  - " + "\n    ".join(parts) + f"{after}\n"
        )
    text += "# tail\nfetch: {timeout: 5}\n"
    added = add(text, [{**LAMP, "name": name}], PATH)
    assert check(added, PATH).sources[-1].name == name.strip()
    assert remove(added, "lamp", PATH) == text
    for number in range(len(entries)):
        gone = remove(text, f"s{number}", PATH)
        assert ids(gone) == [f"s{n}" for n in range(len(entries)) if n != number]
        assert set(gone.splitlines()) <= set(text.splitlines())
