"""Quotations: where a text quotes, and whether the words stand in a source.

`find` reads Markdown as writers write it; `locate` allows what typography and good manners change
(quotation marks, dashes, line breaks, the first letter's case, … and [brackets]) and not one word.
"""

from __future__ import annotations

from digest.language.finding import Quotation, find
from digest.language.locating import Difference, Found, Near, locate, nearest

__all__ = ["Difference", "Found", "Near", "Quotation", "find", "locate", "nearest"]
