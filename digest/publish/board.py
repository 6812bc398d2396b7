"""The status page: how the project does, for whoever keeps it running.

It stands alone, its style within it, so that it can be looked at where no site is.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from markupsafe import Markup

from digest.config.schema import Config
from digest.publish import paths
from digest.publish.cards import theme_cards
from digest.publish.frame import Site
from digest.publish.head import POLICY, Head
from digest.publish.templates import Templates

NAME = "status.html"

State = Literal["well", "new", "silent", "failing", "gone"]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """How one source does.

    Attributes:
        state: `well`; `new`, never fetched; `silent` for longer than is its habit; `failing`;
            `gone` for good.
        fetched: When it was last fetched well.
        a_week: Items in a week, over the last four.
        says: What is wrong, in a sentence; empty where nothing is.
    """

    name: str
    state: State
    fetched: datetime | None = None
    a_week: float = 0.0
    says: str = ""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One command that wrote.

    Attributes:
        ended: How it ended, in a word or two.
        well: Whether it ended as it should.
        new: Items that it brought; None where that is not what it does.
    """

    started: datetime
    verb: str
    ended: str
    well: bool
    new: int | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """What the page shows; every moment in UTC.

    Attributes:
        needs: What a person should see to.
        issue: The open issue and the scheduled ones, as label and words.
        queue: What waits for the editor and for the machine, likewise.
        sizes: What is stored, likewise.
    """

    at: datetime
    needs: Sequence[str]
    issue: Sequence[tuple[str, str]]
    queue: Sequence[tuple[str, str]]
    sources: Sequence[SourceLine]
    runs: Sequence[RunLine]
    sizes: Sequence[tuple[str, str]]


def board_page(config: Config, templates: Templates, board: Board) -> str:
    """The page as HTML; the same board gives the same bytes.

    Raises:
        ConfigError: a template cannot be used.
    """
    style = templates.text(paths.STYLE)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    site = Site(config, theme_cards(config.themes), (), {}, templates, "", "")
    head = Head(
        path=NAME,
        title=f"Status – {config.newsletter.title}",
        description="How the newsletter's machine does.",
        canonical="",
        policy=POLICY.format(style=f"'sha256-{digest}'"),
    )
    home = paths.address(config.newsletter.url, paths.HOME)
    troubled = [one for one in board.sources if one.state in {"failing", "gone", "silent"}]
    return site.render(
        NAME,
        head,
        root=home,
        # the site's own file: it may hold no text of anybody else's
        inline_style=Markup(style),  # noqa: S704
        board=board,
        troubled=troubled,
        well=[one for one in board.sources if one not in troubled],
    )
