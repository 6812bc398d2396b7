"""What people see: the inbox, the evidence for a story, search hits, the status."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from digest.pipeline.notes import Notes
    from digest.pipeline.search import Alike, Found
    from digest.pipeline.sizes import Sizes
    from digest.pipeline.stats import Themes
    from digest.pipeline.status import Report
    from digest.pipeline.triage import Before, Proof, Row
    from digest.store.health import Health

MARKS = {"keep": "✓", "skip": "✗", "": " "}


def _width() -> int:
    import shutil

    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 120))


def _day(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d") if moment else "undated"


def _fold(text: str, indent: str) -> str:
    return textwrap.fill(
        text, _width(), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def inbox_text(rows: Sequence[Row], waiting: int = 0) -> str:
    """A block for each story: mark, key and title; rank, themes, who carries it; the reasons.

    Args:
        rows: The stories.
        waiting: How many there are in all, where there may be more.
    """
    if not rows:
        return "The inbox is empty: nothing new in the open issue's window."
    # All keys as long as the longest, so that titles stand in one line.
    length = max(len(row.key) for row in rows)
    lines = [_inbox_row(row, row.id[:length]) for row in rows]
    if waiting > len(rows):
        lines.append(f"\nThese are the best {len(rows)} of {waiting}; --limit N shows more.")
    return "\n".join(lines)


def _inbox_row(row: Row, key: str) -> str:
    mark = click.style(MARKS[row.decision], fg="green" if row.decision == "keep" else None)
    indent = " " * (len(key) + 4)
    title = _fold(row.title, indent).split("\n")
    head = f"{mark} {click.style(key, fg='yellow')}  {click.style(title[0].strip(), bold=True)}"
    plain = ", ".join(row.themes) or "no theme"
    carried = ", ".join(dict.fromkeys(member.source for member in row.items))
    lines = [head, *(click.style(line, bold=True) for line in title[1:])]
    told = f"{row.score:.2f}  {plain} · {_day(row.newest)} · {carried}"
    lines.append(_fold(told, indent).replace(plain, click.style(plain, fg="cyan"), 1))
    lines.append(click.style(_fold(row.why, indent), dim=True))
    lines += [
        click.style(_fold(f"covered in {_issue(one)}: {one.headline}", indent), fg="magenta")
        for one in row.covered[:2]
    ]
    lines += [_fold(f"note: {note}", indent) for note in row.notes]
    return "\n".join(lines)


def _issue(one: Before) -> str:
    return f"no. {one.number}" + (f" of {one.date.isoformat()}" if one.date else "")


def notes_beside(found: Sequence[Notes]) -> str:
    """Notes beside the inbox: those of one theme, else how many there are; empty without any."""
    if len(found) == 1:
        return f"\n{notes_text(found)}" if found[0].lines else ""
    counts = [f"{one.theme} {len(one.lines)}" for one in found if one.lines]
    said = f"Notes: {', '.join(counts)} (`digest inbox --theme T` shows those of a theme)"
    return f"\n{said}" if counts else ""


def notes_text(found: Sequence[Notes]) -> str:
    """The notes of themes, and where they stand."""
    return "\n\n".join(
        "\n".join([f"Notes on {one.title} ({one.path}):", *(one.lines or ["  none yet"])])
        for one in found
    )


def evidence_text(proof: Proof) -> str:
    """Everything known about one story."""
    row = proof.row
    lines = [_inbox_row(row, row.id), "", "Items, the primary source first:"]
    for member in row.items:
        why = f" ({member.reason})" if member.reason else ""
        lines.append(f"  {member.id}  {_day(member.published)}  {member.source}{why}")
        lines.append(f"      {member.title}\n      <{member.url}>")
    lines += ["", "Tags:"]
    for tag in proof.tags:
        sign = "✓" if tag.chosen else " "
        reasons = "; ".join(f"{one.what} ({one.weight:+.2f})" for one in tag.evidence)
        lines.append(_fold(f"{sign} {tag.theme} {tag.score:.2f}  {tag.item_id}: {reasons}", "  "))
    if proof.like:
        lines += ["", "Entries of earlier issues that share no address with it:"]
        for like in proof.like:
            said = "it seems the same" if like.same else "a little like it"
            where = f"{said}, {like.spreads:.1f} spreads above the usual: {_issue(like.entry)}"
            lines.append(_fold(f"{where}: {like.entry.headline}", "  "))
    if proof.discussion:
        lines += ["", "Discussion:"]
        for comment in proof.discussion[:10]:
            karma = f" ({comment.karma})" if comment.karma is not None else ""
            lines.append(_fold(f"{comment.author}{karma}: {_first(comment.text)}", "  "))
    return "\n".join(lines)


def _first(text: str, limit: int = 200) -> str:
    return textwrap.shorten(text, limit, placeholder=" …")


def search_text(found: Found) -> str:
    """A block for each hit: date, title, address, the words in their place."""
    from digest.store.search import CLOSE, OPEN

    if not found.hits:
        return "Nothing stored holds all these words."
    blocks = []
    if found.by == "meaning":
        blocks.append("Nothing stored holds all these words; nearest in meaning:")
    for hit in found.hits:
        head, *more = _fold(f"{hit.dated[:10]}  {hit.title}", " " * 4).split("\n")
        title = [click.style(line, bold=True) for line in (head.strip(), *more)]
        snippet = _fold(" ".join(hit.snippet.split()), " " * 4)
        for sign, style in ((OPEN, click.style("", bold=True, reset=False)), (CLOSE, "\x1b[0m")):
            snippet = snippet.replace(sign, style)
        blocks.append("\n".join([*title, f"    {hit.item_id} <{hit.url}>", snippet]))
    return "\n".join(blocks)


def similar_text(found: Sequence[Alike]) -> str:
    """A block for each item: how alike, date, title, id, address."""
    if not found:
        return "There is nothing else to compare it with."
    return "\n".join(_alike(one) for one in found)


def _alike(one: Alike) -> str:
    title = _fold(one.title, " " * 6).strip()
    parts = f"{one.dated[:10]} · meaning {one.meaning:.2f}, words {one.words:.2f}"
    place = f"{one.item_id} · story {one.story or '-'}"
    head = f"{one.score:.2f}  {click.style(title, bold=True)}"
    return f"{head}\n      {parts} · {place}\n      <{one.url}>"


BARS = " ▁▂▃▄▅▆▇█"


def themes_text(found: Themes) -> str:
    """A line for each theme: its weeks as bars, the last weeks in numbers."""
    if not found.weeks:
        return "Nothing was stored in these weeks."
    shown = found.weeks[-4:]
    width = max(len(name) for name in (*found.themes, "all items"))
    head = f"{'':<{width}}  {'':<{len(found.weeks)}}" + "".join(f"{w[5:]:>7}" for w in shown)
    lines = [f"Items a week, {found.weeks[0]} to {found.weeks[-1]}", "", head]
    for name, counts in {**found.themes, "all items": found.items}.items():
        numbers = "".join(f"{count:>7,}" for count in counts[-len(shown) :])
        bars = click.style(_bars(counts), fg=None if name == "all items" else "cyan")
        lines.append(f"{name:<{width}}  {bars}{numbers}")
    return "\n".join(lines)


def _bars(counts: Sequence[int]) -> str:
    """One character for each number, as high as it is beside the greatest."""
    most = max(counts) or 1
    steps = len(BARS) - 1
    return "".join(BARS[-(-count * steps // most)] for count in counts)


def status_text(report: Report) -> str:
    """The state of the project on one screen, what needs a person first."""
    issue = report.issue
    lines = [click.style(f"! {need}", fg="red") for need in report.needs]
    draft = str(issue.draft) if issue.drafted else "not drafted yet"
    lines.append(f"open issue   {issue.id}, number {issue.number}, window {issue.window}: {draft}")
    lines += [
        f"scheduled    {one.id}, number {one.number}, for {one.at:%Y-%m-%d %H:%MZ}"
        for one in report.scheduled
    ]
    lines.append(f"published    {', '.join(report.published[-5:]) or 'nothing yet'}")
    kinds = ", ".join(f"{count} {kind}s" for kind, count in report.kinds.items())
    counts = report.counts
    lines.append(
        f"stored       {counts['items']} items ({kinds or 'none'}), "
        f"{counts['stories']} stories, {counts['documents']} documents"
    )
    queue = report.queue
    lines.append(
        f"waiting      {queue.waiting} stories to decide on, {queue.kept} kept, "
        f"{queue.due} sources due"
    )
    lines.append(_sizes_line(report.sizes))
    if report.runs:
        last = report.runs[0]
        lines.append(
            f"last run     {last.started:%Y-%m-%d %H:%M} {last.verb}, exit {last.exit_code}"
        )
    lines += ["", *_health_lines(report.sources)]
    return "\n".join(lines)


def _sizes_line(sizes: Sizes) -> str:
    from digest.pipeline.sizes import said

    return (
        f"on disk      database {said(sizes.database)}, backups {said(sizes.backups)}, "
        f"site {said(sizes.site)}, {said(sizes.free)} free"
    )


def _health_lines(sources: Sequence[Health]) -> list[str]:
    if not sources:
        return ["No source was fetched yet."]
    width = max(len(one.source_id) for one in sources)
    return [f"  {one.source_id:<{width}}  {_health(one)}" for one in sources]


def _health(one: Health) -> str:
    """How a source does: what it brings, when it last worked, and when it is asked again."""
    seen = f"last worked {_minute(one.last_success)}" if one.last_success else "never worked"
    brings = f"{one.items} items, {one.items_a_week:.1f} a week, {seen}"
    if one.retired:
        return click.style(f"gone for good (410): {brings}", fg="red")
    due = f"next due {_minute(one.next_due)}" if one.next_due else "due at every run"
    if one.failures:
        times = "once" if one.failures == 1 else f"{one.failures} times"
        since = f" since {_minute(one.failing_since)}" if one.failing_since else ""
        return click.style(f"failed {times}{since}: {one.error}", fg="red") + f"; {brings}, {due}"
    quiet = f", silent for {one.silent_for.days} days, longer than ever" if one.silent_for else ""
    return f"{brings}, {due}{quiet}"


def _minute(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "never"
