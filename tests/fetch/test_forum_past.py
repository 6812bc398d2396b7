"""`--since` for forums: everything, though one answer gives only so much."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from digest.config.schema import ForumSource
from digest.fetch.kinds import SINCE
from tests.fetch.making import NOW, Memory
from tests.fetch.server import Asked, Reply, Web
from tests.fetch.test_sources import Newsroom

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class Forum:
    """A forum that gives at most `limit` posts at once, the newest first."""

    def __init__(self, web: Web, posts: int, *, knows_before: bool = True) -> None:
        step = (NOW - BEGIN) / posts
        self.posts = [self.post(n, BEGIN + (n + 0.5) * step) for n in range(posts)]
        self.knows_before, self.asked = knows_before, 0
        web.routes["/graphql"] = self.answer

    @staticmethod
    def post(n: int, posted: datetime) -> dict[str, Any]:
        return {
            "_id": f"p{n}",
            "title": f"Post {n}",
            "pageUrl": f"https://forum.example/posts/p{n}",
            "postedAt": posted.isoformat(),
            "baseScore": 50,
            "htmlBody": f"<p>Words {n}</p>",
        }

    def answer(self, asked: Asked) -> Reply:
        self.asked += 1
        query = json.loads(asked.body)["query"]
        times = {
            name: datetime.fromisoformat(said)
            for name, said in re.findall(r'(after|before): "([^"]+)"', query)
        }
        if not self.knows_before:
            times = {}
        after = times.get("after", BEGIN).replace(tzinfo=UTC)
        before = times.get("before", NOW)
        fitting = [
            post
            for post in reversed(self.posts)
            if after <= datetime.fromisoformat(post["postedAt"]) < before
        ]
        [limit] = re.findall(r"limit: (\d+)", query)
        data = {"posts": {"results": fitting[: int(limit)]}}
        return Reply(json.dumps({"data": data}).encode(), media_type="application/json")


@pytest.fixture
def room(web: Web, memory: Memory) -> Newsroom:
    source = ForumSource(id="forum", kind="forum", url=web.url(""), limit=20)
    room = Newsroom(web, memory, source)
    room.states["forum"] = replace(room.states["forum"], memo={SINCE: BEGIN.isoformat()})
    return room


def test_all_posts_since_a_day_are_read(web: Web, room: Newsroom) -> None:
    forum = Forum(web, 333)
    result = room.one()
    assert len(result.items) == len(room.memory.items) == 333
    assert (result.warnings, forum.asked < 100) == ((), True)
    forum.asked = 0
    room.one(NOW + timedelta(hours=1))
    assert forum.asked == 1


def test_what_one_answer_holds_is_asked_for_once(web: Web, room: Newsroom) -> None:
    forum = Forum(web, 19)
    assert (len(room.one().items), forum.asked) == (19, 1)


def test_a_forum_that_takes_no_times_is_not_asked_for_ever(web: Web, room: Newsroom) -> None:
    forum = Forum(web, 333, knows_before=False)
    result = room.one()
    assert (len(result.items), forum.asked < 10) == (20, True)
    assert "older posts may be missing" in result.warnings[0]
