"""Many new rows of one table at once, without an object for each: COPY in PostgreSQL, one prepared INSERT in SQLite."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.db import connection, models

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose values are as the database takes them: text, numbers, ISO dates, None."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(_column(model, name)) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = "".join(map(_line, rows))
            # Past Django's own cursor, so its errors are put in Django's words here.
            with connection.wrap_database_errors:
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(lines))
            return
        marks = ", ".join(["%s"] * len(names))
        # The names are those of our own models; the values go as parameters.
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)  # noqa: S101
    return str(field.column)


def _line(row: Sequence[Any]) -> str:
    line = "\t".join(["\\N" if value is None else str(value) for value in row])
    # Hardly a text has anything to be escaped, and to look at each for it takes longer than all the rest.
    if (line.count("\\"), line.count("\t")) != (row.count(None), len(row) - 1) or "\n" in line or "\r" in line:
        line = "\t".join(["\\N" if value is None else str(value).translate(_ESCAPED) for value in row])
    return f"{line}\n"
