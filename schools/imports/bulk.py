"""Many new rows of one table at once, without an object for each: COPY in PostgreSQL, one prepared INSERT in SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

# So many rows are sent at a time.
_CHUNK = 200
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows whose values are as the database takes them: text, numbers, ISO dates, None.

    They are taken one by one while PostgreSQL writes those before, so what makes them must not ask the database.
    """
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(_column(model, name)) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Past Django's own cursor, so its errors are put in Django's words here.
            with connection.wrap_database_errors:
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", _Lines(rows))
            return
        marks = ", ".join(["%s"] * len(names))
        # The names are those of our own models; the values go as parameters.
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(rows))  # noqa: S608


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)  # noqa: S101
    return str(field.column)


class _Lines:
    """Rows as the file that COPY reads."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._lines = map(_line, rows)

    def read(self, _size: int = -1) -> bytes:
        return "".join(islice(self._lines, _CHUNK)).encode()


def _line(row: Sequence[Any]) -> str:
    line = "\t".join(["\\N" if value is None else str(value) for value in row])
    # Hardly a text has anything to be escaped, and to look at each for it takes longer than all the rest.
    if (line.count("\\"), line.count("\t")) != (row.count(None), len(row) - 1) or "\n" in line or "\r" in line:
        line = "\t".join(["\\N" if value is None else str(value).translate(_ESCAPED) for value in row])
    return f"{line}\n"
