"""The one Markdown parser and the one way to write text into Markdown.

CommonMark with tables, footnotes and strikethrough. Raw HTML is text; comments vanish; links lead
to web pages, mail and places of one's own site alone.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from digest.markup.addresses import is_web
from digest.markup.escape import escape, link
from digest.markup.html import to_text
from digest.markup.plain import clean_lines

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererProtocol
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

__all__ = ["escape", "link", "parse", "to_html", "to_plain"]

_REL = "noopener noreferrer nofollow"
_LAST_END = "end of the last comment"
_BACK = re.compile(r' <a href="#fnref[^"]*" class="footnote-backref">[^<]*</a>')


def parse(markdown: str) -> list[Token]:
    """The tokens of a Markdown text as markdown-it-py has them; `map` counts lines from 0."""
    return _parser().parse(clean_lines(markdown))


def to_html(markdown: str, ids: str = "") -> str:
    """The text as HTML that is safe on a page.

    `ids` tells the footnotes of one text from those of another on the same page.
    """
    return str(_parser().render(clean_lines(markdown), {"docId": ids} if ids else {}))


def to_plain(markdown: str) -> str:
    """The words a reader sees: paragraphs divided by a blank line, no marks, no addresses."""
    return to_text(_BACK.sub("", to_html(markdown)))


@cache
def _parser() -> MarkdownIt:
    # Loaded where there is something to parse: a build that changes nothing parses nothing.
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin)
    parser.block.ruler.before("paragraph", "comment", _comment_block, {"alt": ["paragraph"]})
    parser.inline.ruler.before("autolink", "comment", _comment_inline)
    parser.validateLink = _is_allowed  # type: ignore[method-assign]  # the documented way to set it
    parser.add_render_rule("link_open", _link_open)
    return parser


def _is_allowed(url: str) -> bool:
    own = url.startswith(("#", "/")) and not url.startswith("//")
    return own or is_web(url) or url.lower().startswith("mailto:")


def _link_open(
    renderer: RendererProtocol,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    _env: MutableMapping[str, Any],
) -> str:
    tokens[index].attrSet("rel", _REL)
    return str(renderer.renderToken(tokens, index, options, _env))  # type: ignore[attr-defined]


def _comment_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A comment that fills whole lines. One that never ends is text: no word may vanish by it."""
    first = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith("<!--", first):
        return False
    # Looked up once: each of many that never end would be looked for to the end of the text.
    if _LAST_END not in state.env:
        state.env[_LAST_END] = state.src.rfind("-->")
    if state.env[_LAST_END] < first + 4:
        return False
    close = state.src.find("-->", first + 4, state.eMarks[end - 1])
    if close < 0:
        return False
    line = start
    while state.eMarks[line] < close + 3:
        line += 1
    if state.src[close + 3 : state.eMarks[line]].strip():
        return False
    if not silent:
        state.line = line + 1
    return True


def _comment_inline(state: StateInline, _silent: bool) -> bool:
    """A comment among words."""
    if not state.src.startswith("<!--", state.pos):
        return False
    if -1 not in state.cache:  # no place in the text: where its last comment ends
        state.cache[-1] = state.src.rfind("-->")
    if state.cache[-1] < state.pos + 4:
        return False
    close = state.src.find("-->", state.pos + 4, state.posMax)
    if close < 0:
        return False
    state.pos = close + 3
    return True
