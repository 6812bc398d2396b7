"""The grammar of arXiv's queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config.query import FIELDS, check


@pytest.mark.parametrize(
    "query",
    [
        "electron",
        '"world model"',
        "cat:cs.AI",
        "cat:cs.*",
        "cat:hep-th",
        "cat:cond-mat.mes-hall",
        "au:del_maestro ANDNOT ti:checkerboard",
        'cat:cs.AI AND abs:"self-improvement"',
        '(cat:cs.AI OR cat:cs.LG) AND (abs:"self-play" OR abs:simulat*)',
        'abs:(governance OR "AI act") AND cat:cs.CY',
        "((((ti:a))))",
        "submittedDate:[20260601 TO 20260630]",
        "all:x AND lastUpdatedDate:[202606010000 TO 20260630235959]",
        "id:2606.01234 OR id:hep-th/9901001",
        "ti:x AND\n  abs:y",
        'co:"12 pages"',
    ],
)
def test_good_queries(query: str) -> None:
    check(query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("cat:cs.AI AND", "after AND at character 11"),
        ("AND cat:cs.AI", "before AND at character 1"),
        ("cat:cs.AI AND OR ti:x", "after AND at character 11"),
        ("cat:cs.AI and ti:x", "expected AND"),
        ("ti:x NOT ti:y", "expected ANDNOT"),
        ("ti:x AND NOT ti:y", "NOT at character 10: expected ANDNOT"),
        ("abs:world model", r"before model at character 11.*abs:\"world model\""),
        ("ti:x ti:y", "before ti at character 6"),
        ("(cat:cs.AI OR cat:cs.LG", r"the \( at character 1 has no \)"),
        ("cat:cs.AI)", r"a \) without its \( at character 10"),
        ("()", r"before \) at character 2"),
        ("title:x", "no such field title: at character 1: did you mean ti:"),
        ("zzz:x", "no such field zzz: at character 1: there are ti, au"),
        ("abstract:x", r"did you mean abs:"),
        ("submitteddate:[20260601 TO 20260630]", "did you mean submittedDate:"),
        ("ti:", "after ti: at character 1"),
        ("ti: AND x", "after ti: at character 1"),
        ("ti:au:x", "after ti: at character 1"),
        ('abs:"world model', "quotation mark at character 5 has no partner"),
        ('abs:""', "empty quotation marks at character 5"),
        ("submittedDate:20260601", "expected a range"),
        ("submittedDate:[20260601]", "expected a range"),
        ("submittedDate:[20260631 TO 20260701]", "20260631 at character 15 is no date"),
        ("submittedDate:[2026-06-01 TO 2026-07-01]", "is no date"),
        ("submittedDate:[20260701 TO 20260601]", "ends before it begins"),
        ("ti:[20260601 TO 20260701]", "follows submittedDate: alone"),
        ("cat:artificial_intelligence", "no category"),
        ("ti:x : y", "expected AND, OR or ANDNOT before :"),
        ("(" * 60 + "x" + ")" * 60, "more than 50 parentheses"),
    ],
)
def test_bad_queries(query: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        check(query)


words = st.from_regex(r"[a-z][a-z0-9-]{0,8}\*?", fullmatch=True).filter(lambda w: w not in FIELDS)
phrases = st.from_regex(r'"[a-z][a-z ,]{0,12}"', fullmatch=True)
terms = st.one_of(
    words,
    phrases,
    st.builds(
        "{}:{}".format,
        st.sampled_from(["ti", "au", "abs", "co", "jr", "rn", "all"]),
        words | phrases,
    ),
    st.sampled_from(["cat:cs.AI", "cat:math.*", "submittedDate:[20250101 TO 20260101]"]),
)
queries = st.recursive(
    terms,
    lambda inner: (
        st.builds(
            "{}{}{}{}{}".format,
            st.sampled_from(["", " "]),
            inner,
            st.sampled_from([" AND ", " OR ", " ANDNOT ", "  AND\t"]),
            inner,
            st.sampled_from(["", "  "]),
        )
        | st.builds("({})".format, inner)
        | st.builds("{}:({})".format, st.sampled_from(["ti", "abs", "all"]), inner)
    ),
    max_leaves=12,
)


@given(queries)
def test_whatever_the_grammar_makes_is_read(query: str) -> None:
    check(query)


@given(queries, st.integers(min_value=0))
def test_a_parenthesis_too_many_is_found(query: str, where: int) -> None:
    at = where % (len(query) + 1)
    if query[:at].count('"') % 2 or "[" in query:
        return  # inside a phrase or a range it is only a character
    with pytest.raises(ValueError, match="character"):
        check(f"{query[:at]} ) {query[at:]}")
