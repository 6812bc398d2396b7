"""The sample forum's GraphQL, in ForumMagnum's shape: `posts` and `comments`.

A real server answers the fields that are named; this one answers with all it has, which a client
must bear anyway.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from digest.demo.feeds import iso
from digest.demo.library import Post, Reply, Site, Version, address, to_html

_LIMIT = re.compile(r"""\blimit["']?\s*:\s*(\d+)""")
_KARMA = re.compile(r"""\bkarmaThreshold["']?\s*:\s*(-?\d+)""")


def graphql(site: Site, body: bytes, at: datetime, base: str) -> tuple[int, bytes]:
    """The forum's answer to a query at a moment: its status and its JSON."""
    try:
        query = str(json.loads(body)["query"])
    except (ValueError, KeyError, TypeError):
        return 400, _json({"errors": [{"message": "POST body must be JSON with a query"}]})
    asked = body.decode("utf-8", "replace").replace('\\"', '"')
    data: dict[str, Any] = {}
    if re.search(r"\bposts\s*\(", query):
        data["posts"] = {"results": _posts(site, asked, at, base)}
    if re.search(r"\bcomments\s*\(", query):
        data["comments"] = {"results": _comments(site, asked, at, base)}
    if not data:
        return 400, _json({"errors": [{"message": "expected posts(…) or comments(…)"}]})
    return 200, _json({"data": data})


def _posts(site: Site, asked: str, at: datetime, base: str) -> list[dict[str, Any]]:
    least, most = _KARMA.search(asked), _LIMIT.search(asked)
    found = [
        _post(site, post, version, at, base)
        for post, version in site.standing(at)
        if least is None or post.karma >= int(least[1])
    ]
    return found[: int(most[1])] if most else found


def _post(site: Site, post: Post, version: Version, at: datetime, base: str) -> dict[str, Any]:
    replies = [reply for reply in post.replies if reply.at <= at]
    return {
        "_id": post.slug,
        "slug": post.slug,
        "title": version.title,
        "pageUrl": f"{base}/{site.id}/{post.slug}",
        "url": address(post.discusses, base) if post.discusses else None,
        "postedAt": iso(post.published),
        "modifiedAt": iso(version.at),
        "baseScore": post.karma,
        "voteCount": max(1, post.karma // 3),
        "commentCount": len(replies),
        "user": _user(version.byline),
        "htmlBody": to_html(version.text, base, raw=post.raw),
    }


def _comments(site: Site, asked: str, at: datetime, base: str) -> list[dict[str, Any]]:
    standing = [post for post, _ in site.standing(at)]
    wanted = [post for post in standing if re.search(rf'"{re.escape(post.slug)}"', asked)]
    found = [
        _comment(post, reply, base)
        for post in wanted or standing
        for reply in post.replies
        if reply.at <= at
    ]
    most = _LIMIT.search(asked)
    return found[: int(most[1])] if most else found


def _comment(post: Post, reply: Reply, base: str) -> dict[str, Any]:
    return {
        "_id": f"{post.slug}-{reply.id}",
        "postId": post.slug,
        "parentCommentId": f"{post.slug}-{reply.parent}" if reply.parent else None,
        "postedAt": iso(reply.at),
        "baseScore": reply.karma,
        "user": _user(reply.author),
        "htmlBody": to_html(reply.text, base),
    }


def _user(name: str) -> dict[str, str]:
    return {"username": name, "displayName": name}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
