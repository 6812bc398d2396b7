"""What is served at the moment: pages made anew after each change, and what is wrong as a page."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from digest.errors import DigestError, MachineError
from digest.pipeline.preview import draft_pages, site_pages
from digest.pipeline.project import Project
from digest.publish import paths
from digest.publish.frame import Page
from digest.publish.words import encode
from digest.publish.writer import MANIFEST, is_inside

if TYPE_CHECKING:
    from starlette.responses import Response

DRAFT = "draft/"
"""Where the site stands that has the open draft in it."""

EVENTS, RELOAD = ".digest/events", ".digest/reload.js"
_SCRIPT = (
    "const mine = document.currentScript.dataset.version;\n"
    f'new EventSource("/{EVENTS}").onmessage = '
    "(event) => { if (event.data !== mine) location.reload(); };\n"
)

_POLICY = re.compile(rb'(http-equiv="Content-Security-Policy" content=")([^"]*)(")')
_KINDS = {".xml": "application/xml", ".json": "application/json", ".js": "text/javascript"}
# A draft is nobody's business: no other page may read, frame or embed what is served here.
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_TROUBLE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 40rem; margin: 12vh auto; padding: 0 1.2rem; font: 1.1rem/1.5 Georgia, serif; }}
h1 {{ font-weight: 500; }}
code {{ overflow-wrap: anywhere; }}
</style></head>
<body><h1>{title}</h1>
<p><code>{where}</code></p>
<p>{message}</p>
<p><em>{cure}</em></p>
<p>This page shows itself again as soon as a file is saved.</p>
</body></html>
"""


class Desk:
    """What is served at the moment; made when it is first asked for after a change.

    Args:
        opened: Opens the project as it is now.
    """

    def __init__(self, opened: Callable[[], Project]) -> None:
        self.version = 1
        self._opened = opened
        self._site: Mapping[str, Page] | None = None
        self._draft: tuple[str, Mapping[str, Page]] | None = None
        self._lock = Lock()

    def forget(self) -> None:
        """Make everything anew from now on: a file has changed."""
        with self._lock:
            self.version += 1
            self._site = self._draft = None

    def draft(self) -> str:
        """The path of the open draft's page; errors as `draft_pages` raises them."""
        with self._lock:
            return self._drafted()[0]

    def page(self, path: str) -> bytes | None:
        """A page of the site, or below `draft/` of the site with the draft; None if there is none.

        Raises:
            DigestError: a template, the draft or sources.yaml is at fault.
        """
        with self._lock:
            if path.startswith(DRAFT):
                page = self._drafted()[1].get(path.removeprefix(DRAFT))
            else:
                page = self._pages().get(path)
            return encode(page.make()) if page else None

    def _pages(self) -> Mapping[str, Page]:
        if self._site is None:
            with self._opened() as project:
                self._site = site_pages(project)
        return self._site

    def _drafted(self) -> tuple[str, Mapping[str, Page]]:
        if self._draft is None:
            with self._opened() as project:
                self._draft = draft_pages(project)
        return self._draft


def respond(desk: Desk, site: Path, path: str) -> Response:
    """The answer for a path from the root; what is wrong is said in the page."""
    from starlette.responses import RedirectResponse, Response

    # Before the page is made: what changes meanwhile has it loaded again.
    version = desk.version
    status, kind = 200, "text/html"
    try:
        if path == RELOAD:
            return Response(_SCRIPT, media_type="text/javascript", headers=HEADERS)
        if path in (DRAFT, DRAFT.rstrip("/")):
            return RedirectResponse(f"/{DRAFT}{desk.draft()}", 302, headers=HEADERS)
        body, name = _find(desk, site, path)
        if body is None:
            status, body = 404, desk.page(paths.NOT_FOUND) or b""
        else:
            kind = _kind(name)
    except DigestError as problem:
        status, body = 500, _trouble("This page cannot be made", problem)
    except Exception as problem:
        defect = MachineError(f"{type(problem).__name__}: {problem}", where=path)
        status, body = 500, _trouble("A defect of digest", defect)
    if kind == "text/html":
        body = _live(body, version)
    return Response(body, status, media_type=kind, headers=HEADERS)


def _find(desk: Desk, site: Path, path: str) -> tuple[bytes | None, str]:
    """A page, or a file that stands among those of the site: the index of the search, say."""
    name = f"{path}index.html" if not path or path.endswith("/") else path
    page = desk.page(name)
    own = name.removeprefix(DRAFT)
    if page is None and is_inside(own) and own != MANIFEST:
        file = site / own
        if file.is_file() and file.resolve().is_relative_to(site.resolve()):
            page = file.read_bytes()
    return page, name


def _kind(name: str) -> str:
    suffix = Path(name).suffix
    return _KINDS.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")


def _trouble(title: str, problem: DigestError) -> bytes:
    values = {"title": title, "message": problem.message, "where": problem.where}
    said = {name: escape(text) for name, text in {**values, "cure": problem.cure}.items()}
    return _TROUBLE.format(**said).encode()


def _live(page: bytes, version: int) -> bytes:
    """A page that loads itself again after a change, and may run the script that does so."""
    page = _POLICY.sub(_with_script, page, count=1)
    script = f'<script src="/{RELOAD}" data-version="{version}"></script></head>'
    return page.replace(b"</head>", script.encode(), 1)


def _with_script(policy: re.Match[bytes]) -> bytes:
    """A policy that also lets the page run our script and hear of changes."""
    parted = (rule.strip().partition(" ") for rule in unescape(policy[2].decode()).split(";"))
    rules = {name: value for name, _, value in parted if name}
    for name in ("script-src", "connect-src"):
        if "'self'" not in rules.get(name, ""):
            rules[name] = f"{rules.get(name, '')} 'self'".strip()
    said = "; ".join(f"{name} {value}".strip() for name, value in rules.items())
    return policy[1] + escape(said).encode() + policy[3]
