r"""What abstracts carry of LaTeX, as it would read on paper: `\emph{so}`, `96\%`, `$4.8\times$`.

Stored texts keep it; only what is shown is made readable. What is not known here stays as it is.
"""

from __future__ import annotations

import re

_DRESS = re.compile(
    r"\\(?:emph|text(?:bf|it|tt|sc|rm|sf|sl|up|normal)?|underline|mbox|operatorname|url|bm|boldsymbol"
    r"|math(?:rm|bf|it|cal|bb|sf|tt|frak))\s*\{(?P<words>[^{}]*)\}"
)
_CITATION = re.compile(r"\s?~?\\[Cc]ite[a-z]*\*?(?:\[[^\]]*\])*\{[^{}]*\}")
_MATH = re.compile(r"\$(?=\S)(?P<words>[^$\\\n]{1,120}?)(?<=\S)\$(?!\d)")
_ESCAPED = re.compile(r"\\(?P<sign>[%&#_])")
_TIE = re.compile(r"~(?=\\)")
_NAMES = {
    "times": "×", "sim": "~", "approx": "≈", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥",
    "neq": "≠", "pm": "±", "to": "→", "rightarrow": "→", "cdot": "·", "ldots": "…", "dots": "…",
    "infty": "∞", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε",
    "varepsilon": "ε", "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "omega": "ω",
    "Delta": "Δ", "Omega": "Ω", "Sigma": "Σ",
}  # fmt: skip
_NAMED = re.compile(rf"\\(?P<name>{'|'.join(sorted(_NAMES, key=len, reverse=True))})(?![A-Za-z])")
_DEEPEST = 4  # how often commands stand within commands


def readable(text: str) -> str:
    """The text without the LaTeX that has a plain form."""
    if "\\" not in text and "$" not in text:
        return text
    text = _TIE.sub(" ", _CITATION.sub("", text))
    for _ in range(_DEEPEST):
        text, count = _DRESS.subn(r"\g<words>", text)
        if not count:
            break
    text = _NAMED.sub(lambda match: _NAMES[match["name"]], text)
    text = _MATH.sub(r"\g<words>", _ESCAPED.sub(r"\g<sign>", text))
    return text.replace("\\$", "$")


def evened(text: str) -> str:
    """The same in as many characters, so that places in the text stay what they are.

    What falls away is filled with spaces, within a word with soft hyphens.
    """
    if "\\" not in text and "$" not in text:
        return text
    text = _TIE.sub(" ", _CITATION.sub(lambda match: " " * len(match[0]), text))
    for _ in range(_DEEPEST):
        text, count = _DRESS.subn(_undressed, text)
        if not count:
            break
    text = _NAMED.sub(lambda match: _NAMES[match["name"]].ljust(len(match[0])), text)
    text = _MATH.sub(_undressed, _ESCAPED.sub(r" \g<sign>", text))
    return text.replace("\\$", " $")


def _undressed(match: re.Match[str]) -> str:
    start, end = (place - match.start() for place in match.span("words"))
    before, behind = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return _fill(before) * start + match["words"] + _fill(behind) * (len(match[0]) - end)


def _fill(neighbour: str) -> str:
    return "\u00ad" if neighbour.isalpha() else " "
