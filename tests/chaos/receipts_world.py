"""The schools that report, made quickly, and the look at what became of their receipts.

`python -m tests.chaos.receipts_world build 1000` prints who may report what as one line of JSON;
`… drain` computes what is due; `… compare FILE` prints what is wrong with the receipts in the file.
"""

# ruff: noqa: T201 - it answers the process that started it
from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402 - after the settings
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import AuditEntry, User  # noqa: E402
from reports.completion import integrity  # noqa: E402
from reports.completion.services import compute_due_completion  # noqa: E402
from reports.models import CompletionDue, Draft, Report, ReviewStep, Submission  # noqa: E402
from reports.rounds import services as rounds  # noqa: E402
from schools import levels  # noqa: E402
from schools.models import Headcount, Management, Membership, Placement, Role, Unit, UnitKind  # noqa: E402
from tests import factories as make  # noqa: E402

SHOWN = 5
COMMUNES = 20
LEVELS = (["MN"], ["TH"], ["THCS"], ["TH", "THCS"])


def build(schools: int) -> dict[str, Any]:
    """A province with an open round and a principal for each school, signed in since some day before."""
    with transaction.atomic():
        department = make.make_department()
        communes = [make.make_commune(department, f"{30_000 + n}", f"Xã Số {n}") for n in range(COMMUNES)]
        units = _schools(communes, schools)
        campaign = make.make_campaign(department)
        pupils = levels.from_codes(["TH", "THCS"])
        asked = [
            make.make_indicator(campaign, "1.1", targets={(2026, ""): 100}),
            make.make_indicator(campaign, "1.2", kind="people", counted="staff", targets={(2026, ""): 80}),
            make.make_indicator(campaign, "1.4", kind="people", counted="pupils", levels=pupils),
            make.make_indicator(campaign, "2.1"),
        ]
        deadline = timezone.localdate() + timedelta(days=90)
        round_ = make.make_round(campaign, department, asked, deadline_on=deadline)
        rounds.open_round(round=round_, by=None)
        people = _people(units, department)
    keys = _sessions(people)
    reports = dict(Report.objects.filter(round=round_).values_list("unit_id", "pk"))
    return {
        "officer": keys["quantri"],
        "password": make.PASSWORD,
        "schools": [
            {"report": reports[unit.pk], "username": f"truong{n}", "session": keys[f"truong{n}"]}
            for n, unit in enumerate(units)
        ],
    }


def _schools(communes: list[Unit], count: int) -> list[Unit]:
    units = []
    for n in range(count):
        home = communes[n % COMMUNES]
        unit = Unit(
            kind=UnitKind.SCHOOL, code=f"37-{n:05d}", name=f"Trường Số {n}", ownership="public",
            levels=levels.from_codes(LEVELS[n % len(LEVELS)]), commune=home, manager=home,
        )  # fmt: skip
        unit.fill_derived()
        units.append(unit)
    units = Unit.objects.bulk_create(units)
    Placement.objects.bulk_create([Placement(unit=unit, commune=unit.commune) for unit in units])
    Management.objects.bulk_create([Management(unit=unit, manager=unit.manager) for unit in units])
    Headcount.objects.bulk_create(
        Headcount(unit=unit, school_year=2026, population=population, level=level, number=number)
        for n, unit in enumerate(units)
        for population, level, number in [
            ("staff", "", 20 + n % 60),
            *(("pupils", level, 100 + n % 400) for level in unit.level_codes),
        ]
    )
    return units


def _people(units: list[Unit], department: Unit) -> list[User]:
    # One hash for all: a thousand would take longer than everything that is tried here.
    password = make_password(make.PASSWORD)
    people = User.objects.bulk_create(
        [User(username="quantri", password=password)]
        + [User(username=f"truong{n}", password=password) for n in range(len(units))]
    )
    roles = [Role.DEPARTMENT_ADMIN, *[Role.PRINCIPAL] * len(units)]
    Membership.objects.bulk_create(
        Membership(user=user, unit=unit, role=role)
        for user, unit, role in zip(people, [department, *units], roles, strict=True)
    )
    return people


def _sessions(people: list[User]) -> dict[str, str]:
    """As signing in leaves them: {username: key}."""
    store, found, rows = SessionStore(), {}, []
    for user in people:
        found[user.username] = store._get_new_session_key()
        data = {
            "_auth_user_id": str(user.pk),
            "_auth_user_backend": "allauth.account.auth_backends.AuthenticationBackend",
            "_auth_user_hash": user.get_session_auth_hash(),
        }
        later = timezone.now() + timedelta(days=14)
        rows.append(Session(session_key=found[user.username], session_data=store.encode(data), expire_date=later))
    Session.objects.bulk_create(rows)
    return found


# --- what became of it -----------------------------------------------------------------------


def drain() -> dict[str, Any]:
    """The worker's own work, when there is no worker."""
    compute_due_completion()
    return waiting()


def waiting() -> dict[str, Any]:
    return {"waiting": CompletionDue.objects.count()}


def compare(ledger: str) -> dict[str, Any]:
    """Every receipt that was shown against the database: {"problems": [...], "receipts": n, "submissions": n}."""
    shown = [json.loads(line) for line in Path(ledger).read_text(encoding="utf-8").splitlines()]
    problems = [found for check in CHECKS for found in check(shown)]
    return {
        "problems": problems[:SHOWN],
        "count": len(problems),
        "receipts": len({one["receipt"] for one in shown}),
        "submissions": Submission.objects.count(),
    }


def _receipts(shown: list[dict[str, Any]]) -> Iterator[str]:
    """Each receipt is there, with what was sent."""
    stored = {one.receipt: one for one in Submission.objects.prefetch_related("values__indicator")}
    for one in shown:
        found = stored.get(one["receipt"])
        if found is None:
            yield f"receipt {one['receipt']} of report {one['report']} is not in the database"
            continue
        values: dict[str, dict[str, list[int]]] = defaultdict(dict)
        for value in found.values.all():
            values[value.indicator.code][value.level] = [value.numerator, value.denominator]
        is_now = {"report": found.report_id, "number": found.number, "values": dict(values)}
        for name, now in {**is_now, "narrative": found.narrative}.items():
            if now != one[name]:
                yield f"receipt {one['receipt']}: {name} was {one[name]}, is {now}"
        if str(found.token) not in one["tokens"]:
            yield f"receipt {one['receipt']}: the token {found.token} was never sent"


def _tokens(shown: list[dict[str, Any]]) -> Iterator[str]:
    """One token, one receipt; one number of a receipt, one version."""
    by_token: dict[str, set[str]] = defaultdict(set)
    by_receipt: dict[str, set[str]] = defaultdict(set)
    for one in shown:
        by_token[one["token"]].add(one["receipt"])
        by_receipt[one["receipt"]].add(f"{one['report']}-{one['number']}")
    for name, others in (*by_token.items(), *by_receipt.items()):
        if len(others) > 1:
            yield f"{name} stands for {sorted(others)}"


def _versions(shown: list[dict[str, Any]]) -> Iterator[str]:
    """As many versions as were asked for, numbered without a hole, the last one current, each noted once."""
    asked = {one["report"]: one["number"] for one in sorted(shown, key=lambda one: one["number"])}
    steps = Counter(ReviewStep.objects.filter(kind="submitted").values_list("report_id", flat=True))
    entries = Counter(AuditEntry.objects.filter(action="report.submit").values_list("target_id", flat=True))
    drafts = dict(Draft.objects.values_list("pk", "values"))
    for report in Report.objects.select_related("current_submission").prefetch_related("submissions"):
        numbers = [one.number for one in report.submissions.all()]
        wanted = asked.get(report.pk, 0)
        last = report.current_submission
        if numbers != list(range(1, wanted + 1)):
            yield f"report {report.pk} has the versions {numbers}, {wanted} were shown"
        elif report.state != "submitted" or last is None or last.number != wanted or report.is_late:
            yield f"report {report.pk} is {report.state}, late {report.is_late}, current {last}"
        elif (steps[report.pk], entries[str(report.pk)]) != (wanted, wanted):
            yield f"report {report.pk}: {steps[report.pk]} steps, {entries[str(report.pk)]} entries, {wanted} versions"
        elif drafts[report.pk] != _as_draft(last):
            yield f"report {report.pk}: the draft is not what was submitted"


def _as_draft(submission: Submission) -> dict[str, Any]:
    found: dict[str, Any] = defaultdict(dict)
    for value in submission.values.select_related("indicator"):
        found[value.indicator.code][value.level] = {"n": value.numerator, "d": value.denominator}
    return dict(found)


def _leftovers(shown: list[dict[str, Any]]) -> Iterator[str]:
    """Nothing waits, and every rate is what a fresh sum gives."""
    if count := CompletionDue.objects.count():
        yield f"{count} notes of rates to compute are left"
    for check in integrity.run_checks():
        for line in check.found:
            yield f"{check.name}: {line}"


CHECKS: tuple[Callable[[list[dict[str, Any]]], Iterator[str]], ...] = (_receipts, _tokens, _versions, _leftovers)


def main(words: list[str]) -> dict[str, Any]:
    match words:
        case ["build", count]:
            return build(int(count))
        case ["drain"]:
            return drain()
        case ["waiting"]:
            return waiting()
        case ["compare", ledger]:
            return compare(ledger)
    raise SystemExit(__doc__)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), ensure_ascii=False))
