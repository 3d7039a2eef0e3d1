from __future__ import annotations

import threading
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import AuditEntry
from reports.models import CompletionDue, Draft, ReminderStep, Report, Round, RoundAudience, Submission
from reports.rounds import services
from reports.rounds.services import Audience, Deadline, RoundError
from schools.models import Unit
from tests import factories as make

NOW = make.local(2026, 11, 1, 8)


def submit(report: Report, *, at: datetime) -> None:
    """As a late submission leaves its report."""
    made = Submission.objects.create(report=report, number=1, receipt=f"BC-{report.pk}", submitted_at=at, is_late=True)
    Report.objects.filter(pk=report.pk).update(
        state="submitted", current_submission=made, first_submitted_at=at, is_late=True
    )


def asked(round_: Round) -> set[str]:
    return set(Report.objects.filter(round=round_).values_list("unit__name", flat=True))


def test_opening_makes_one_report_and_one_empty_draft_for_each_school(world: SimpleNamespace) -> None:
    assert services.open_round(round=world.round, by=world.admin, now=NOW) == 4
    assert asked(world.round) == {school.name for school in world.schools}
    assert Draft.objects.filter(report__round=world.round, values={}).count() == 4
    assert world.round.state == "open"
    assert world.round.opened_at == NOW


def test_opening_is_audited_and_notes_that_rates_are_due(world: SimpleNamespace) -> None:
    services.open_round(round=world.round, by=world.admin, now=NOW)
    entry = AuditEntry.objects.get(action="round.open")
    assert (entry.actor, entry.after) == (world.admin, {"reports": 4})
    assert CompletionDue.objects.filter(round=world.round).count() == 1


def test_a_report_keeps_levels_place_and_manager_of_the_day_of_opening(open_world: SimpleNamespace) -> None:
    Unit.objects.filter(pk=open_world.th_a.pk).update(levels=6, commune=open_world.commune_b, manager=None)
    report = Report.objects.get(unit=open_world.th_a)
    assert (report.levels, report.commune, report.manager) == (2, open_world.commune_a, open_world.commune_a)


def test_opening_twice_gives_one_set(world: SimpleNamespace) -> None:
    stale = Round.objects.get(pk=world.round.pk)
    services.open_round(round=world.round, by=world.admin, now=NOW)
    with pytest.raises(RoundError, match="đã được mở"):
        services.open_round(round=stale, by=world.officer, now=NOW)
    assert Report.objects.filter(round=world.round).count() == 4


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "owes"),
    [
        (None, date(2026, 12, 14), False),
        (None, date(2026, 12, 15), True),
        (date(2026, 12, 14), None, True),
        (date(2026, 12, 15), None, False),
        (None, date(2026, 1, 1), False),
    ],
)
def test_who_owes_is_decided_by_who_exists_on_the_last_valid_day(
    world: SimpleNamespace, opened_on: date | None, closed_on: date | None, owes: bool
) -> None:
    Unit.objects.filter(pk=world.th_a.pk).update(opened_on=opened_on, closed_on=closed_on)
    services.open_round(round=world.round, by=world.admin, now=NOW)
    assert (world.th_a.name in asked(world.round)) is owes


def test_without_a_date_who_owes_is_decided_by_the_day_of_opening(world: SimpleNamespace) -> None:
    undated = make.make_round(world.campaign, world.department, [], deadline_on=None)
    Unit.objects.filter(pk=world.th_a.pk).update(closed_on=date(2026, 11, 1))
    Unit.objects.filter(pk=world.mn_b.pk).update(closed_on=date(2026, 11, 2))
    assert services.open_round(round=undated, by=world.admin, now=NOW) == 3
    assert not ReminderStep.objects.filter(round=undated).exists()


def test_the_audience_says_who_is_asked(world: SimpleNamespace) -> None:
    asked_some = make.make_round(world.campaign, world.department, [], audience_all=False)
    RoundAudience.objects.create(round=asked_some, wording="Trường có THCS", unit_kind="school", levels=4)
    RoundAudience.objects.create(round=asked_some, wording="UBND xã", unit_kind="commune")
    services.open_round(round=asked_some, by=world.admin, now=NOW)
    assert asked(asked_some) == {world.thths_a.name, world.commune_a.name, world.commune_b.name}


def test_default_reminder_steps_go_out_at_eight_before_the_last_valid_day(open_world: SimpleNamespace) -> None:
    steps = list(ReminderStep.objects.filter(round=open_world.round).values_list("days", "due_at"))
    assert [days for days, _ in steps] == [-30, -14, -7, -3, -1]
    assert steps[-1][1] == make.local(2026, 12, 13, 8)


def test_a_moved_deadline_moves_its_steps_and_overtaken_extensions(open_world: SimpleNamespace) -> None:
    round_ = open_world.round
    services.extend_deadline(
        round=round_, unit=open_world.th_a, until_at=make.local(2026, 12, 18), reason="Mưa lũ", by=open_world.admin
    )
    services.set_deadline(
        round=round_, on=date(2026, 12, 20), rule="by", words="đến hết ngày 20/12", by=open_world.admin
    )
    assert round_.deadline_at == make.local(2026, 12, 21)
    assert ReminderStep.objects.get(round=round_, days=-1).due_at == make.local(2026, 12, 19, 8)
    assert Report.objects.get(pk=open_world.report.pk).extended_until is None


def test_a_deadline_taken_away_leaves_nobody_late_and_no_step_due(open_world: SimpleNamespace) -> None:
    submit(open_world.report, at=make.local(2026, 12, 20))
    services.set_deadline(round=open_world.round, on=None, by=open_world.admin)
    assert open_world.round.deadline_at is None
    assert not Report.objects.get(pk=open_world.report.pk).is_late
    assert not ReminderStep.objects.filter(round=open_world.round, due_at__isnull=False).exists()


def test_a_deadline_moved_forward_makes_a_report_late(open_world: SimpleNamespace) -> None:
    submit(open_world.report, at=make.local(2026, 12, 5))
    services.set_deadline(round=open_world.round, on=date(2026, 12, 10), by=open_world.admin)
    assert not Report.objects.get(pk=open_world.report.pk).is_late
    services.set_deadline(round=open_world.round, on=date(2026, 12, 5), by=open_world.admin)
    assert Report.objects.get(pk=open_world.report.pk).is_late


def test_what_is_put_right_is_on_record_and_a_closed_round_stays_as_it_is(open_world: SimpleNamespace) -> None:
    services.update_round(round=open_world.round, by=open_world.admin, name="Tổng kết", ask_narrative=True)
    entry = AuditEntry.objects.get(action="round.update")
    assert (entry.before, entry.after) == ({"name": "Tổng kết 2026"}, {"name": "Tổng kết"})
    services.update_round(round=open_world.round, by=open_world.admin, name="Tổng kết")
    assert AuditEntry.objects.filter(action="round.update").count() == 1
    services.close_round(round=open_world.round, by=open_world.admin)
    with pytest.raises(RoundError, match="đã chốt"):
        services.update_round(round=open_world.round, by=open_world.admin, name="Khác")


def test_only_an_open_round_is_closed_and_only_once(open_world: SimpleNamespace) -> None:
    planned = make.make_round(open_world.campaign, open_world.department, [])
    with pytest.raises(RoundError):
        services.close_round(round=planned, by=open_world.admin)
    services.close_round(round=open_world.round, by=open_world.admin, now=NOW)
    assert (open_world.round.state, open_world.round.closed_at) == ("closed", NOW)
    with pytest.raises(RoundError):
        services.close_round(round=open_world.round, by=open_world.admin)


def test_exclusion_needs_a_reason_is_kept_by_name_and_can_be_taken_back(open_world: SimpleNamespace) -> None:
    report = open_world.report
    with pytest.raises(RoundError, match="lý do"):
        services.exclude_report(report=report, by=open_world.admin, reason="  ")
    services.exclude_report(report=report, by=open_world.admin, reason="Sáp nhập từ 01/12/2026")
    assert report.excluded_at is not None
    assert list(report.expectation_changes.values_list("kind", "reason", "by")) == [
        ("excluded", "Sáp nhập từ 01/12/2026", open_world.admin.pk)
    ]
    with pytest.raises(RoundError):
        services.exclude_report(report=report, by=open_world.admin, reason="Lần nữa")
    services.restore_report(report=report, by=open_world.admin, reason="Quyết định bị hoãn")
    assert (report.excluded_at, report.exclusion_reason) == (None, "")


def test_a_closed_round_keeps_its_list(open_world: SimpleNamespace) -> None:
    services.close_round(round=open_world.round, by=open_world.admin)
    open_world.report.refresh_from_db()
    report = Report.objects.get(pk=open_world.report.pk)
    with pytest.raises(RoundError, match="đang mở"):
        services.exclude_report(report=report, by=open_world.admin, reason="Muộn rồi")


def test_an_extension_for_a_unit_a_commune_and_everybody(open_world: SimpleNamespace) -> None:
    def extend(unit: Unit | None, day: int) -> dict[str, int | None]:
        services.extend_deadline(
            round=open_world.round, unit=unit, until_at=make.local(2026, 12, day), reason="Bão", by=open_world.admin
        )
        rows = Report.objects.filter(round=open_world.round).values_list("unit__name", "extended_until")
        return {name: until.astimezone(NOW.tzinfo).day if until else None for name, until in rows}

    th, thths, thpt, mn = (school.name for school in open_world.schools)
    assert extend(open_world.th_a, 20) == {th: 20, thths: None, thpt: None, mn: None}
    assert extend(open_world.commune_a, 18) == {th: 20, thths: 18, thpt: 18, mn: None}
    assert extend(None, 19) == {th: 20, thths: 19, thpt: 19, mn: 19}


@pytest.mark.parametrize(
    ("day", "reason", "said"), [(15, "Bão", "sau hạn nộp"), (10, "Bão", "sau hạn nộp"), (20, " ", "lý do")]
)
def test_an_extension_is_later_than_the_deadline_and_has_a_reason(
    open_world: SimpleNamespace, day: int, reason: str, said: str
) -> None:
    with pytest.raises(RoundError, match=said):
        services.extend_deadline(
            round=open_world.round,
            unit=None,
            until_at=make.local(2026, 12, day),
            reason=reason,
            by=open_world.admin,
        )


def test_an_extension_does_not_pass_the_lock(open_world: SimpleNamespace) -> None:
    open_world.round.locks_at = make.local(2026, 12, 25)
    with pytest.raises(RoundError, match="khóa"):
        services.extend_deadline(
            round=open_world.round, unit=None, until_at=make.local(2026, 12, 26), reason="Bão", by=open_world.admin
        )


def test_an_extension_given_afterwards_makes_a_late_report_timely(open_world: SimpleNamespace) -> None:
    moment = make.local(2026, 12, 15)
    for school, after in ((open_world.th_a, timedelta(0)), (open_world.mn_b, timedelta(days=5))):
        submit(open_world.reports[school.pk], at=moment + after)
    services.extend_deadline(
        round=open_world.round, unit=None, until_at=make.local(2026, 12, 20), reason="Bão", by=open_world.admin
    )
    late = dict(Report.objects.filter(first_submitted_at__isnull=False).values_list("unit", "is_late"))
    assert late == {open_world.th_a.pk: False, open_world.mn_b.pk: True}


def test_a_planned_round_keeps_its_words_and_derives_its_instant(world: SimpleNamespace) -> None:
    new = services.create_round(
        campaign=world.campaign,
        name="Sơ kết",
        kind="interim",
        year=2026,
        school_year=2026,
        receiver=world.department,
        indicators=[world.indicators["1.2"], world.indicators["1.1"]],
        audiences=[Audience("Các trường", levels=2)],
        deadline=Deadline(date(2026, 6, 25), "at", "trước 17 giờ ngày 25/6", time(17)),
        by=world.officer,
    )
    assert new.state == "planned"
    assert new.deadline_at == make.local(2026, 6, 25, 17)
    assert [item.code for item in new.indicators.order_by("round_indicators__order")] == ["1.2", "1.1"]
    assert ReminderStep.objects.filter(round=new).count() == 5
    assert new.code == "so-ket-2026"


@pytest.mark.parametrize(
    "changed",
    [
        {"audiences": []},
        {"cutoff_on": date(2026, 6, 26)},
        {"deadline": Deadline(date(2026, 6, 25), "at")},
        {"locks_at": make.local(2026, 6, 1)},
    ],
)
def test_a_round_that_makes_no_sense_is_not_made(world: SimpleNamespace, changed: dict[str, object]) -> None:
    whole: dict[str, object] = {
        "campaign": world.campaign,
        "name": "Sơ kết",
        "kind": "interim",
        "year": 2026,
        "school_year": 2026,
        "receiver": world.department,
        "indicators": [],
        "audiences": [Audience("Các trường")],
        "deadline": Deadline(date(2026, 6, 25)),
        "by": world.officer,
    }
    with pytest.raises(ValidationError):
        services.create_round(**{**whole, **changed})  # type: ignore[arg-type]
    assert Round.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_at_once_one_makes_the_only_set() -> None:
    department = make.make_department()
    for number in range(5):
        make.make_school(f"Trường {number}", ["TH"], commune=None, manager=department)
    round_ = make.make_round(make.make_campaign(department), department, [])
    results: list[object] = []
    barrier = threading.Barrier(2)

    def press() -> None:
        barrier.wait()
        try:
            results.append(services.open_round(round=Round.objects.get(pk=round_.pk), by=None, now=NOW))
        except RoundError as error:
            results.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) == ["5", "Đợt này đã được mở."]
    assert Report.objects.filter(round=round_).count() == 5
