"""What single values must look like."""

from __future__ import annotations

import pytest
import soupsieve
from hypothesis import given
from hypothesis import strategies as st

from digest.config import rules


@pytest.mark.parametrize("value", ["a", "7", "import-ai", "arxiv-2026"])
def test_identifiers(value: str) -> None:
    assert rules.identifier(value) == value


@pytest.mark.parametrize("value", ["", "-a", "A", "a b", "a_b", "é", "a\n"])
def test_no_identifiers(value: str) -> None:
    with pytest.raises(ValueError, match="lower-case letters, digits and hyphens"):
        rules.identifier(value)


@pytest.mark.parametrize(
    "value",
    [
        "https://example.org",
        "http://127.0.0.1:8765/feeds/a.xml",
        "https://[::1]:8080/x",
        "https://bücher.example/neu?a=1&b=[2]#top",
        "HTTPS://EXAMPLE.ORG/",
        "https://rss.example.org/rss/cs.AI+cs.CY",
    ],
)
def test_addresses(value: str) -> None:
    assert rules.web_address(value) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", "https://"),
        ("example.org", "beginning with https://"),
        ("ftp://example.org/", "beginning with https://"),
        ("file:///etc/passwd", "beginning with https://"),
        ("https://", "no host"),
        ("https:///x", "no host"),
        ("https://exa mple.org/", "without spaces"),
        ("https://example.org/a b", "without spaces"),
        ("https://example.org:99999/", "expected a web address"),
        ("https://[::1/", "expected a web address"),
        ("https://user:secret@example.org/", "password"),
        ("https://…/", "no host"),
        ("https://2852039166/", "no host"),
        ("https://0xa9.0xfe.0xa9.0xfe/", "no host"),
        ("https://a..b/", "no host"),
    ],
)
def test_no_addresses(value: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        rules.web_address(value)


@pytest.mark.parametrize(
    "value", ["article", "div.news > a", "li:not(.old) time[datetime]", "a, b"]
)
def test_selectors(value: str) -> None:
    assert rules.css_selector(value) == value


@pytest.mark.parametrize("value", ["", "a[", "div..x", ":nosuch", ">", "a,,b"])
def test_no_selectors(value: str) -> None:
    with pytest.raises(ValueError, match="CSS selector"):
        rules.css_selector(value)


@given(st.from_regex(rules._SELECTORS, fullmatch=True))
def test_what_is_a_selector_at_a_glance_is_one(value: str) -> None:
    soupsieve.compile(value)


@pytest.mark.parametrize("value", ["127.0.0.1:8765", "localhost:80", "[::1]:443", "10.0.0.7:1"])
def test_hosts_with_ports(value: str) -> None:
    assert rules.host_and_port(value) == value


@pytest.mark.parametrize(
    "value",
    ["", "127.0.0.1", "127.0.0.1:", ":80", "a:0", "a:65536", "http://a:80", "a:b", "1:80", "a b:1"],
)
def test_no_hosts_with_ports(value: str) -> None:
    with pytest.raises(ValueError, match="host and its port"):
        rules.host_and_port(value)


@given(st.text())
def test_rules_return_or_explain(value: str) -> None:
    for rule in (
        rules.identifier,
        rules.web_address,
        rules.css_selector,
        rules.host_and_port,
        rules.arxiv_query,
    ):
        try:
            assert rule(value)
        except ValueError as error:
            assert str(error)  # noqa: PT017 - what is tested is that nothing else is raised


@pytest.mark.parametrize(
    "value", ["a@b.example", "Ada Quill <ada@b.example>", "Žofie <z@b.example>"]
)
def test_who_sends_a_mail(value: str) -> None:
    assert rules.mail_address(value) == value


@pytest.mark.parametrize(
    "value", ["", "a", "a@", "@b.example", "Ada, Q <a@b>, x", '"A\nB" <a@b.example>']
)
def test_who_sends_no_mail(value: str) -> None:
    with pytest.raises(ValueError, match="expected an address such as"):
        rules.mail_address(value)


@pytest.mark.parametrize(
    "value",
    [
        "{{ unsubscribe_url }}",
        "*|UNSUB|*",
        "%unsubscribe_url%",
        "https://a.example/?who={{ email }}",
    ],
)
def test_where_a_subscription_ends(value: str) -> None:
    assert rules.unsubscribe_link(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "http://a.example/",
        "javascript:alert(1)",
        "mailto:a@b.example",
        'x" onx="',
        "a>b",
        "a\nb",
    ],
)
def test_where_no_subscription_ends(value: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        rules.unsubscribe_link(value)
