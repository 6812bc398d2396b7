"""Sources of kind `forum`: ForumMagnum (LessWrong, Alignment Forum, EA Forum) by its GraphQL.

Posts of the last weeks are asked for each time, so that karma and comments follow what happens. The
form `input: {terms: …}` is the one that all three forums answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from digest.config.schema import ForumSource
from digest.errors import ParseError
from digest.fetch import decide
from digest.fetch.dates import read_date
from digest.fetch.exchange import Answer
from digest.fetch.http import Http
from digest.fetch.identity import NOTHING_READ, distinct, fingerprint, item_id, sift
from digest.fetch.kinds import SINCE, Gathered, Known
from digest.fetch.outcome import body_hash, document, facts, gathered, not_ahead
from digest.markup.addresses import host, is_web, resolve
from digest.markup.html import links, to_text
from digest.markup.identifiers import external_ids
from digest.markup.plain import one_line
from digest.markup.sanitise import sanitise
from digest.model import Comment, Item, SourceState

Window: TypeAlias = tuple[datetime, datetime]

_COUNTS = "comments"
_MOST_COMMENTS = 500
_MOST_ASKED = 1000
_DAY, _SHORTEST = timedelta(days=1), timedelta(hours=1)
_USER = "user { username displayName }"
_POSTS = (
    "{ posts(input: {terms: %s}) { results { _id title slug pageUrl postedAt url baseScore"
    f" commentCount htmlBody {_USER} }} }} }}"
)
_COMMENTS = (
    "{ comments(input: {terms: %s}) { results { _id postId parentCommentId postedAt baseScore"
    f" htmlBody {_USER} }} }} }}"
)


class ForumKind:
    """Fetches a forum's posts, and their comments where asked."""

    async def gather(
        self, source: ForumSource, state: SourceState, known: Known, http: Http, now: datetime
    ) -> Gathered:
        """Fetch the posts of the last weeks and return what is new or changed.

        Raises:
            FetchError: the forum could not be asked, or refused the query.
        """
        state = decide.settled(source, state)
        home = decide.fetched_from(source, state).rstrip("/")
        said = state.memo.get(SINCE)
        lately = now - timedelta(days=http.settings.lookback_days)
        since = datetime.fromisoformat(said) if said else lately
        answer, posts = await _ask(http, home, _POSTS % _terms(source, since), "posts")
        warnings: tuple[str, ...] = ()
        if said and len(posts) >= source.limit:
            posts, warnings = await _past(http, home, source, posts, (since, now + _DAY))
        told = replace(facts(source, answer), memo={SINCE: ""})
        read_before = body_hash(answer.body) == state.body_hash
        if read_before:
            return gathered(state, told, now, sifted=NOTHING_READ, not_modified=True)
        liked = [post for post in posts if _number(post.get("baseScore")) >= source.min_karma]
        threads = {str(post["_id"]): thread(post, source.id, home) for post in liked}
        items = not_ahead(distinct([item for item in threads.values() if item.url]), now)
        answers = [answer]
        if source.comments:
            counts = {str(post["_id"]): _number(post.get("commentCount")) for post in liked}
            items, more = await _discussed(items, counts, state, known, http, home)
            answers += more
            told = replace(
                told, memo={**told.memo, _COUNTS: json.dumps(counts, separators=(",", ":"))}
            )
        return gathered(
            state,
            told,
            now,
            sifted=sift(source.id, items, known),
            documents=[document(source.id, one, now) for one in answers],
            warnings=warnings,
        )


def _terms(source: ForumSource, since: datetime, window: Window | None = None) -> str:
    threshold = f", karmaThreshold: {source.min_karma}" if source.min_karma > 0 else ""
    view = f"view: {json.dumps(source.view)}"
    times = f"after: {json.dumps(since.date().isoformat())}"
    if window:
        after, before = (json.dumps(moment.isoformat()) for moment in window)
        times = f"after: {after}, before: {before}"
    return f"{{{view}, limit: {source.limit}, {times}{threshold}}}"


async def _past(
    http: Http,
    home: str,
    source: ForumSource,
    first: Sequence[Mapping[str, Any]],
    window: Window,
) -> tuple[list[Mapping[str, Any]], tuple[str, ...]]:
    """All posts of a time of which a first answer gave as many as it may, and what is amiss.

    Each half of it is asked for, and of that each half, until an answer is not full: forums refuse
    to leave out more than 2,000, and no order of a view is relied on.
    """
    found = {str(post["_id"]): post for post in first}
    windows, asked = _halves(window), 0
    while windows:
        if asked == _MOST_ASKED:
            day = windows[-1][1].date().isoformat()
            amiss = f"stopped after {asked} questions: posts before {day} may be missing"
            return list(found.values()), (f"{amiss}; raise its `limit`, or its `min_karma`",)
        window = windows.pop()
        _, posts = await _ask(http, home, _POSTS % _terms(source, window[0], window), "posts")
        asked += 1
        found |= {str(post["_id"]): post for post in posts}
        if not all(_within(post, window) for post in posts):
            return list(found.values()), (
                "this forum does not say what was posted when: older posts may be missing",
            )
        if len(posts) >= source.limit and window[1] - window[0] > _SHORTEST:
            windows += _halves(window)
    return list(found.values()), ()


def _halves(window: Window) -> list[Window]:
    middle = window[0] + (window[1] - window[0]) / 2
    middle = middle.replace(microsecond=0)
    return [(window[0], middle), (middle, window[1])]


def _within(post: Mapping[str, Any], window: Window) -> bool:
    posted = read_date(str(post.get("postedAt") or ""))
    return posted is None or window[0] - _SHORTEST <= posted <= window[1]


async def _ask(
    http: Http, home: str, query: str, collection: str
) -> tuple[Answer, list[Mapping[str, Any]]]:
    """One query and its results.

    Raises:
        ParseError: the answer is not a forum's, or is its refusal.
    """
    answer = await http.get(
        f"{home}/graphql",
        method="POST",
        accept="application/json",
        headers={"content-type": "application/json"},
        body=json.dumps({"query": query}).encode(),
    )
    try:
        said = json.loads(answer.body)
        refusals = said.get("errors") or ()
        results = (said.get("data") or {}).get(collection, {}).get("results")
    except (ValueError, AttributeError, RecursionError) as problem:
        raise ParseError("this is not a forum's answer", where=answer.url) from problem
    if not isinstance(results, list):
        reasons = [str(one.get("message")) for one in refusals if isinstance(one, Mapping)]
        raise ParseError(
            f"the forum refuses the query: {'; '.join(reasons) or 'no results'}", where=answer.url
        )
    return answer, [one for one in results if isinstance(one, Mapping) and one.get("_id")]


def thread(post: Mapping[str, Any], source_id: str, home: str) -> Item:
    """A post as an item, without its comments. `discusses` is the target of a link post."""
    name = str(post["_id"])
    html = str(post.get("htmlBody") or "")
    url = resolve(home, str(post.get("pageUrl") or f"/posts/{name}/{post.get('slug') or ''}"))
    said = str(post.get("url") or "")
    target = resolve(home, said) if said else ""
    elsewhere = is_web(target) and host(target) != host(url)
    made = Item(
        id=item_id(source_id, name),
        source_id=source_id,
        entry_id=name,
        url=url if is_web(url) else "",
        title=one_line(str(post.get("title") or "")),
        kind="thread",
        authors=_author(post),
        published=read_date(str(post.get("postedAt") or "")),
        text=to_text(html),
        html=sanitise(html, url),
        links=links(html, url),
        external_ids=external_ids(url),
        discusses=target if elsewhere else "",
        karma=_number(post.get("baseScore")),
        via="forum",
    )
    return replace(made, fingerprint=fingerprint(made))


async def _discussed(
    items: Sequence[Item],
    counts: Mapping[str, int],
    state: SourceState,
    known: Known,
    http: Http,
    home: str,
) -> tuple[tuple[Item, ...], list[Answer]]:
    """The threads with their comments: asked for where their number changed, else as stored."""
    before = _counts(state)
    stored = known([item.id for item in items])
    threads, answers = [], []
    for item in items:
        count = counts.get(item.entry_id, 0)
        old = stored.get(item.id)
        comments = old.item.comments if old else ()
        if count and (old is None or before.get(item.entry_id) != count):
            terms = f'{{view: "postCommentsNew", postId: {json.dumps(item.entry_id)}'
            query = _COMMENTS % f"{terms}, limit: {_MOST_COMMENTS}}}"
            answer, found = await _ask(http, home, query, "comments")
            answers.append(answer)
            comments = discussion(found, home)
        with_comments = replace(item, comments=comments)
        threads.append(replace(with_comments, fingerprint=fingerprint(with_comments)))
    return tuple(threads), answers


def _counts(state: SourceState) -> dict[str, int]:
    try:
        found = json.loads(state.memo.get(_COUNTS, "{}"))
        return {str(name): int(count) for name, count in found.items()}
    except (ValueError, AttributeError, TypeError):
        return {}


def discussion(found: Sequence[Mapping[str, Any]], home: str) -> tuple[Comment, ...]:
    """Comments, the oldest first."""
    comments = {
        str(one["_id"]): Comment(
            id=str(one["_id"]),
            parent=str(one["parentCommentId"]) if one.get("parentCommentId") else None,
            author=" ".join(_author(one)),
            posted=read_date(str(one.get("postedAt") or "")),
            karma=_number(one.get("baseScore")),
            text=to_text(str(one.get("htmlBody") or "")),
            html=sanitise(str(one.get("htmlBody") or ""), home),
        )
        for one in found
    }
    return tuple(
        sorted(
            comments.values(),
            key=lambda one: (one.posted.isoformat() if one.posted else "", one.id),
        )
    )


def _author(holder: Mapping[str, Any]) -> tuple[str, ...]:
    user = holder.get("user")
    if not isinstance(user, Mapping):
        return ()
    name = one_line(str(user.get("displayName") or user.get("username") or ""))
    return (name,) if name else ()


def _number(value: Any) -> int:
    return int(value) if isinstance(value, (int, float)) else 0
