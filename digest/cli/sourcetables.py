"""What people see of sources: the table, one in full, what was added, which work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from digest.pipeline.exchange import Imported
    from digest.pipeline.sources import Checked, Row, Sample, Shown
    from digest.pipeline.subscribe import Added


def sources_table(rows: Sequence[Row]) -> str:
    """A line for each source: id, kind, weight, how it does."""
    if not rows:
        return "No source yet: `digest sources add URL` follows one."
    ids, kinds = max(len(row.id) for row in rows), max(len(row.kind) for row in rows)
    return "\n".join(
        f"{row.id:<{ids}}  {row.kind:<{kinds}}  {row.weight:>4g}  {_coloured(row)}" for row in rows
    )


def _coloured(row: Row) -> str:
    if row.failing or row.health.startswith("failed"):
        return click.style(row.health, fg="red")
    return row.health


def source_text(found: Shown) -> str:
    """Everything known about one source."""
    state = found.state
    facts = [
        ("name", found.row.name),
        ("in", found.where),
        *((key, said) for key, said in found.settings.items() if key not in {"id", "name"}),
        ("health", _coloured(found.row)),
        ("items", f"{found.row.items}, {found.row.items_a_week:.1f} a week"),
        ("moved to", state.url),
        ("worked last", state.last_success),
        ("changed last", state.last_change),
        ("tried last", state.last_attempt),
        ("next due", state.next_due),
    ]
    width = max(len(key) for key, _ in facts)
    lines = [click.style(found.row.id, bold=True)]
    lines += [f"  {key:<{width}}  {_plain(said)}" for key, said in facts if said not in ("", None)]
    if found.error:
        lines += ["", click.style(f"last failure: {found.error}", fg="red")]
        lines += [f"  {found.cure}"] if found.cure else []
    if found.exchange:
        lines += ["", "The exchange:", *(f"  | {line}" for line in found.exchange.splitlines())]
    return "\n".join(lines)


def _plain(said: object) -> str:
    return f"{said:%Y-%m-%d %H:%M} UTC" if isinstance(said, datetime) else str(said)


def _samples(newest: Sequence[Sample]) -> list[str]:
    return [
        f"    {one.published:%Y-%m-%d}  {one.title}"
        if one.published
        else f"    undated     {one.title}"
        for one in newest
    ]


def added_text(added: Added) -> str:
    """What was found, what it brings, and where it stands now."""
    settings = dict(added.settings)
    name, address = settings.get("name", added.id), settings.get("url") or settings.get("listing")
    said = "added" if added.written else "would be added"
    lines = [f"{added.id}  {name}  <{address}>", f"  {settings['kind']}: {added.how}"]
    if settings["kind"] == "page":
        keys = ("item", "link", "title", "date")
        chosen = ", ".join(f"{key} {settings[key]!r}" for key in keys if key in settings)
        lines.append(f"  the guess is {chosen}; look whether the titles and dates are right")
    lines += [f"  {added.entries} entries, the newest:", *_samples(added.newest)]
    if added.others:
        lines.append("  the page also names:")
        lines += [
            f"    {lead.url}" + (f"  {lead.title}" if lead.title else "") for lead in added.others
        ]
    return "\n".join([*lines, f"  {said} to {added.where}"])


def checked_text(checked: Sequence[Checked]) -> str:
    """A sign for each source, and what it brings or what to do."""
    lines = []
    for one in checked:
        if one.works:
            title = f"  {one.title}" if one.title else ""
            lines.append(
                f"{click.style('✓', fg='green')} {one.source_id}{title}: {one.entries} entries"
            )
            lines += _samples(one.newest)
        else:
            lines.append(f"{click.style('✗', fg='red')} {one.source_id}: {one.error}")
            lines += [f"    {one.cure}"] if one.cure else []
        lines += [f"    {warning}" for warning in one.warnings]
        lines += _so_far(one.row)
    failed = sum(not one.works for one in checked)
    return "\n".join([*lines, f"{len(checked) - failed} of {len(checked)} work"])


def _so_far(row: Row | None) -> list[str]:
    """How a source did in earlier runs."""
    if row is None or row.last_success is None:
        return [f"    so far: {row.health}"] if row else []
    due = f", next due {_plain(row.next_due)}" if row.next_due else ""
    brings = f"{row.items} items, {row.items_a_week:.1f} a week"
    return [f"    so far: {row.health}; {brings}, last worked {_plain(row.last_success)}{due}"]


def imported_text(file: Path, imported: Imported) -> str:
    """What was added, what was followed already, and how many of each."""
    lines = [f"added {source_id}  <{url}>" for source_id, url in imported.added]
    lines += [f"{file}:{line}: {sentence}" for line, sentence in imported.duplicates]
    counts = [f"{len(imported.added)} added", f"{len(imported.duplicates)} followed already"]
    counts += [f"{len(imported.nonsense)} without sense"] if imported.nonsense else []
    return "\n".join([*lines, ", ".join(counts)])
