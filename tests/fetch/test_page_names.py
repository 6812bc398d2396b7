"""What a listing page is called, from its title."""

from __future__ import annotations

import pytest

from digest.fetch.page import name_of


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Pages", ""),
        ("News | Example Lab", "Example Lab"),
        ("Example Lab - Press releases", "Example Lab"),
        ("Example Lab: Research", "Example Lab"),
        ("The Example Blog", "The Example Blog"),
        ("Self-play at Example &amp; Co", "Self-play at Example & Co"),
        ("Marsh: a letter", "Marsh: a letter"),
        ("", ""),
    ],
)
def test_a_section_is_no_name(title: str, name: str) -> None:
    assert name_of(f"<html><title>{title}</title>".encode()) == name
