"""`digest sources`: what each verb shows, what it changes, and every byte that it must not."""

from __future__ import annotations

import json
import mailbox
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.config.load import load
from digest.errors import Refused
from digest.fetch.opml import Outline, read, write
from digest.pipeline.fetch import EXCHANGE
from digest.pipeline.sources import check
from digest.pipeline.subscribe import add
from digest.pipeline.taken import Taken, changed
from tests.pipeline.conftest import Desk


def text(desk: Desk) -> str:
    return (desk.folder / "sources.yaml").read_bytes().decode()


def without(desk: Desk, *names: str) -> str:
    """The file after these sources were taken out."""
    for name in names:
        assert desk("sources", "remove", name)[0] == 0
    return text(desk)


def ids(desk: Desk) -> list[str]:
    return [source.id for source in load(desk.folder / "sources.yaml").sources]


# --------------------------------------------------------------------------------------- list, show


def test_the_list_needs_no_database_and_makes_none(fresh: Desk) -> None:
    code, out, err = fresh("sources", "list")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == len(ids(fresh))
    assert all("not fetched yet" in line for line in out.splitlines())
    assert fresh("sources", "show", "olm")[0] == 0
    assert not (fresh.folder / "data").exists()


def test_the_list_tells_how_each_source_does(desk: Desk) -> None:
    rows = {row["id"]: row for row in desk.ask("sources", "list")}
    assert list(rows) == ids(desk)
    assert rows["tallow"]["health"].startswith("works, ")
    assert rows["tallow"]["items"] == 3
    assert rows["ember"]["health"].startswith("failed once since 2026-03-16: the server has a def")
    desk.move(desk.now + timedelta(days=8))
    assert {row["id"] for row in desk.ask("sources", "list") if row["failing"]} == {"ember"}


def test_a_failure_is_shown_with_its_cure_and_its_exchange_until_it_is_over(desk: Desk) -> None:
    code, out, _ = desk("sources", "show", "ember")
    assert code == 0
    assert "last failure: the server has a defect (500)" in out
    assert "HTTP 500" in out
    assert "GET " in out
    shown = desk.ask("sources", "show", "ember")
    assert len(shown["exchange"].encode()) <= 4096
    line = int(shown["where"].rpartition(":")[2])
    assert "id: ember" in text(desk).splitlines()[line - 1]
    path = desk.folder / "sources.yaml"
    path.write_text(text(desk).replace("/ember/feed.xml", "/tallow/feed.xml"))
    desk("fetch", "ember")
    shown = desk.ask("sources", "show", "ember")
    assert (shown["error"], shown["exchange"]) == ("", "")
    assert EXCHANGE not in shown["state"]["memo"]


def test_an_unknown_source_names_the_nearest(desk: Desk) -> None:
    for verb in ("show", "remove", "check"):
        code, _, err = desk("sources", verb, "tallo")
        assert code == 2
        assert "Did you mean 'tallow'?" in err


# ------------------------------------------------------------------------------------- add, remove


def test_a_site_is_followed_and_left_again(fresh: Desk) -> None:
    before = without(fresh, "tallow")
    assert "id: tallow" not in before
    added = fresh.ask("sources", "add", f"{fresh.web.url}/tallow/", "--weight", "1.5")
    assert added["settings"] == {
        "id": "tallow-lab",
        "name": "Tallow Lab",
        "kind": "feed",
        "url": f"{fresh.web.url}/tallow/feed.xml",
        "weight": 1.5,
    }
    assert added["entries"] == 3
    assert [row["published"][:10] for row in added["newest"]] == [
        "2026-03-13",
        "2026-03-10",
        "2026-03-03",
    ]
    assert load(fresh.folder / "sources.yaml").sources[-1].id == "tallow-lab"
    assert len([line for line in text(fresh).splitlines() if line not in before.splitlines()]) == 1
    assert without(fresh, "tallow-lab") == before
    assert not (fresh.folder / "data").exists()


def test_a_page_without_a_feed_is_followed_itself(fresh: Desk) -> None:
    without(fresh, "olm")
    code, out, _ = fresh("sources", "add", f"{fresh.web.url}/olm/", "--id", "office")
    assert code == 0
    assert "li.notice" in out
    source = load(fresh.folder / "sources.yaml").sources[-1]
    assert (source.id, source.kind) == ("office", "page")
    done = fresh.ask("fetch", "office")
    assert done["new"] == 3


def test_a_dry_run_shows_and_changes_nothing(fresh: Desk) -> None:
    without(fresh, "tallow")
    before = text(fresh)
    code, out, _ = fresh("sources", "add", f"{fresh.web.url}/tallow/", "--dry-run")
    assert code == 0
    assert "would be added" in out
    assert "2026-03-13  Questions we were asked about Chandler" in out
    assert text(fresh) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["BASE/tallow/"], "followed already, as 'tallow'"),
        (["BASE/tallow/feed.xml"], "followed already, as 'tallow'"),
        (["BASE/tallow/feed.xml?utm_source=x"], "followed already, as 'tallow'"),
        (["BASE/new/", "--id", "moss"], "the id 'moss' is taken"),
        (["BASE/new/", "--id", "Moss!"], "lower-case letters"),
        (["BASE/new/"], "nothing at this address (404)"),
        (["BASE/ember/"], "the server has a defect (500)"),
        (["ftp://lab.example/"], "beginning with https://"),
        (["not an address"], "without spaces"),
        (["http://169.254.169.254/"], "never opened"),
        (["http://127.0.0.1:9/"], "private"),
    ],
)
def test_what_cannot_be_followed_is_refused_and_nothing_changes(
    fresh: Desk, words: list[str], message: str
) -> None:
    before = text(fresh)
    code, out, err = fresh(
        "sources", "add", *(word.replace("BASE", fresh.web.url) for word in words)
    )
    assert (code, out) == (2, "")
    assert message in err
    assert text(fresh) == before


def test_what_a_removed_source_brought_stays(desk: Desk) -> None:
    before = desk.counts()
    code, out, _ = desk("sources", "remove", "tallow")
    assert code == 0
    assert "its 3 items stay" in out
    assert "tallow" not in ids(desk)
    assert desk.counts() == before
    assert "tallow" not in {row["source_id"] for row in desk.ask("status")["sources"]}
    assert desk("run")[0] == 0
    assert desk.counts()["items"] == before["items"]


def test_a_file_that_would_not_load_is_never_written(fresh: Desk) -> None:
    path, before = fresh.folder / "sources.yaml", text(fresh)
    with pytest.raises(Refused, match="did you mean url"):
        changed(path, lambda old: old.replace("url:", "ulr:", 1))
    assert text(fresh) == before

    def meanwhile(old: str) -> str:
        path.write_text(old + "# a word of the editor\n", encoding="utf-8")
        return old + "# ours\n"

    with pytest.raises(Refused, match="changed while"):
        changed(path, meanwhile)
    assert text(fresh) == before + "# a word of the editor\n"


def test_a_link_to_the_file_stays_a_link(fresh: Desk, tmp_path: Path) -> None:
    path = fresh.folder / "sources.yaml"
    real = tmp_path / "kept-elsewhere.yaml"
    path.rename(real)
    path.symlink_to(real)
    assert fresh("sources", "remove", "moss")[0] == 0
    assert path.is_symlink()
    assert "id: moss" not in real.read_text(encoding="utf-8")


def test_ids_are_made_of_names_else_of_hosts(fresh: Desk) -> None:
    taken = Taken(load(fresh.folder / "sources.yaml"))
    assert taken.name_for("Élan & Co.: Notes", "https://x.example/") == "elan-co-notes"
    assert taken.name_for("Blog", "https://www.lab.example/feed") == "lab"
    assert taken.name_for("日本", "https://blog.lab.example/feed") == "blog-lab"
    assert taken.name_for("Moss", "https://moss.example/") == "moss-2"
    long = taken.name_for("A very long name " * 9, "https://x.example/")
    assert len(long) <= 40
    assert not long.endswith("-")


# ------------------------------------------------------------------------------------------- check


def test_check_tells_which_sources_work_and_stores_nothing(fresh: Desk) -> None:
    code, out, _ = fresh("sources", "check", "tallow", "olm", "ember", "long-bench", "arxiv-policy")
    assert code == 3
    assert "✓ tallow  Tallow Lab: 3 entries" in out
    assert "✗ ember: the server has a defect (500)" in out
    assert "4 of 5 work" in out
    assert not (fresh.folder / "data").exists()
    assert fresh("sources", "check", "tallow")[0] == 0


def test_check_tries_all_that_are_switched_on(fresh: Desk) -> None:
    config = load(fresh.folder / "sources.yaml")
    off = [source.model_copy(update={"enabled": False}) for source in config.sources[:-2]]
    config = config.model_copy(update={"sources": (*off, *config.sources[-2:])})
    assert [one.source_id for one in check(config, [], fresh.now)] == ["overheard", "ember"]
    assert [one.works for one in check(config, ["tallow"], fresh.now)] == [True]


def test_newsletters_that_come_by_mail_are_checked_fetched_and_sorted(
    fresh: Desk, tmp_path: Path
) -> None:
    box = mailbox.Maildir(tmp_path / "mail", create=True)
    box.add(
        "From: Ada Pier <ada@pier.example>\nSubject: A simulator of self-improvement\n"
        "Date: Sat, 14 Mar 2026 09:00:00 +0000\nMessage-ID: <1@pier.example>\n\n"
        "Agents in a simulated town patch their own training code.\n"
    )
    path = fresh.folder / "sources.yaml"
    line = f"  - {{id: letters, name: Letters, kind: mailbox, path: '{tmp_path}/mail'}}\n"
    path.write_text(text(fresh).replace("sources:\n", f"sources:\n{line}", 1), encoding="utf-8")
    [checked] = fresh.ask("sources", "check", "letters")
    assert [one["title"] for one in checked["newest"]] == ["A simulator of self-improvement"]
    assert fresh("run") == (0, "", "")
    rows = {row["id"]: row for row in fresh.ask("sources", "list")}
    assert (rows["letters"]["items"], rows["letters"]["address"]) == (1, f"{tmp_path}/mail")
    found = [row["title"] for row in fresh.ask("inbox", "--limit", "100")]
    assert "A simulator of self-improvement" in found


# --------------------------------------------------------------------------------- import, export


def test_an_exported_list_is_read_again(fresh: Desk, tmp_path: Path) -> None:
    code, out, err = fresh("sources", "export")
    assert code == 0
    assert "long-bench is left out: a forum is not a feed" in err
    assert fresh("sources", "export")[1] == out
    target = tmp_path / "feeds.opml"
    assert fresh("sources", "export", "--to", str(target))[0] == 0
    assert target.read_text(encoding="utf-8") == out
    before = text(fresh)
    code, out, _ = fresh("sources", "import", str(target))
    assert code == 0
    assert "0 added, 14 followed already" in out
    assert text(fresh) == before
    gone = ["tallow", "moss", "arxiv-listing"]
    without(fresh, *gone)
    done = fresh.ask("sources", "import", str(target))
    assert [one[0] for one in done["added"]] == [
        "the-archives-daily-list",
        "tallow-lab",
        "moss-on-method",
    ]
    kinds = {source.id: source.kind for source in load(fresh.folder / "sources.yaml").sources}
    assert kinds["tallow-lab"] == "feed"


def test_folders_come_back_as_they_were(fresh: Desk, tmp_path: Path) -> None:
    path = fresh.folder / "sources.yaml"
    whole = path.read_text("utf-8")
    path.write_text(f"{whole[: whole.index('sources:')]}sources: []\n", "utf-8")
    file, back = tmp_path / "mine.opml", tmp_path / "back.opml"
    feeds = [("a", "Labs"), ("b", "Labs"), ("c", ""), ("d", "Press / Daily"), ("e", "--- odd ---")]
    outlines = [Outline(f"https://{name}.example/feed", name, group) for name, group in feeds]
    given = write(outlines, title="x", owner="", now=datetime(2026, 6, 1, tzinfo=UTC))
    file.write_text(given, "utf-8")
    fresh("sources", "import", str(file))
    fresh("sources", "export", "--to", str(back))
    found = read(back.read_bytes()).found
    assert [(one.title, one.group) for one in found][:4] == feeds[:4]
    # and what is added later to the same folder stands under the same heading
    more = [Outline("https://f.example/feed", "f", found[-1].group)]
    file.write_text(write(more, title="x", owner="", now=datetime(2026, 6, 1, tzinfo=UTC)), "utf-8")
    before = path.read_text("utf-8").count("# ---")
    fresh("sources", "import", str(file))
    assert path.read_text("utf-8").count("# ---") == before


def test_folders_become_headings_and_nonsense_is_told_by_line(fresh: Desk, tmp_path: Path) -> None:
    before = text(fresh)
    file = tmp_path / "mine.opml"
    file.write_text(
        '<opml version="2.0"><body>\n'
        '<outline text="Harbours # and lamps">\n'
        '<outline text="Quay: a blog" xmlUrl="https://quay.example/feed"/>\n'
        '<outline text="Quay again" xmlUrl="http://www.quay.example/feed/"/>\n'
        '<outline text="Papers" xmlUrl="https://rss.arxiv.org/rss/cs.MA"/>\n'
        "</outline>\n"
        '<outline text="Nothing"/>\n'
        '<outline text="File" xmlUrl="file:///etc/passwd"/>\n'
        "</body></opml>",
        encoding="utf-8",
    )
    code, out, err = fresh("sources", "import", str(file))
    assert code == 3
    assert f"{file}:7: Nothing names no feed" in err
    assert f"{file}:8: File" in err
    assert f"{file}:4: http://www.quay.example/feed/ is followed already, as 'quay-a-blog'" in out
    new = [line for line in text(fresh).splitlines() if line not in before.splitlines()]
    assert new == [
        "  # --- Harbours # and lamps ---",
        '  - {id: quay-a-blog, name: "Quay: a blog", kind: feed, url: "https://quay.example/feed"}',
        '  - {id: papers, name: Papers, kind: arxiv, listing: "https://rss.arxiv.org/rss/cs.MA"}',
    ]


def test_a_file_that_is_no_opml_or_is_not_there_changes_nothing(
    fresh: Desk, tmp_path: Path
) -> None:
    before = text(fresh)
    file = tmp_path / "x.opml"
    file.write_text("<html><body>no</body></html>", encoding="utf-8")
    code, out, _ = fresh("sources", "import", str(file), "--json")
    assert code == 2
    assert "no OPML" in json.loads(out)["error"]
    assert fresh("sources", "import", str(tmp_path / "none.opml"))[0] == 4
    assert text(fresh) == before


def test_the_same_address_brings_the_same_bytes(fresh: Desk) -> None:
    without(fresh, "tallow")
    config = load(fresh.folder / "sources.yaml")
    once = add(config, f"{fresh.web.url}/tallow/", now=fresh.now, dry_run=True)
    again = add(config, f"{fresh.web.url}/tallow/", now=fresh.now, dry_run=True)
    assert once == again
