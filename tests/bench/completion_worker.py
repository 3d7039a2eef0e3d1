"""The timed work of the completion bench, in a portal of its own; prints one JSON object.

Three ways to the same rows, in one process and one database: the portal's (`completion.services`), the floor
(one statement written by hand for what is asked, into a table without the portal's), and loops over objects.
"""

from __future__ import annotations

import json
import random
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from reports.completion import services  # noqa: E402
from reports.models import CompletionRate, Report, Round, Submission, Value  # noqa: E402
from schools import selectors  # noqa: E402
from schools.imports.bulk import insert_rows  # noqa: E402
from schools.models import Headcount, Unit  # noqa: E402
from tests import factories as make  # noqa: E402
from tests.bench import completion_floor as floor  # noqa: E402
from tests.reports.completion.brute import Brute  # noqa: E402

COMMUNES, ROUNDS, SEED = 129, 7, 20261121
SHAPES = ((1, 38), (2, 30), (4, 22), (6, 4), (8, 5), (16, 1))  # levels of a school and how many in a hundred
BITS = {"MN": 1, "TH": 2, "THCS": 4, "THPT": 8, "GDTX": 16}
STATES = (("not_started", 25), ("draft", 10), ("submitted", 25), ("returned", 5), ("accepted", 35))
# As the annex of Ninh Bình asks them: yes or no, staff, pupils; all levels or some.
ASKED: dict[str, dict[str, Any]] = {
    "1.1": {},
    "1.2": {"kind": "people", "counted": "staff"},
    "1.3": {"kind": "people", "counted": "pupils", "levels": 4 + 8 + 16},
    "1.4": {"kind": "people", "counted": "pupils", "levels": 2 + 4 + 8 + 16},
    "1.5": {"levels": 4 + 8 + 16},
    "1.6": {"kind": "people", "counted": "pupils", "levels": 8 + 16},
    "2.1": {},
    "2.2": {"kind": "people", "counted": "pupils", "levels": 2 + 4 + 8},
}


def main(schools: int, *, loops: bool) -> dict[str, Any]:
    round_ = fill(schools)
    analyse()
    floor.make_table()
    pairs = []
    for number in range(ROUNDS):
        empty()
        pairs.append(
            both(lambda: services.compute_completion(round_id=round_.pk), lambda: floor.all_rates(round_), number)
        )
    assert portal_rows(round_) == floor.rows(), "the floor and the portal differ"
    analyse()
    found: dict[str, Any] = {"all": pairs, "rows": len(floor.rows())}
    if loops:
        started = time.perf_counter()
        by_loops = {key: tuple(vars_of(value)) for key, value in Brute(round_).rates().items()}
        found["loops"] = time.perf_counter() - started
        assert by_loops == portal_rows(round_), "the loops and the portal differ"
    found["one"] = after_one(round_)
    assert portal_rows(round_) == fresh_floor(round_), "after single submissions the rates differ"
    return found


def vars_of(value: Any) -> list[int]:
    names = ("expected", "counted", "numerator", "denominator", "silent_denominator", "silent_unknown")
    return [getattr(value, name) for name in names]


def both(portal: Callable[[], object], least: Callable[[], object], number: int) -> tuple[float, float]:
    """Seconds of each, in turn the one and the other first."""
    taken = {}
    for name, work in (("portal", portal), ("floor", least))[:: -1 if number % 2 else 1]:
        started = time.perf_counter()
        work()
        taken[name] = time.perf_counter() - started
    return taken["portal"], taken["floor"]


def after_one(round_: Round) -> list[tuple[float, float]]:
    """Sixty schools, one after the other: accepted or returned, then what that touches."""
    dice = random.Random(SEED)
    reports = list(Report.objects.filter(round=round_, current_submission__isnull=False).order_by("pk"))
    pairs = []
    for number, report in enumerate(dice.sample(reports, 60)):
        state = "returned" if report.state == "accepted" else "accepted"
        Report.objects.filter(pk=report.pk).update(state=state)
        communes = [report.commune_id]

        def portal(communes: list[Any] = communes) -> None:
            services.compute_communes(round_id=round_.pk, commune_ids=communes)

        def least(report: Report = report) -> None:
            floor.after_one(round_, report)

        pairs.append(both(portal, least, number))
    return pairs


def portal_rows(round_: Round) -> dict[tuple[Any, ...], tuple[int, ...]]:
    names = ("numerator", "denominator", "silent_denominator", "silent_unknown")
    rows = CompletionRate.objects.filter(round=round_).values_list(
        "basis", "grouping", "unit_id", "indicator_id", "level", "expected", "counted", *names
    )
    return {tuple(row[:5]): tuple(row[5:]) for row in rows}


def empty() -> None:
    """Both ways write every row anew."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reports_completionrate, reports_completionpart")
    floor.empty()


def fresh_floor(round_: Round) -> dict[tuple[Any, ...], tuple[int, ...]]:
    floor.empty()
    floor.all_rates(round_)
    return floor.rows()


def analyse() -> None:
    connection.commit()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


# --- the province ---------------------------------------------------------------------------------
def fill(schools: int) -> Round:
    """Schools of all kinds in the communes; a third silent, some headcounts missing. The same for one size always."""
    dice = random.Random(SEED)
    department = selectors.department() or make.make_department()
    communes = [make.make_commune(department, f"x{place:03d}", f"Xã {place:03d}") for place in range(COMMUNES)]
    campaign = make.make_campaign(department)
    asked = [make.make_indicator(campaign, code, **more) for code, more in ASKED.items()]
    round_ = make.make_round(campaign, department, asked, state="open", opened_at=make.local(2026, 11, 1))
    units, counts, reports, submissions, values = [], [], [], [], []
    now, today = timezone.now().isoformat(), timezone.localdate().isoformat()
    for number in range(schools):
        pk = 1_000_000 + number
        mask = dice.choices([mask for mask, _ in SHAPES], [share for _, share in SHAPES])[0]
        commune = communes[number % COMMUNES].pk
        manager = department.pk if mask >= 8 else commune
        name = f"Trường {number}"
        units.append(("school", pk, f"t{number}", name, "", name, name, manager, commune, mask, "public", "", "", ""))
        staff, pupils = dice.randint(8, 90), {code: dice.randint(60, 900) for code, bit in BITS.items() if mask & bit}
        if dice.random() > 0.05:
            counts.append((pk, 2026, "staff", "", staff, today, "bench"))
            counts += [(pk, 2026, "pupils", code, many, today, "bench") for code, many in pupils.items()]
        state = dice.choices([state for state, _ in STATES], [share for _, share in STATES])[0]
        reports.append((pk, round_.pk, pk, mask, commune, manager, "not_started", False, 0, False, ""))
        if state in {"submitted", "returned", "accepted"}:
            submissions.append((pk, pk, 1, str(uuid.UUID(int=pk)), f"BC-{pk}", now, "", False, "{}", state))
            for indicator in asked:
                for level in indicator.value_levels(mask):
                    whole = 1 if not indicator.counted else pupils[level] if level else staff
                    values.append((pk, indicator.pk, level, dice.randint(0, whole), whole))
    unit = "kind id code name short_name name_folded name_sort manager commune levels ownership address email phone"
    with transaction.atomic():
        insert_rows(Unit, unit.split(), units)
        insert_rows(Headcount, ["unit", "school_year", "population", "level", "number", "as_of", "source"], counts)
        report = "id round unit levels commune manager state awaiting_commune version is_late exclusion_reason"
        insert_rows(Report, report.split(), reports)
        sent = "id report number token receipt submitted_at on_behalf_reason is_late narrative"
        insert_rows(Submission, sent.split(), [row[:-1] for row in submissions])
        insert_rows(Value, ["submission", "indicator", "level", "numerator", "denominator"], values)
        for state in ("submitted", "returned", "accepted"):
            ids = [row[0] for row in submissions if row[-1] == state]
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE reports_report SET state = %s, current_submission_id = id, first_submitted_at = now()"
                    " WHERE id = ANY(%s)",
                    [state, ids],
                )
    return round_


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), loops=sys.argv[2] == "loops")))  # noqa: T201
