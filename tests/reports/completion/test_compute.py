from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.completion import selectors, services
from reports.models import CompletionDue, CompletionRate, Report, Round, Submission, Value
from reports.rounds.services import close_round, exclude_report, restore_report
from schools.models import Unit
from targets.completion import Completion
from tests import factories as make
from tests.reports.completion import brute

LEVELS = {"MN": 1, "TH": 2, "THCS": 4, "THPT": 8}
STATES = ["not_started", "draft", "submitted", "returned", "accepted"]
INDICATORS: dict[str, dict[str, Any]] = {
    "yes": {},
    "some": {"levels": 12},
    "commune": {"per_commune": True},
    "commune-th": {"per_commune": True, "levels": 2},
    "staff": {"kind": "people", "counted": "staff"},
    "staff-up": {"kind": "people", "counted": "staff", "levels": 6},
    "pupils": {"kind": "people", "counted": "pupils"},
    "pupils-up": {"kind": "people", "counted": "pupils", "levels": 12},
}

share = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: (min(pair), max(pair)))
schools = st.lists(
    st.fixed_dictionaries(
        {
            "levels": st.sets(st.sampled_from(list(LEVELS)), min_size=1, max_size=3),
            "place": st.sampled_from(["a", "b", None]),
            "manager": st.sampled_from(["a", "b", "department", None]),
            "state": st.sampled_from(STATES),
            "excluded": st.sampled_from([False, False, False, True]),
            "known": st.sets(st.sampled_from(["", *LEVELS])),
            "values": st.lists(share, min_size=8, max_size=8),
            "gaps": st.booleans(),
        }
    ),
    max_size=7,
)


def build(drawn: list[dict[str, Any]]) -> Round:
    department = make.make_department()
    units: dict[str | None, Unit | None] = {
        None: None,
        "department": department,
        "a": make.make_commune(department, "a", "Xã A"),
        "b": make.make_commune(department, "b", "Xã B"),
    }
    campaign = make.make_campaign(department)
    indicators = [make.make_indicator(campaign, code, **more) for code, more in INDICATORS.items()]
    round_ = make.make_round(campaign, department, indicators)
    for number, row in enumerate(drawn):
        school = make.make_school(
            f"Trường {number}", sorted(row["levels"]), commune=units[row["place"]], manager=units[row["manager"]]
        )
        pupils = {level: 10 + number for level in row["known"] if level}
        make.make_headcounts(school, 2026, staff=5 + number if "" in row["known"] else None, **pupils)
        make.make_headcounts(school, 2025, staff=1000, TH=1000)
        report = make.make_report(round_, school)
        if row["excluded"]:
            Report.objects.filter(pk=report.pk).update(excluded_at=make.local(2026, 11, 2), exclusion_reason="Sáp nhập")
        if row["state"] not in {"not_started", "draft"}:
            submit(report, row["values"], state=row["state"], gaps=row["gaps"])
    return round_


def submit(report: Report, shares: list[tuple[int, int]], *, state: str = "submitted", gaps: bool = False) -> None:
    """An earlier version that no longer counts, then the current one; `gaps` leaves one indicator out."""
    old, made = (
        Submission.objects.create(report=report, number=number, receipt=f"BC-{report.pk}-{number}") for number in (1, 2)
    )
    values: list[Value] = []
    for place, indicator in enumerate(report.round.indicators.order_by("pk")):
        for level in indicator.value_levels(report.levels):
            n, d = shares[place % len(shares)]
            if indicator.kind == "units":
                n, d = n % 2, 1
            if not (gaps and place == 6):
                values.append(Value(submission=made, indicator=indicator, level=level, numerator=n, denominator=d))
            values.append(Value(submission=old, indicator=indicator, level=level, numerator=7, denominator=7))
    Value.objects.bulk_create(values)
    Report.objects.filter(pk=report.pk).update(
        state=state, current_submission=made, first_submitted_at=make.local(2026, 11, 3)
    )


def stored(round_: Round) -> brute.Rates:
    return {
        (row.basis, row.grouping, row.unit_id, row.indicator_id, row.level): row.completion
        for row in CompletionRate.objects.filter(round=round_)
    }


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(drawn=schools)
def test_the_statement_equals_brute_force(drawn: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        round_ = build(drawn)
        written = services.compute_completion(round_id=round_.pk)
        expected = brute.Brute(round_).rates()
        assert stored(round_) == expected
        assert written == len(expected)
        transaction.set_rollback(True)


@pytest.fixture
def counted_world(open_world: SimpleNamespace) -> SimpleNamespace:
    """The primary school of commune A has submitted 10 of 30 staff and 200 of 400 pupils."""
    submit(open_world.report, [(1, 1), (10, 30), (200, 400), (1, 1)])
    services.compute_completion(round_id=open_world.round.pk)
    return open_world


def whole(w: SimpleNamespace, code: str, level: str = "", basis: str = "provisional") -> Completion | None:
    rates = selectors.rates(round_id=w.round.pk, basis=basis, grouping="whole")
    return rates.get((w.department.pk, w.indicators[code].pk, level))


def test_the_province_sums_its_schools(counted_world: SimpleNamespace) -> None:
    assert whole(counted_world, "1.2") == Completion(4, 1, 10, 30, 150, 0)
    assert whole(counted_world, "1.4") == Completion(3, 1, 200, 400, 1500, 0)
    assert whole(counted_world, "1.4", "TH") == Completion(2, 1, 200, 400, 300, 0)
    assert whole(counted_world, "2.1", "THCS") == Completion(1, 0, 0, 0, 1, 0)


def test_what_is_only_submitted_is_silent_officially(counted_world: SimpleNamespace) -> None:
    assert whole(counted_world, "1.2", basis="official") == Completion(4, 0, 0, 0, 180, 0)


def test_a_returned_report_is_silent(counted_world: SimpleNamespace) -> None:
    Report.objects.filter(pk=counted_world.report.pk).update(state="returned")
    services.compute_completion(round_id=counted_world.round.pk)
    assert whole(counted_world, "1.2") == Completion(4, 0, 0, 0, 180, 0)


def test_an_excluded_school_leaves_both_sides_and_comes_back(counted_world: SimpleNamespace) -> None:
    before = stored(counted_world.round)
    report = Report.objects.get(pk=counted_world.report.pk)
    exclude_report(report=report, by=counted_world.admin, reason="Sáp nhập")
    services.compute_due_completion()
    assert whole(counted_world, "1.2") == Completion(3, 0, 0, 0, 150, 0)
    restore_report(report=report, by=counted_world.admin, reason="Nhầm")
    services.compute_due_completion()
    assert stored(counted_world.round) == before


def test_rates_that_no_school_stands_behind_any_more_are_gone_even_at_a_standing_clock(
    counted_world: SimpleNamespace,
) -> None:
    with freeze_time("2026-11-20 08:00:00+07:00"):
        services.compute_completion(round_id=counted_world.round.pk)
        Report.objects.filter(unit=counted_world.mn_b).update(
            excluded_at=make.local(2026, 11, 20), exclusion_reason="x"
        )
        services.compute_completion(round_id=counted_world.round.pk)
    assert not CompletionRate.objects.filter(unit=counted_world.commune_b).exists()
    assert whole(counted_world, "2.1", "MN") is None


def test_computing_twice_writes_only_the_time_of_the_whole(counted_world: SimpleNamespace) -> None:
    rows = CompletionRate.objects.filter(round=counted_world.round).order_by("pk")
    before = {row[0]: row[1:] for row in rows.values_list("pk", "grouping", "numerator", "denominator", "computed_at")}
    services.compute_completion(round_id=counted_world.round.pk)
    after = {row[0]: row[1:] for row in rows.values_list("pk", "grouping", "numerator", "denominator", "computed_at")}
    assert {pk: row[:-1] for pk, row in before.items()} == {pk: row[:-1] for pk, row in after.items()}
    written = {pk for pk in before if before[pk] != after[pk]}
    assert written == {pk for pk, row in after.items() if row[0] == "whole"}
    assert selectors.computed_at(counted_world.round.pk, "provisional") == after[min(written)][-1]


def test_another_round_is_left_alone(counted_world: SimpleNamespace) -> None:
    before = stored(counted_world.round)
    other = make.make_round(counted_world.campaign, counted_world.department, [])
    assert services.compute_completion(round_id=other.pk) == 0
    assert stored(counted_world.round) == before


def test_rates_are_read_in_one_query_and_only_of_the_units_named(
    counted_world: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        found = selectors.rates(
            round_id=counted_world.round.pk,
            basis="provisional",
            grouping="place",
            unit_ids=[counted_world.commune_a.pk],
        )
    assert {unit for unit, _, _ in found} == {counted_world.commune_a.pk}
    assert found[counted_world.commune_a.pk, counted_world.indicators["1.2"].pk, ""] == Completion(3, 1, 10, 30, 130, 0)


def test_due_notes_are_drained_once_a_round(counted_world: SimpleNamespace) -> None:
    CompletionDue.objects.all().delete()
    other = make.make_round(counted_world.campaign, counted_world.department, [])
    for round_id in (counted_world.round.pk, counted_world.round.pk, other.pk):
        services.note_due(round_id=round_id)
    assert services.compute_due_completion() == 2
    assert not CompletionDue.objects.exists()
    assert services.compute_due_completion() == 0


def test_closing_a_round_notes_that_its_rates_are_due(counted_world: SimpleNamespace) -> None:
    CompletionDue.objects.all().delete()
    close_round(round=counted_world.round, by=counted_world.admin)
    assert CompletionDue.objects.get().round == counted_world.round


@pytest.mark.django_db(transaction=True)
def test_computing_in_parallel_leaves_what_one_computation_gives() -> None:
    shape = {"place": "a", "manager": "a", "excluded": False, "known": {"", "TH"}, "gaps": False}
    values = [(number, 20) for number in range(8)]
    round_ = build([{**shape, "levels": {"TH"}, "state": state, "values": values} for state in STATES])
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(3):
                services.compute_completion(round_id=round_.pk)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert stored(round_) == brute.Brute(round_).rates()
