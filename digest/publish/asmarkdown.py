"""Our own HTML into Markdown that any service reads alike, whatever its dialect.

Raw HTML is live in most dialects, and not all let a backslash disarm it: so the entities that stand
in HTML stay, and nothing that was text can become a tag, an emphasis or a link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

_SPECIAL = re.compile(r"[\\`*\[\]|]|~(?=~)|(?<=~)~|(?<![^\W_])_|_(?![^\W_])")
_DASHES = re.compile(r"-(?=-)")
_FENCE = re.compile("`+")
_INLINE = {"em": "*", "strong": "**", "b": "**", "s": "~~"}
_BLOCKS = frozenset(
    ["p", "ul", "ol", "li", "blockquote", "pre", "table", "hr", "div", "section"]
    + [f"h{level}" for level in range(1, 7)]
)
_JOINER = "\u2060"
# A list's own lines stand four columns in, which every dialect takes for its content.
_STEP = 4


@dataclass
class _Frame:
    """An open element: what it is, and the Markdown of what it holds so far.

    A list is loose where its items hold paragraphs, not bare lines.
    """

    tag: str
    attributes: Mapping[str, str]
    blocks: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    is_loose: bool = False

    def close_line(self) -> None:
        """End the running text as a paragraph."""
        text = "".join(self.line).strip(" ")
        self.line.clear()
        if text:
            self.blocks.append(_paragraph(text))


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.stack = [_Frame("", {})]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.stack[-1].line.append(" ")
        elif tag == "hr":
            self.stack[-1].close_line()
            self.stack[-1].blocks.append("***")
        else:
            if tag in _BLOCKS:
                self.stack[-1].close_line()
            self.stack.append(_Frame(tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, _tag: str) -> None:
        frame = self.stack.pop()
        parent = self.stack[-1]
        if frame.tag in _BLOCKS:
            if frame.tag != "pre":
                frame.close_line()
            parent.is_loose |= frame.tag == "p" or (frame.tag == "li" and frame.is_loose)
            parent.blocks += _blocks(frame)
        elif frame.tag in ("thead", "tbody", "tr", "th", "td"):
            parent.blocks += _table_part(frame)
        else:
            text = _inline(frame, any(one.tag == "pre" for one in self.stack))
            if text.startswith("[") and parent.line and parent.line[-1].endswith("!"):
                parent.line[-1] = f"{parent.line[-1][:-1]}\\!"  # else the link were a picture
            parent.line.append(text)

    def handle_data(self, data: str) -> None:
        if any(one.tag in ("pre", "code") for one in self.stack):
            self.stack[-1].line.append(data)
        elif data.strip() or self.stack[-1].line:
            self.stack[-1].line.append(_SPECIAL.sub(r"\\\g<0>", re.sub(r"\s+", " ", data)))

    def handle_entityref(self, name: str) -> None:
        self.stack[-1].line.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.stack[-1].line.append(f"&#{name};")


def as_markdown(html: str) -> str:
    """HTML that `digest.publish.words` made as Markdown; blank lines divide its blocks.

    It holds no three hyphens in a row, which some services take for the end of a front matter.
    """
    writer = _Writer()
    writer.feed(html)
    writer.close()
    whole = writer.stack[0]
    whole.close_line()
    return "\n\n".join(whole.blocks)


def _paragraph(text: str) -> str:
    """A line of text that starts nothing but a paragraph."""
    start = re.match(r"\d{1,9}(?=[.)])", text)
    if start:
        text = f"{start[0]}\\{text[start.end() :]}"
    elif text[0] in "#=:~+-" and not text.startswith("~~"):
        text = f"\\{text}"
    return _DASHES.sub(r"-\\", text)


# ----------------------------------------------------------------------------------------- inline


def _inline(frame: _Frame, is_code_block: bool) -> str:
    text = "".join(frame.line)
    if is_code_block:
        return text
    if frame.tag == "code":
        return _code(text)
    if frame.tag == "a":
        return _link(text, frame.attributes.get("href", ""))
    if frame.tag == "mark":
        return f"**\\[{text.replace('**', '')}\\]**"
    mark = _INLINE.get(frame.tag, "")
    inner = text.strip(" ")
    if not mark or not inner:
        return text
    before, _, after = text.partition(inner)
    return f"{before}{mark}{inner}{mark}{after}"


def _code(text: str) -> str:
    """Code in a line: nothing in it is marked, so an invisible joiner parts what must not meet."""
    words = _apart(unescape(" ".join(text.split())))
    longest = max((len(run) for run in _FENCE.findall(words)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{words}{pad}{fence}" if words else ""


def _apart(code: str) -> str:
    code = code.replace("---", f"-{_JOINER}-{_JOINER}-")
    return re.sub(r"\{(?=[{%#])|\*(?=\|)|%(?=%)", rf"\g<0>{_JOINER}", code)


def _link(text: str, href: str) -> str:
    url = unescape(href).replace("(", "%28").replace(")", "%29").replace("---", "-%2D-")
    url = re.sub(r"[\s<>\\{}|]|%(?=%)", lambda found: f"%{ord(found[0]):02X}", url)
    return f"[{text.strip()}]({url.replace('&', '&amp;')})" if text.strip() and url else text


# ----------------------------------------------------------------------------------------- blocks


def _blocks(frame: _Frame) -> list[str]:
    inner = ("\n" if frame.tag == "li" and not frame.is_loose else "\n\n").join(frame.blocks)
    if frame.tag == "pre":
        return [_code_block("".join(frame.line))]
    if frame.tag == "li":
        return [inner]
    if not inner:
        return []
    if frame.tag in ("ul", "ol"):
        return [_list(frame)]
    if frame.tag == "blockquote":
        return ["\n".join(f"> {line}".rstrip() for line in inner.split("\n"))]
    if frame.tag == "table":
        return [_table(frame.blocks)]
    if frame.tag[0] == "h":
        return [f"{'#' * int(frame.tag[1])} {inner.removeprefix(chr(92))}"]
    return frame.blocks


def _code_block(text: str) -> str:
    code = _apart(unescape(text.strip("\n")))
    longest = max((len(run) for run in _FENCE.findall(code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{code}\n{fence}"


def _list(frame: _Frame) -> str:
    start = int(frame.attributes.get("start", "1") or 1)
    items = []
    for number, item in enumerate(frame.blocks, start=start):
        sign = "*" if frame.tag == "ul" else f"{number}."
        lines = item.split("\n")
        head = f"{sign:<{_STEP}}" if len(sign) < _STEP else f"{sign} "
        rest = [f"{' ' * _STEP}{line}".rstrip() for line in lines[1:]]
        items.append("\n".join([f"{head}{lines[0]}".rstrip(), *rest]))
    return ("\n\n" if frame.is_loose else "\n").join(items)


def _table_part(frame: _Frame) -> list[str]:
    if frame.tag in ("th", "td"):
        return [" ".join([*frame.blocks, "".join(frame.line)]).strip() or " "]
    if frame.tag == "tr":
        return [f"| {' | '.join(frame.blocks)} |"]
    return frame.blocks


def _table(rows: list[str]) -> str:
    """The rows, with a line of two hyphens a column under the first."""
    columns = len(re.findall(r"(?<!\\)\|", rows[0])) - 1
    return "\n".join([rows[0], f"|{' -- |' * columns}", *rows[1:]])
