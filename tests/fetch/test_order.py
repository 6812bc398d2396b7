"""In which order sources are asked."""

from __future__ import annotations

from digest.config.schema import ArxivSource, FeedSource, MailboxSource
from digest.fetch.order import Job, in_turns
from digest.model import SourceState


def feed(name: str, host: str, failures: int = 0) -> Job:
    source = FeedSource(id=name, kind="feed", url=f"https://{host}/{name}.xml")
    return source, SourceState(name, failures=failures)


def order(*jobs: Job) -> list[str]:
    return [source.id for source, _ in in_turns(jobs)]


def test_hosts_take_turns_and_keep_the_order_of_the_file() -> None:
    jobs = [feed(f"{host}{n}", f"{host}.example") for host in "abc" for n in (1, 2, 3)]
    assert order(*jobs) == ["a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3"]
    assert order(*jobs[:3]) == ["a1", "a2", "a3"]


def test_sources_on_hosts_of_their_own_stay_in_the_order_of_the_file() -> None:
    assert order(*(feed(name, f"{name}.example") for name in "cab")) == ["c", "a", "b"]


def test_a_host_is_one_whatever_the_case_of_its_letters() -> None:
    assert order(feed("a", "x.example"), feed("b", "X.Example"), feed("c", "y.example")) == [
        "a", "c", "b",
    ]  # fmt: skip


def test_what_failed_comes_after_what_did_not_and_arxiv_last() -> None:
    arxiv = ArxivSource(id="papers", kind="arxiv", query="cat:cs.AI"), SourceState("papers")
    box = MailboxSource(id="box", kind="mailbox", path="/var/mail/box"), SourceState("box")
    bad = feed("bad", "a.example", failures=2)
    assert order(arxiv, bad, feed("good", "a.example"), feed("two", "a.example"), box) == [
        "good", "box", "two", "bad", "papers",
    ]  # fmt: skip
