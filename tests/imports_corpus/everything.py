"""All cases, in the order of the rules."""

from __future__ import annotations

from tests.imports_corpus.answers import Case
from tests.imports_corpus.cases import (
    changes,
    codes,
    communes,
    counts,
    files,
    filled,
    headers,
    levels,
    places,
    rows,
    texts,
)

CASES: list[Case] = [
    case
    for part in (headers, files, codes, counts, filled, levels, communes, places, rows, texts, changes)
    for case in part.CASES
]
