"""What may stand in sources.yaml, and what each key means when it does not.

The models forbid unknown keys; `digest.config.load` turns their complaints into errors that name
the line and the nearest right key. Nothing here reads a file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)

from digest.config.rules import (
    arxiv_query,
    css_selector,
    environment_name,
    host_and_port,
    identifier,
    local_path,
    mail_address,
    unsubscribe_link,
    web_address,
)

KNOWN = {"known": True}
"""The context of values that were found right before, see `_selector`."""


def _selector(value: str, told: ValidationInfo) -> str:
    """A selector is compiled once: what compiles it takes long to load, and is needed for pages."""
    return value if told.context == KNOWN else css_selector(value)


Id = Annotated[str, AfterValidator(identifier)]
Address = Annotated[str, AfterValidator(web_address)]
Selector = Annotated[str, AfterValidator(_selector)]
ArxivQuery = Annotated[str, AfterValidator(arxiv_query)]
LocalPath = Annotated[str, AfterValidator(local_path)]
EnvironmentName = Annotated[str, AfterValidator(environment_name)]
HostPort = Annotated[str, AfterValidator(host_and_port)]
MailAddress = Annotated[str, AfterValidator(mail_address)]
UnsubscribeLink = Annotated[str, AfterValidator(unsubscribe_link)]

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Strict(BaseModel):
    """A part of the file: immutable, and deaf to no misspelling."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False
    )


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("no such time zone: use a name such as Europe/London or UTC") from None
    return name


class Newsletter(Strict):
    """Who writes, and where it is published."""

    title: str = Field(min_length=1)
    url: Address
    editor: str = ""
    welcome: str = ""
    thanks: str = "Thanks for reading!"
    description: str = ""
    language: str = "en"
    timezone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    first_number: int = Field(default=1, ge=0, le=1_000_000)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin."""
        return ZoneInfo(self.timezone)


class IssueShape(Strict):
    """How an issue is made: its style, its publication day, how many entries a new draft gets."""

    style: Id = "import-ai"
    weekday: Weekday = "monday"
    entries: int = Field(default=5, ge=1, le=50)
    coda: Literal["tale", "none"] = "tale"


class Theme(Strict):
    """What the newsletter follows.

    `description` and `keywords` are what tagging reads before there are labels; `arxiv` names
    categories that count in favour.
    """

    id: Id
    title: str = Field(min_length=1)
    description: str = Field(min_length=1)
    keywords: tuple[str, ...] = ()
    arxiv: tuple[str, ...] = ()


class Tracker(Strict):
    """A running list kept across issues."""

    id: Id
    title: str = Field(min_length=1)
    theme: Id | None = None
    columns: tuple[str, ...] = Field(min_length=1)


class SourceBase(Strict):
    """What every kind of source has.

    `name` is what people call it (a feed's own title serves where it is empty); `weight` is in 0…3
    and counts in ranking.
    """

    id: Id
    name: str = ""
    weight: float = Field(default=1.0, ge=0, le=3)
    full_text: bool = False
    enabled: bool = True


class Auth(Strict):
    """How a source is told who asks. The secret itself stands in the environment variable `env`.

    `basic` sends a name and a password: `user`, and the password in the variable; or without `user`
    both there, with a colon between them. `bearer` sends a token, `cookie` a whole Cookie header.
    """

    kind: Literal["basic", "bearer", "cookie"]
    env: EnvironmentName
    user: str = ""

    @model_validator(mode="after")
    def _user_of_basic(self) -> Auth:
        if self.user and self.kind != "basic":
            raise ValueError(f"user belongs to kind basic: a {self.kind} has none")
        if ":" in self.user:
            raise ValueError("a user's name cannot hold a colon")
        return self


class WebSource(SourceBase):
    """A source that may want to know who asks."""

    auth: Auth | None = None


class FeedSource(WebSource):
    """RSS 0.9x to 2.0, RDF, Atom or JSON Feed."""

    kind: Literal["feed"]
    url: Address


class ArxivSource(SourceBase):
    """arXiv by query (its API) or by the daily listing (its RSS); one of the two."""

    kind: Literal["arxiv"]
    query: ArxivQuery | None = None
    listing: Address | None = None
    max_results: int = Field(default=2000, ge=1, le=30_000)

    @model_validator(mode="after")
    def _one_way(self) -> ArxivSource:
        if (self.query is None) == (self.listing is None):
            raise ValueError("an arxiv source has either a query or a listing")
        return self


class PageSource(WebSource):
    """A page that lists things and has no feed, read with CSS selectors.

    `item` selects one block for each thing; `link`, `title` and `date` are looked up inside it.
    """

    kind: Literal["page"]
    url: Address
    item: Selector
    link: Selector = "a"
    title: Selector | None = None
    date: Selector | None = None


class ForumSource(WebSource):
    """A ForumMagnum forum (LessWrong, Alignment Forum, EA Forum) by its GraphQL."""

    kind: Literal["forum"]
    url: Address
    min_karma: int = 0
    comments: bool = False
    view: Literal["new", "top", "frontpage"] = "new"
    limit: int = Field(default=50, ge=1, le=500)


class MailboxSource(SourceBase):
    """Newsletters that come by mail: a Maildir or an mbox file on this machine.

    `path` may begin with `~`, which is the home of whoever runs the program.
    """

    kind: Literal["mailbox"]
    path: LocalPath


Source = Annotated[
    FeedSource | ArxivSource | PageSource | ForumSource | MailboxSource,
    Field(discriminator="kind"),
]


class Fetching(Strict):
    """How politely and how far to fetch. Times in seconds, sizes in bytes."""

    user_agent: str = "digest/{version} (+{url})"
    per_host_delay: float = Field(default=1.0, ge=0, le=3600)
    timeout: float = Field(default=20.0, gt=0, le=3600)
    max_bytes: int = Field(default=15_000_000, gt=0, le=1_000_000_000)
    max_redirects: int = Field(default=5, ge=0, le=20)
    allow_private: tuple[HostPort, ...] = ()
    lookback_days: int = Field(default=14, ge=1, le=3650)
    proxy: Address | None = None
    arxiv_url: Address = "https://export.arxiv.org/api/query"
    oai_url: Address = "https://oaipmh.arxiv.org/oai"
    arxiv_delay: float = Field(default=3.0, ge=0, le=3600)
    concurrency: int = Field(default=32, ge=1, le=256)
    keep_documents_days: int = Field(default=30, ge=0, le=36_500)


class Mail(Strict):
    """How issues go out by mail.

    `sender` is an address with or without a name; empty, it is `newsletter@` the newsletter's host.
    `unsubscribe` is where a reader ends the subscription: an address, or what the service that
    sends the mail puts one in the place of.
    """

    sender: Literal[""] | MailAddress = ""
    unsubscribe: UnsubscribeLink = "{{ unsubscribe_url }}"


class Sorting(Strict):
    """How items are sorted.

    `embedder` is the folder of a sentence model in ONNX, from this file's folder or absolute; what
    comes with the program serves where it is empty.
    """

    embedder: str | None = Field(default=None, min_length=1)


class Writing(Strict):
    """The language model that writes summaries; it needs the `llm` extra.

    `model` is any that the llm package knows, or, with `base_url`, what a server that speaks
    OpenAI's protocol calls it. Its key stands in the environment variable `env`. `calls` and
    `tokens` are the most that one run may ask for; `timeout` is in seconds; `options` are the
    model's own. With `disclose` a line on the page says that a machine wrote the summary; without
    it, only the draft says so.
    """

    model: str = Field(min_length=1)
    base_url: Address | None = None
    env: EnvironmentName | None = None
    calls: int = Field(default=20, ge=0, le=10_000)
    tokens: int = Field(default=60_000, ge=0, le=1_000_000_000)
    timeout: float = Field(default=60.0, gt=0, le=3600)
    options: dict[str, bool | int | float | str] = Field(default_factory=dict)
    disclose: bool = True


class Operate(Strict):
    """How the project is kept running.

    `keep_backups` is how many of its backups are kept, `keep_runs_days` for how long what runs did
    is remembered in the database, `status` whether the status page stands beside the database, on
    the site, or nowhere.
    """

    keep_backups: int = Field(default=14, ge=1, le=10_000)
    keep_runs_days: int = Field(default=730, ge=7, le=36_500)
    status: Literal["private", "public", "off"] = "private"


class Config(Strict):
    """The whole of sources.yaml, and the folder it stands in."""

    folder: Path
    newsletter: Newsletter
    issue: IssueShape = IssueShape()
    themes: tuple[Theme, ...] = ()
    trackers: tuple[Tracker, ...] = ()
    sources: tuple[Source, ...] = ()
    fetch: Fetching = Fetching()
    mail: Mail = Mail()
    sorting: Sorting = Sorting()
    llm: Writing | None = None
    operate: Operate = Operate()

    @property
    def data(self) -> Path:
        """Where machine state, drafts and the built site live."""
        return self.folder / "data"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "digest.db"

    @property
    def backups(self) -> Path:
        """The folder of the database's backups."""
        return self.data / "backups"

    @property
    def logs(self) -> Path:
        """The folder of what runs did, as lines of JSON."""
        return self.data / "logs"

    @property
    def drafts(self) -> Path:
        """The folder of drafts."""
        return self.data / "drafts"

    @property
    def site(self) -> Path:
        """The folder of the built site."""
        return self.data / "site"

    @property
    def mails(self) -> Path:
        """The folder of what goes out by mail."""
        return self.data / "mail"

    @property
    def templates(self) -> Path:
        """Templates here override the built-in ones, one file at a time."""
        return self.folder / "templates"
