"""One page, paper or PDF that a person found: `digest add`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from digest.fetch.article import is_pdf, read_answer
from digest.fetch.arxiv import by_id
from digest.fetch.fulltext import ACCEPT
from digest.fetch.http import Http
from digest.fetch.identity import fingerprint, item_id
from digest.fetch.outcome import document, not_ahead
from digest.markup.addresses import canonical
from digest.markup.identifiers import arxiv_id, external_ids
from digest.model import Document, Item

SOURCE = "hand"


async def fetch_one(url: str, http: Http, now: datetime) -> tuple[Item, Document]:
    """Fetch what an address names: a paper of arXiv through its API, a PDF, or a page's article.

    Raises:
        FetchError: it could not be fetched, or holds nothing to read.
    """
    if number := arxiv_id(url):
        paper, answer = await by_id(number, SOURCE, http)
        return replace(paper, via=SOURCE), document(SOURCE, answer, now)
    answer = await http.get(url, accept=ACCEPT)
    article = read_answer(answer)
    address = answer.permanent_url or url
    made = Item(
        id=item_id(SOURCE, canonical(address)),
        source_id=SOURCE,
        entry_id=canonical(address),
        url=address,
        title=article.title or address,
        kind="paper" if is_pdf(answer) else "page",
        authors=article.authors,
        published=article.published,
        text=article.text,
        html=article.html,
        links=article.links,
        external_ids=external_ids(address),
        via=SOURCE,
    )
    [item] = not_ahead([made], now)
    return replace(item, fingerprint=fingerprint(made)), document(SOURCE, answer, now)
