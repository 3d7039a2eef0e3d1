"""The timed work of the import bench, in a portal of its own: reads orders on its input, one answer a line.

An order is [what, path of a list]: `portal` is this import as the pages run it, `floor` the least that could
write the same columns, `stock` a plain ModelResource. Each meets a fresh copy of a database without schools.
"""

from __future__ import annotations

import gc
import io
import json
import os
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from import_export import fields, resources, widgets  # noqa: E402
from python_calamine import CalamineWorkbook  # noqa: E402
from tablib import Dataset  # noqa: E402

from accounts.models import User  # noqa: E402
from schools import selectors  # noqa: E402
from schools.imports import jobs, stored_preview  # noqa: E402
from schools.models import Headcount, SchoolImport, Unit  # noqa: E402
from schools.services.units import DEPARTMENT_LEVELS, OUTSIDE_LEVELS  # noqa: E402
from tests.bench.lists import LEVELS, LINES_ABOVE, OWNERSHIPS, PUPILS, TITLES  # noqa: E402

YEAR = 2026
UNIT = "kind, code, name, short_name, name_folded, name_sort, manager_id, commune_id, levels, ownership, address, email, phone"  # noqa: E501
CHANGED = ", ".join(
    f"{name} = excluded.{name}"
    for name in ("name", "name_folded", "name_sort", "manager_id", "commune_id", "levels", "ownership")
)
COUNT = "unit_id, school_year, population, level, number, as_of, source"
COLUMNS = ("code", "name", "levels", "ownership", "commune", *(f"pupils_{level.lower()}" for level in PUPILS), "staff")


def main() -> None:
    for line in sys.stdin:
        what, path = json.loads(line)
        print(json.dumps(run(what, Path(path))), flush=True)  # noqa: T201


def run(what: str, path: Path) -> dict[str, Any]:
    fresh_database()
    content = path.read_bytes()
    User.objects.exists()
    gc.collect()
    started = time.perf_counter()
    WAYS[what](content)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "schools": Unit.objects.schools().count(), "headcounts": Headcount.objects.count()}


def at_start(content: bytes) -> None:
    """Nothing: for a process that has only started."""


def fresh_database() -> None:
    """A copy of the database as it is without schools."""
    connection.close()
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        for end in ("-wal", "-shm"):
            Path(f"{name}{end}").unlink(missing_ok=True)
        shutil.copy(f"{name}.empty", name)
        return
    import psycopg2

    server = psycopg2.connect(os.environ["BENCH_SERVER"])
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{name}_empty"')
    server.close()


# --- this import --------------------------------------------------------------------------------
def by_portal(content: bytes) -> None:
    """What the pages do: upload, the preview (at once or by the worker), the order to write, the worker."""
    by = User.objects.get(username="bench")
    item = jobs.save_upload(name="Danh mục.xlsx", content=content, school_year=YEAR, by=by)
    if item.state == SchoolImport.State.READING:
        jobs.run_due()
        item.refresh_from_db()
    head = stored_preview.load(item).head
    jobs.queue_commit(item=item, by=by, skip_errors=False, expected=head.writable)
    jobs.run_due()
    item.refresh_from_db()
    assert item.state == SchoolImport.State.COMMITTED, (item.state, item.outcome)


# --- the floor ----------------------------------------------------------------------------------
def by_floor(content: bytes) -> None:
    """Units and headcounts only, unchecked: no places, no managers' history, no record, no undo, no preview.

    The folded name and the sort key are the name in small letters, which a database can do by itself.
    """
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    body = rows[rows.index(list(TITLES)) + 1 :]
    with transaction.atomic(), connection.cursor() as cursor:
        (floor_of_postgresql if connection.vendor == "postgresql" else floor_of_sqlite)(cursor, body)


def floor_of_postgresql(cursor: Any, rows: Sequence[Sequence[Any]]) -> None:
    numbers = {"levels", "staff", *(name for name in COLUMNS if name.startswith("pupils_"))}
    columns = ", ".join(f"{name} {'integer' if name in numbers else 'text'}" for name in COLUMNS)
    cursor.execute(f"CREATE TEMP TABLE list ({columns}) ON COMMIT DROP")
    lines = []
    for code, name, levels, ownership, commune, *counts in rows:
        told = ("\\N" if count == "" else str(int(count)) for count in counts)
        lines.append("\t".join([code, name, str(LEVELS[levels]), OWNERSHIPS[ownership], commune, *told]))
    cursor.copy_expert("COPY list FROM STDIN", io.StringIO("\n".join(lines) + "\n"))
    department = selectors.department()
    assert department is not None
    cursor.execute(
        f"""INSERT INTO schools_unit ({UNIT})
            SELECT 'school', l.code, l.name, '', lower(l.name), lower(l.name),
                CASE WHEN l.levels & %s > 0 THEN NULL WHEN l.levels & %s > 0 THEN %s ELSE c.id END,
                c.id, l.levels, l.ownership, '', '', ''
            FROM list l JOIN schools_unit c ON c.kind = 'commune' AND c.name = l.commune
            ON CONFLICT (kind, code) DO UPDATE SET {CHANGED}""",  # noqa: S608
        [int(OUTSIDE_LEVELS), int(DEPARTMENT_LEVELS), department.pk],
    )
    told = ", ".join(f"('pupils', '{level}', l.pupils_{level.lower()})" for level in PUPILS)
    cursor.execute(
        f"""INSERT INTO schools_headcount ({COUNT})
            SELECT u.id, %s, n.population, n.level, n.number, %s, 'bench'
            FROM list l JOIN schools_unit u ON u.kind = 'school' AND u.code = l.code,
            LATERAL (VALUES {told}, ('staff', '', l.staff)) AS n (population, level, number)
            WHERE n.number IS NOT NULL
            ON CONFLICT (unit_id, school_year, population, level) DO UPDATE SET number = excluded.number""",  # noqa: S608
        [YEAR, timezone.localdate()],
    )


def floor_of_sqlite(cursor: Any, rows: Sequence[Sequence[Any]]) -> None:
    communes = dict(Unit.objects.communes().order_by().values_list("name", "pk"))
    department = selectors.department()
    assert department is not None
    marks = ", ".join(["%s"] * 13)
    cursor.executemany(
        f"INSERT INTO schools_unit ({UNIT}) VALUES ({marks}) ON CONFLICT (kind, code) DO UPDATE SET {CHANGED}",  # noqa: S608
        list(sqlite_units(rows, communes, department.pk)),
    )
    ids = dict(Unit.objects.schools().order_by().values_list("code", "pk"))
    today = timezone.localdate().isoformat()
    cursor.executemany(
        f"INSERT INTO schools_headcount ({COUNT}) VALUES (%s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
        " ON CONFLICT (unit_id, school_year, population, level) DO UPDATE SET number = excluded.number",
        [
            (ids[row[0]], YEAR, "pupils" if level else "staff", level, int(number), today, "bench")
            for row in rows
            for level, number in zip((*PUPILS, ""), row[5:], strict=True)
            if number != ""
        ],
    )


def sqlite_units(rows: Sequence[Sequence[Any]], communes: dict[str, int], department: int) -> Iterable[tuple[Any, ...]]:
    for code, name, levels, ownership, commune, *_counts in rows:
        mask, place, small = LEVELS[levels], communes[commune], name.lower()
        manager = department if mask & DEPARTMENT_LEVELS else place
        if mask & OUTSIDE_LEVELS:
            manager = None
        yield "school", code, name, "", small, small, manager, place, mask, OWNERSHIPS[ownership], "", "", ""


# --- the stock resource -------------------------------------------------------------------------
class LevelsWidget(widgets.Widget):  # type: ignore[misc]
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int:
        return LEVELS[value]


class OwnershipWidget(widgets.Widget):  # type: ignore[misc]
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return OWNERSHIPS[value]


class PlainResource(resources.ModelResource):  # type: ignore[misc]
    """Units alone, without counts, as the package's own guide writes such a resource."""

    code = fields.Field(attribute="code", column_name=TITLES[0])
    name = fields.Field(attribute="name", column_name=TITLES[1])
    levels = fields.Field(attribute="levels", column_name=TITLES[2], widget=LevelsWidget())
    ownership = fields.Field(attribute="ownership", column_name=TITLES[3], widget=OwnershipWidget())
    commune = fields.Field(
        attribute="commune", column_name=TITLES[4], widget=widgets.ForeignKeyWidget(Unit, field="name")
    )

    class Meta:
        model = Unit
        fields = ("code", "name", "levels", "ownership", "commune")
        import_id_fields = ("code",)
        use_transactions = True

    def before_save_instance(self, instance: Unit, row: Any, **kwargs: Any) -> None:
        instance.kind = "school"


def by_stock(content: bytes) -> None:
    """The two steps of its admin: a dry run that is shown, then the import."""
    for dry_run in (True, False):
        dataset = Dataset()
        dataset.load(content, format="xlsx", skip_lines=LINES_ABOVE)
        PlainResource().import_data(dataset, dry_run=dry_run, raise_errors=True)


WAYS = {"start": at_start, "portal": by_portal, "floor": by_floor, "stock": by_stock}

if __name__ == "__main__":
    main()
