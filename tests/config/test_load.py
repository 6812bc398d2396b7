"""sources.yaml read whole, and every mistake in it told."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.config.load import find, load, remember
from digest.config.schema import ArxivSource, Config, FeedSource, PageSource
from digest.errors import ConfigError
from tests.growth import assert_linear

GOOD = """\
# The letter of a lighthouse.
newsletter:
  title: Lamp and Ledger
  url: https://lamp.example/
  timezone: Europe/London
issue: {style: import-ai, weekday: friday, entries: 4}
themes:
  - id: lamps
    title: Lamps
    description: Lamps that improve lamps.
    keywords: [lamp, "self-trimming wick"]
    arxiv: [cs.AI]
trackers:
  - {id: wicks, title: Wicks, theme: lamps, columns: [year, wick]}
sources:
  - {id: harbour, kind: feed, url: "https://harbour.example/feed", weight: 2}
  - {id: papers, kind: arxiv, query: 'cat:cs.AI AND abs:"lamp"'}
  - id: board
    kind: page
    url: https://board.example/news
    item: article
    title: h3
fetch:
  max_bytes: 1_000_000
  allow_private: ["127.0.0.1:8765"]
"""


def read(folder: Path, text: str | bytes) -> Config:
    path = folder / "sources.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(path)


def complaint(folder: Path, text: str | bytes) -> list[str]:
    """The error's lines, with the folder's name taken out."""
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    assert caught.value.exit_code == 2
    assert caught.value.cure
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


# ------------------------------------------------------------------------------------- what is read


def test_a_good_file(tmp_path: Path) -> None:
    config = read(tmp_path, GOOD)
    assert config.folder == tmp_path
    assert config.newsletter.title == "Lamp and Ledger"
    assert config.newsletter.zone.key == "Europe/London"
    assert config.themes[0].keywords == ("lamp", "self-trimming wick")
    feed, papers, page = config.sources
    assert isinstance(feed, FeedSource)
    assert feed.weight == 2.0
    assert isinstance(papers, ArxivSource)
    assert papers.query == 'cat:cs.AI AND abs:"lamp"'
    assert isinstance(page, PageSource)
    assert page.link == "a"
    assert config.fetch.max_bytes == 1_000_000
    assert config.database == tmp_path / "data" / "digest.db"


def test_a_byte_order_mark_and_other_line_ends_do_no_harm(tmp_path: Path) -> None:
    crlf = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert read(tmp_path, crlf) == read(tmp_path, GOOD)


def test_a_key_with_nothing_after_it_is_as_good_as_none(tmp_path: Path) -> None:
    config = read(tmp_path, changed("theme: lamps, ", "theme: , ") + "  user_agent:\n")
    assert config.trackers[0].theme is None
    assert config.fetch.user_agent.startswith("digest/")


def test_the_projects_own_configuration_is_good() -> None:
    config = load(Path(__file__).parents[2] / "sources.yaml")
    assert config.sources


def test_real_configuration(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_bytes((shared / "replay" / "sources.yaml").read_bytes())
    assert len(load(path).sources) == 36


# ---------------------------------------------------------------------------------- what is refused


_MISTAKES = [
    ("  title: Lamp and Ledger\n", "", "2: newsletter.title: missing"),
    ("title: Lamp and Ledger", "title: 1984", "3: newsletter.title: 1984 is not what belongs here"),
    ("title: Lamp and Ledger", "title: ''", "3: newsletter.title: empty"),
    ("timezone: Europe/London", "timezone: Mars/Base", "no such time zone"),
    (
        "timezone: Europe/London",
        "timzone: UTC",
        "5: newsletter.timzone: no such key: did you mean timezone?",
    ),
    ("weekday: friday", "weekday: freitag", "'freitag' is not known: expected 'monday'"),
    ("entries: 4", "entries: four", "'four' is not what belongs here: expected a whole number"),
    ("entries: 4", "entries: 4.5", "expected a whole number"),
    ("entries: 4", "entries: true", "true is not what belongs here"),
    ("entries: 4", "entries: 0", "0 is out of range: expected at least 1"),
    (
        "keywords: [lamp,",
        "keywords: [7,",
        "11: themes[0].keywords[0] (lamps): 7 is not what belongs",
    ),
    ("arxiv: [cs.AI]", "arxiv: cs.AI", "expected a list, such as"),
    (
        "theme: lamps",
        "theme: lamp",
        "14: trackers[0].theme (wicks): no theme has the id 'lamp': did you mean lamps?",
    ),
    (
        "weight: 2",
        "weight: 9",
        "16: sources[0].weight (harbour): 9 is out of range: expected at most 3",
    ),
    (
        "weight: 2",
        "weigth: 2",
        "16: sources[0].weigth (harbour): no such key: did you mean weight?",
    ),
    (
        "kind: feed",
        "kind: fead",
        "no such kind 'fead': did you mean feed? The kinds are feed, arxiv, page, forum, mailbox",
    ),
    ("kind: feed", "kind: telepathy", "no such kind 'telepathy': The kinds are feed"),
    ("kind: feed, ", "", "16: sources[0] (harbour): kind is missing: expected one of feed"),
    (
        "https://harbour.example/feed",
        "harbour.example/feed",
        "sources[0].url (harbour): 'harbour.example/feed': expected a web",
    ),
    (
        "id: papers",
        "id: harbour",
        "17: sources[1].id (harbour): the id 'harbour' is taken by line 16",
    ),
    (
        "id: papers",
        "id: My Papers",
        "17: sources[1].id (My Papers): 'My Papers': expected an id of lower-case",
    ),
    ('AND abs:"lamp"', 'abs:"lamp"', "17: sources[1].query (papers)"),
    (", query: 'cat:cs.AI AND abs:\"lamp\"'", "", "either a query or a listing"),
    (
        "item: article",
        "item: 'article['",
        "21: sources[2].item (board): 'article[': not a CSS selector",
    ),
    ("    item: article\n", "", "18: sources[2].item (board): missing"),
    (
        "  max_bytes: 1_000_000",
        "  max_bites: 5",
        "24: fetch.max_bites: no such key: did you mean max_bytes?",
    ),
    (
        "  max_bytes: 1_000_000",
        "  timeout: .inf",
        "24: fetch.timeout: inf is not what belongs here",
    ),
    (
        "  max_bytes: 1_000_000",
        "  arxiv_delay: 1",
        "24: fetch.arxiv_delay: 1 is less than arXiv asks for",
    ),
    (
        "127.0.0.1:8765",
        "127.0.0.1",
        "25: fetch.allow_private[0]: '127.0.0.1': expected one host and its port",
    ),
    (
        "127.0.0.1:8765",
        "169.254.169.254:80",
        "link-local or metadata address, which is never opened",
    ),
    ("127.0.0.1:8765", "[fe80::1]:80", "link-local or metadata address"),
    ("127.0.0.1:8765", "[::ffff:169.254.169.254]:80", "link-local or metadata address"),
    ("127.0.0.1:8765", "metadata.google.internal:80", "link-local or metadata address"),
    ("fetch:\n", "fetsch:\n", "23: fetsch: no such key: did you mean fetch?"),
    ("fetch:\n", "folder: /tmp\nfetch:\n", "23: folder: no such key"),
    ("fetch:\n", "7: x\nfetch:\n", "23: 7: no such key"),
    (
        "  - id: board\n",
        "  - board\n  - id: board\n",
        "18: sources[2]: 'board' is not what belongs here: expected keys",
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), _MISTAKES)
def test_one_mistake_is_one_line_and_a_cure(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    lines = complaint(tmp_path, changed(old, new))
    assert len(lines) == 2
    assert lines[0].startswith("sources.yaml:")
    assert expected in lines[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "sources.yaml:1: the file is empty"),
        (" \n\n", "sources.yaml:1: the file is empty"),
        ("# nothing yet\n", "sources.yaml:1: expected keys such as"),
        ("- a\n- b\n", "sources.yaml:1: expected keys such as"),
        ("just words", "sources.yaml:1: expected keys such as"),
        ("newsletter:\n\ttitle: x\n", "sources.yaml:2: a tab at the start of a line"),
        ("a: 1\nb: 2\na: 3\n", "sources.yaml:3: the key a stands twice"),
        ("newsletter:\n  title: a: b\n", "sources.yaml:2: a colon where none may stand"),
        ('a: 1\nb: "x\nc: 3\n', "sources.yaml:2: a quotation mark opens here and is never closed"),
        ("a: 1\nb: [1, 2\n", "sources.yaml:2: a bracket opens here and is never closed"),
        ("a: *nowhere\n", "sources.yaml:1: not YAML: found undefined alias"),
        ("a: {b: &x [1]\n", "sources.yaml:1: a bracket opens here"),
        (b"newsletter:\n  title: caf\xe9\n", "sources.yaml:2: not UTF-8: byte 0xe9"),
        (b"a: 1\nb: \x07\n", "sources.yaml:2: the character U+0007 has no place in YAML"),
    ],
)
def test_what_is_no_yaml(tmp_path: Path, text: str | bytes, expected: str) -> None:
    lines = complaint(tmp_path, text)
    assert len(lines) == 2
    assert lines[0].startswith(expected)


def test_all_mistakes_are_told_in_the_files_order(tmp_path: Path) -> None:
    text = GOOD.replace("title: Lamp and", "titel: Lamp and").replace("weight: 2", "weight: x")
    text = text.replace("theme: lamps", "theme: none").replace("item: article", "item: '['")
    lines = complaint(tmp_path, text)
    assert lines[0] == "sources.yaml: 5 mistakes"
    numbers = [int(line.split(":")[1]) for line in lines[1:-1]]
    assert numbers == [2, 3, 14, 16, 21]
    assert all(line.startswith("sources.yaml:") for line in lines[1:-1])


def test_arxiv_may_be_asked_quickly_on_this_machine(tmp_path: Path) -> None:
    for url in ("http://127.0.0.1:8765/q", "http://localhost:1/q", "http://[::1]:1/q"):
        config = read(tmp_path, f'{GOOD}  arxiv_url: "{url}"\n  arxiv_delay: 0\n')
        assert config.fetch.arxiv_delay == 0


def test_aliases_inside_aliases_do_not_fill_the_memory(tmp_path: Path) -> None:
    layers = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))
    lines = complaint(tmp_path, f"a0: &a0 [1]\n{layers}\n")
    assert "more than 100000 values" in lines[0]


def test_a_list_inside_itself_is_refused(tmp_path: Path) -> None:
    assert complaint(tmp_path, f"{GOOD}x: &a [*a]\n")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load(tmp_path / "sources.yaml")
    (tmp_path / "sources.yaml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "sources.yaml")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_a_damaged_file_is_refused_in_words_or_read(tmp_path: Path, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD)))
    cut = data.draw(st.integers(0, 12))
    inserted = data.draw(
        st.text(max_size=6)
        | st.sampled_from(["- ", ": ", "[", "{", "'", "\t", "&a ", "*a", "!!x "])
    )
    text = GOOD[:at] + inserted + GOOD[at + cut :]
    try:
        read(tmp_path, text.encode("utf-8", "surrogatepass"))
    except ConfigError as error:
        refused = error
    else:
        return
    assert "sources.yaml" in refused.where
    assert refused.cure


# ------------------------------------------------------------------------------------- finding it


def test_it_is_found_here_and_above(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(GOOD)
    below = tmp_path / "data" / "drafts"
    below.mkdir(parents=True)
    assert find(below) == tmp_path / "sources.yaml"
    assert find(tmp_path) == tmp_path / "sources.yaml"


def test_where_there_is_none_the_cure_is_init(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        find(tmp_path)
    assert "digest init" in caught.value.cure


# ---------------------------------------------------------------------------------------- the cost

_LOADED = """
    import sys
    from pathlib import Path
    from digest.config.load import load
    load(Path(sys.argv[1]))
    print(*sorted({"bs4", "lxml", "numpy", "jinja2", "httpx"} & sys.modules.keys()))
"""


def test_sources_cost_their_number(tmp_path: Path) -> None:
    head = GOOD.partition("sources:\n")[0]

    def write(k: int) -> Path:
        sources = "\n".join(
            f"  - {{id: s{n}, kind: feed, url: 'https://s{n}.example/feed', weight: 1.5}}"
            for n in range(50 * k)
        )
        path = tmp_path / str(k) / "sources.yaml"
        path.parent.mkdir()
        path.write_text(f"{head}sources:\n{sources}\n")
        return path

    assert_linear(load, write)


def test_reading_sources_loads_nothing_heavy(tmp_path: Path) -> None:
    # selectors are checked by what will read pages; a project without pages need not load it
    text = f"{GOOD.partition('sources:')[0]}sources:\n  - {{id: a, kind: feed, url: 'https://a.example/'}}"
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
    program = [sys.executable, "-c", textwrap.dedent(_LOADED), str(tmp_path / "sources.yaml")]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_what_was_read_once_is_not_read_as_yaml_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(GOOD, encoding="utf-8")
    first = load(path)
    remember(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("digest.config.tree.read", lambda *_: pytest.fail("read as YAML"))
        assert load(path) == first
    path.write_text(GOOD.replace("weight: 2", "weight: 3"), encoding="utf-8")
    assert load(path) != first
    path.write_text(GOOD.replace("weight: 2", "weight: 9"), encoding="utf-8")
    with pytest.raises(ConfigError, match="weight") as refused:
        load(path)
    assert "sources.yaml:16" in refused.value.where


@pytest.mark.parametrize("kept", ["", "[]", '{"of": 1}', '{"values": {}}', "\x00"])
def test_what_is_kept_of_it_is_only_a_shortcut(tmp_path: Path, kept: str) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(GOOD, encoding="utf-8")
    remember(tmp_path)
    (tmp_path / "data" / "learned" / "sources.json").write_text(kept, encoding="utf-8")
    assert load(path).newsletter.title == "Lamp and Ledger"
