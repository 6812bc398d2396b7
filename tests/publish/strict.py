"""Reads pages and mails as a validator would: every tag closed, in order, every attribute plain."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "link", "meta", "wbr", "path"})
# Of what a page may hold, nothing runs.
ALLOWED = VOID | frozenset(
    """
    html head title style script body a header footer main nav section article p h1 h2 h3 h4 h5 h6
    ul ol li div span b em strong s code pre blockquote table thead tbody tr th td sup mark time
    svg g text rect figure figcaption
    """.split()  # noqa: SIM905 - a column of names would be longer than the rest of the file
)


@dataclass
class Read:
    """A page, read."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    text: str = ""


# What a mail's template says to one program alone, and how.
FOR_OUTLOOK = ("[if mso]>", "<![endif]")
STYLE = re.compile(r"(?:[a-z-]+: [\w#%.,'\" !()-]+;(?: ?(?=.)|$))+")


class _Strict(HTMLParser):
    def __init__(self, *, mail: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.mail = mail
        self.read = Read()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, f"<{tag}>"
        names = [name for name, _ in attributes]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag}>"
        found = {name: value or "" for name, value in attributes}
        if self.mail:
            style = found.pop("style", "margin: 0;")
            assert STYLE.fullmatch(style), style
            assert "url" not in style
        assert not [name for name in found if name.startswith("on") or name == "style"], found
        if tag == "script":
            assert found == {"type": "application/ld+json"}, found
        if tag == "a":
            assert "a" not in self.open, "a link in a link"
            self.read.links.append(found.get("href", ""))
        if tag in {"img", "link", "source"} and found.get("rel") in {None, "stylesheet", "icon"}:
            self.read.loads.append(found.get("src", found.get("href", "")))
        if "id" in found:
            self.read.ids.append(found["id"])
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.read.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another"

    def handle_comment(self, data: str) -> None:
        outlook = data.startswith(FOR_OUTLOOK[0]) and data.endswith(FOR_OUTLOOK[1])
        assert self.mail, f"a comment: {data!r}"
        assert outlook, f"a comment: {data!r}"

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"a processing instruction: {data!r}")

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["script"], ["style"]):
            self.read.text += data


def read(page: bytes, *, below: int = 0, mail: bool = False) -> Read:
    """What a page holds, or a part below a heading of that level; fails where it is not strict."""
    reader = _Strict(mail=mail)
    reader.feed(page.decode("utf-8"))
    reader.close()
    assert not reader.open, f"never closed: {reader.open}"
    read = reader.read
    assert len(read.ids) == len(set(read.ids)), "an id twice"
    for before, after in zip([below, *read.headings], read.headings, strict=False):
        assert after <= before + 1, f"a heading of level {after} below one of {before}"
    return read
