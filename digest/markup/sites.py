"""What is known of single sites: which of their addresses name one page, and which only track.

A table, so that a site is a line. Each rule is matched against `host/path?query` of an address in
its general canonical form: no scheme, no `www.`, no trailing slash, the query sorted.
"""

from __future__ import annotations

import re

# Several names of one site.
ALIASES = {
    "twitter.com": "x.com",
    "old.reddit.com": "reddit.com",
    "np.reddit.com": "reddit.com",
    "new.reddit.com": "reddit.com",
    "dx.doi.org": "doi.org",
    "youtube-nocookie.com": "youtube.com",
    "music.youtube.com": "youtube.com",
    "greaterwrong.com": "lesswrong.com",
}

_RULES = [
    (r"youtu\.be/([\w-]+)(?:\?.*)?", r"youtube.com/watch?v=\1"),
    (r"youtube\.com/(?:shorts|embed|live|v)/([\w-]+)(?:\?.*)?", r"youtube.com/watch?v=\1"),
    (r"youtube\.com/watch\?(?:.*&)?v=([\w-]+)(?:&.*)?", r"youtube.com/watch?v=\1"),
    (r"open\.substack\.com/pub/([\w-]+)/p/([\w-]+)(?:\?.*)?", r"\1.substack.com/p/\2"),
    # a post is one post on both forums and on their mirror, with or without its title
    (r"(?:lesswrong\.com|alignmentforum\.org)(/posts/\w{17})(?:/.*)?", r"lesswrong.com\1"),
    (r"(forum\.effectivealtruism\.org/posts/\w{17})(?:/[^?]*)?", r"\1"),
    (r"(openreview\.net)/(?:forum|pdf)\?(?:.*&)?(id=[\w-]+)(?:&.*)?", r"\1/forum?\2"),
    (r"aclanthology\.org/([\w.-]+?)\.pdf", r"aclanthology.org/\1"),
    (r"github\.com/([^/?]+/[^/?]+?)(?:\.git|/tree/(?:main|master))", r"github.com/\1"),
]  # fmt: skip
_SAME = [(re.compile(pattern), replacement) for pattern, replacement in _RULES]

# Parameters that say only where a reader came from.
_TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_(?:campaign|kwd|source|medium)|_hs(?:enc|mi)|hsctatracking|mc_[ce]id|mkt_tok"
    r"|(?:fb|g|dc|ms|y|tt|tw)clid|gbraid|wbraid|igsh(?:id)?|ref_src|ref_url|_openstat|wickedid|s_cid"
    r"|vero_(?:id|conv)|oly_(?:anon|enc)_id|cmpid|trk|trkcampaign|amp|outputtype|guccounter"
    r"|guce_referrer(?:_sig)?|_ga|_gl|sref|xtor|ncid|li_fat_id|irclickid",
    re.IGNORECASE,
)
_LOCAL = {
    "substack.com": "r s showwelcome publication_id post_id isfreemail triedredirect",
    "medium.com": "source sk",
    "x.com": "s t",
    "youtube.com": "si feature pp ab_channel",
    "linkedin.com": "rcm",
}
_LOCAL_TRACKING = {site: frozenset(names.split()) for site, names in _LOCAL.items()}
# `ref` names a branch or a revision here, and a referrer everywhere else.
_CODE = ("github.com", "gitlab.com", "bitbucket.org", "huggingface.co", "codeberg.org")

# Addresses that only lead on to the one in a parameter.
REDIRECTORS = {
    "google.com/url": ("url", "q"),
    "l.facebook.com/l.php": ("u",),
    "out.reddit.com": ("url",),
    "youtube.com/redirect": ("q",),
}


def same(address: str) -> str:
    """The address without scheme that stands for all addresses of this page on its site."""
    for pattern, replacement in _SAME:
        if match := pattern.fullmatch(address):
            return match.expand(replacement)
    return address


def tracks(name: str, site: str, path: str) -> bool:
    """Whether a parameter of the query says nothing about the page."""
    name = name.lower()
    if _TRACKING.fullmatch(name):
        return True
    if name == "ref":
        return not _is_code(site)
    if re.fullmatch(r"/p/[\w-]+", path):  # Substack under a name of the writer's own
        return name in _LOCAL_TRACKING["substack.com"]
    return any(name in names for end, names in _LOCAL_TRACKING.items() if _within(site, end))


def accelerated(site: str, path: str) -> str | None:
    """The path of the page whose AMP version this is, or None."""
    if "amp" not in path or _is_code(site):
        return None
    match = re.fullmatch(r"(/.+?)(?:/+(?:amp|index\.amp)/*|\.amp(?P<html>\.html))", path)
    return match[1] + (match["html"] or "") if match else None


def _is_code(site: str) -> bool:
    return any(_within(site, end) for end in _CODE)


def _within(site: str, end: str) -> bool:
    return site == end or site.endswith(f".{end}")
