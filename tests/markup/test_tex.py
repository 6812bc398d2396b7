"""LaTeX in abstracts, shown as it reads, and compared as it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.language.quotations import locate
from digest.markup.tex import evened, readable

FORMS = [
    (r"gains of 10.1\% in \emph{all} \textbf{T}urns", "gains of 10.1% in all Turns"),
    (r"$4.8\times$ as fast ($p<0.001$)", "4.8× as fast (p<0.001)"),
    (r"from $44.4\% \to 7.7\%$ at once", "from 44.4% → 7.7% at once"),
    (r"kept at~\url{https://a.example/b}", "kept at https://a.example/b"),
    (r"a bound of $\mathcal{O}(\textit{n})$", "a bound of O(n)"),
    (r"DialNav~\cite{han2025} gives", "DialNav gives"),
    ("between $5 and $6 a kettle", "between $5 and $6 a kettle"),
    (r"of $\sqrt{n}$ and \unknown{x}", r"of $\sqrt{n}$ and \unknown{x}"),
    (r"a C:\temp path", r"a C:\temp path"),
]


@pytest.mark.parametrize(("stored", "shown"), FORMS)
def test_latex_reads_as_on_paper_and_is_still_found(stored: str, shown: str) -> None:
    assert readable(stored) == shown
    found = locate(shown, [f"The first words. They are {stored}, and so on."])
    assert found


PIECES = [*"ab \\${}%~^_5.\n", "\\emph{", "\\times", "\\cite{"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_places_stay(text: str) -> None:
    assert len(evened(text)) == len(text)
