"""School lists from offices: workbook → table → rows → preview of everything that would change → one atomic commit.

`problems` and `workbook`, `headers`, `cells` are pure; `places` and `preview` read the database;
`commit` alone writes.
"""

from __future__ import annotations
