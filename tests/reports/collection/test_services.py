from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from accounts.models import AuditEntry
from reports.collection.errors import DraftConflict, ReportClosed, ReportInvalid, TokenUsed
from reports.collection.services import save_draft, submit_report
from reports.collection.versions import new_receipt
from reports.models import CompletionDue, Draft, Report, ReviewStep, Round, Submission, Value
from reports.review.services import return_report
from reports.rounds.services import close_round
from tests import factories as make
from tests.conftest import build_world, open_round_of

NOW = make.local(2026, 11, 21, 8, 30)
VALUES: dict[str, Any] = {
    "1.1": {"": {"n": 1, "d": 1}},
    "1.2": {"": {"n": 24, "d": 30}},
    "1.4": {"TH": {"n": 380, "d": 400}},
    "2.1": {"": {"n": 0, "d": 1}},
}


def save(w: SimpleNamespace, version: int = 0, **more: Any) -> Draft:
    return save_draft(
        **{
            "report": w.report,
            "by": w.principal,
            "version": version,
            "values": VALUES,
            "narrative": {},
            "now": NOW,
            **more,
        }
    )


def submit(w: SimpleNamespace, **more: Any) -> Submission:
    return submit_report(
        **{
            "report": w.report,
            "by": w.principal,
            "token": uuid.uuid4(),
            "values": VALUES,
            "narrative": {"results": "Tốt"},
            "now": NOW,
            **more,
        }
    )


def test_saving_starts_the_report_and_raises_the_version(open_world: SimpleNamespace) -> None:
    draft = save(open_world)
    open_world.report.refresh_from_db()
    assert (draft.version, draft.values, draft.saved_by) == (1, VALUES, open_world.principal)
    assert open_world.report.state == "draft"


def test_a_draft_saved_from_an_old_version_is_refused_with_the_current_one(open_world: SimpleNamespace) -> None:
    save(open_world)
    with pytest.raises(DraftConflict) as refused:
        save(open_world, values={}, by=open_world.staff_member)
    assert refused.value.current.values == VALUES
    assert Draft.objects.get(pk=open_world.report.pk).version == 1


def test_a_refused_draft_does_not_start_the_report(open_world: SimpleNamespace) -> None:
    with pytest.raises(DraftConflict):
        save(open_world, version=7)
    open_world.report.refresh_from_db()
    assert (open_world.report.state, open_world.report.version) == ("not_started", 0)


def test_a_submission_holds_every_value_and_moves_the_report_on(open_world: SimpleNamespace) -> None:
    submission = submit(open_world)
    report = Report.objects.get(pk=open_world.report.pk)
    rows = Value.objects.filter(submission=submission).values_list(
        "indicator__code", "level", "numerator", "denominator"
    )
    assert sorted(rows) == [("1.1", "", 1, 1), ("1.2", "", 24, 30), ("1.4", "TH", 380, 400), ("2.1", "", 0, 1)]
    assert (report.state, report.current_submission_id, report.first_submitted_at) == ("submitted", submission.pk, NOW)
    assert submission.receipt.startswith(f"BC-2026-{report.pk:06d}-1-")
    assert ReviewStep.objects.get(report=report).kind == "submitted"
    assert AuditEntry.objects.filter(action="report.submit", actor=open_world.principal).count() == 1
    assert CompletionDue.objects.filter(round=report.round, report=report).exists()


def test_a_submission_keeps_what_was_strange_in_it(open_world: SimpleNamespace) -> None:
    full = VALUES | {"1.2": {"": {"n": 30, "d": 30}}, "1.4": {"TH": {"n": 400, "d": 400}}}
    assert [one["kind"] for one in submit(open_world, values=full).warnings] == ["all_full"]


def test_a_submission_without_anything_strange_says_so(open_world: SimpleNamespace) -> None:
    assert submit(open_world).warnings == []


def test_the_same_token_gives_the_same_receipt_whatever_came_between(open_world: SimpleNamespace) -> None:
    token = uuid.uuid4()
    first = submit(open_world, token=token)
    assert submit(open_world, token=token, values={}).pk == first.pk
    report = Report.objects.get(pk=open_world.report.pk)
    return_report(report=report, by=open_world.officer, version=report.version, comment="Kiểm tra mục 2.", now=NOW)
    assert submit(open_world, token=token).pk == first.pk
    Round.objects.filter(pk=open_world.round.pk).update(state="closed", closed_at=NOW)
    assert submit(open_world, token=token).receipt == first.receipt
    assert Submission.objects.count() == 1


def test_a_second_token_does_not_submit_again(open_world: SimpleNamespace) -> None:
    first = submit(open_world)
    with pytest.raises(ReportClosed) as refused:
        submit(open_world)
    assert refused.value.submission == first
    assert Submission.objects.count() == 1


def test_a_token_of_another_report_is_refused(open_world: SimpleNamespace) -> None:
    token = uuid.uuid4()
    submit(open_world, token=token)
    with pytest.raises(TokenUsed):
        submit(open_world, token=token, report=open_world.reports[open_world.mn_b.pk], by=open_world.principal_b)


def test_nothing_incomplete_is_received(open_world: SimpleNamespace) -> None:
    with pytest.raises(ReportInvalid) as refused:
        submit(open_world, values={**VALUES, "1.2": {"": {"n": 31, "d": 30}}})
    assert [problem.number for problem in refused.value.problems.errors] == [2]
    assert not Submission.objects.exists()
    assert Report.objects.get(pk=open_world.report.pk).version == 0


@pytest.mark.parametrize(("before_deadline", "late"), [(timedelta(microseconds=1), False), (timedelta(0), True)])
def test_late_begins_at_the_deadline_to_the_microsecond(
    open_world: SimpleNamespace, before_deadline: timedelta, late: bool
) -> None:
    submission = submit(open_world, now=open_world.round.deadline_at - before_deadline)
    assert submission.is_late is late
    assert Report.objects.get(pk=open_world.report.pk).is_late is late


def test_an_extension_moves_the_own_deadline(open_world: SimpleNamespace) -> None:
    until = open_world.round.deadline_at + timedelta(days=5)
    Report.objects.filter(pk=open_world.report.pk).update(extended_until=until)
    assert submit(open_world, now=until - timedelta(microseconds=1)).is_late is False


def test_a_correction_after_the_deadline_does_not_make_the_report_late(open_world: SimpleNamespace) -> None:
    submit(open_world)
    report = Report.objects.get(pk=open_world.report.pk)
    return_report(report=report, by=open_world.officer, version=report.version, comment="Xem lại.", now=NOW)
    second = submit(open_world, now=open_world.round.deadline_at + timedelta(days=1))
    report.refresh_from_db()
    assert (second.number, second.is_late, report.is_late) == (2, True, False)
    assert report.first_submitted_at == NOW


@pytest.mark.parametrize("write", [save, submit])
def test_a_locked_round_takes_nothing(open_world: SimpleNamespace, write: Callable[..., Any]) -> None:
    locks_at = open_world.round.deadline_at + timedelta(days=3)
    Round.objects.filter(pk=open_world.round.pk).update(locks_at=locks_at)
    with pytest.raises(ReportClosed, match="đã khóa"):
        write(open_world, now=locks_at)
    write(open_world, now=locks_at - timedelta(microseconds=1))


@pytest.mark.parametrize("write", [save, submit])
def test_a_closed_round_takes_nothing(open_world: SimpleNamespace, write: Callable[..., Any]) -> None:
    close_round(round=open_world.round, by=open_world.admin, now=NOW)
    with pytest.raises(ReportClosed, match="đã chốt"):
        write(open_world)


@pytest.mark.parametrize("write", [save, submit])
def test_an_excluded_unit_owes_nothing(open_world: SimpleNamespace, write: Callable[..., Any]) -> None:
    Report.objects.filter(pk=open_world.report.pk).update(excluded_at=NOW, exclusion_reason="Giải thể")
    with pytest.raises(ReportClosed, match="đưa ra khỏi"):
        write(open_world)


def test_a_late_autosave_never_touches_a_submitted_report(open_world: SimpleNamespace) -> None:
    stale = save(open_world)
    submission = submit(open_world)
    for version in (stale.version, stale.version + 1):
        with pytest.raises(ReportClosed):
            save(open_world, version=version, values={})
    draft = Draft.objects.get(pk=open_world.report.pk)
    assert draft.values == VALUES
    assert Report.objects.get(pk=open_world.report.pk).current_submission_id == submission.pk


def test_a_return_continues_from_what_was_submitted(open_world: SimpleNamespace) -> None:
    submit(open_world)
    report = Report.objects.get(pk=open_world.report.pk)
    return_report(report=report, by=open_world.officer, version=report.version, comment="Xem lại.", now=NOW)
    draft = Draft.objects.get(pk=report.pk)
    assert (draft.values, draft.narrative) == (VALUES, {"results": "Tốt"})
    save(open_world, version=draft.version, report=Report.objects.get(pk=report.pk))
    assert Report.objects.get(pk=report.pk).state == "returned"


def test_a_submit_of_a_draft_that_somebody_changed_meanwhile_is_refused(open_world: SimpleNamespace) -> None:
    seen = save(open_world)
    save(open_world, version=seen.version, values={})
    with pytest.raises(DraftConflict):
        submit(open_world, draft_version=seen.version)
    assert not Submission.objects.exists()
    assert Report.objects.get(pk=open_world.report.pk).state == "draft"


def test_a_communes_own_report_is_its_words(open_world: SimpleNamespace) -> None:
    report = make.make_report(open_world.round, open_world.commune_a)
    words = {"results": "Tốt", "missing": "Trường đang chuyển địa điểm."}
    submission = submit(open_world, report=report, by=open_world.commune_officer, values={}, narrative=words)
    assert submission.values.count() == 0
    assert submission.narrative == words
    assert Report.objects.get(pk=report.pk).awaiting_commune is False


def test_only_schools_of_a_commune_wait_for_it_first(open_world: SimpleNamespace) -> None:
    submit(open_world)
    high_school = open_world.reports[open_world.thpt_a.pk]
    values = {**VALUES, "1.2": {"": {"n": 1, "d": None}}, "1.4": {"THPT": {"n": 1, "d": None}}}
    submit(open_world, report=high_school, values=values)
    assert Report.objects.get(pk=open_world.report.pk).awaiting_commune is True
    assert Report.objects.get(pk=high_school.pk).awaiting_commune is False


def test_submitting_asks_nothing_of_the_broker_or_the_mail_server(open_world: SimpleNamespace) -> None:
    with override_settings(CELERY_BROKER_URL="redis://192.0.2.1:1/0", EMAIL_BACKEND="not.there"):
        assert submit(open_world).number == 1


def _together(count: int, work: Callable[[], Any]) -> list[Any]:
    """Run the same work in threads that start at one moment; what each returned or raised."""
    barrier, results = threading.Barrier(count), []

    def run() -> None:
        barrier.wait()
        try:
            results.append(work())
        except Exception as problem:  # noqa: BLE001 - the test looks at what it was
            results.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_five_equal_submits_at_once_make_one_version_and_five_equal_receipts() -> None:
    world = open_round_of(build_world())
    for round_trip in range(1, 6):
        token = uuid.uuid4()
        received = _together(5, lambda token=token: submit(world, token=token).receipt)
        assert len(set(received)) == 1, received
        report = Report.objects.get(pk=world.report.pk)
        assert report.submissions.count() == round_trip
        assert Value.objects.filter(submission__report=report).count() == 4 * round_trip
        return_report(report=report, by=world.officer, version=report.version, comment="Xem lại.", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_five_different_submits_at_once_make_one_version() -> None:
    world = open_round_of(build_world())
    received = _together(5, lambda: submit(world))
    assert sum(isinstance(result, Submission) for result in received) == 1
    assert sum(isinstance(result, ReportClosed) for result in received) == 4


@pytest.mark.django_db(transaction=True)
def test_of_drafts_saved_at_once_from_one_version_one_is_kept() -> None:
    world = open_round_of(build_world())
    received = _together(5, lambda: save(world))
    assert sum(isinstance(result, Draft) for result in received) == 1
    assert sum(isinstance(result, DraftConflict) for result in received) == 4
    assert Draft.objects.get(pk=world.report.pk).version == 1


@pytest.mark.django_db(transaction=True)
def test_autosaves_racing_a_submit_lose_and_change_nothing() -> None:
    world = open_round_of(build_world())
    save(world)
    token, turns = uuid.uuid4(), iter(range(6))

    def work() -> Any:
        if next(turns) % 2:
            return submit(world, token=token)
        return save(world, version=1, values={"1.1": {}})

    received = _together(6, work)
    submission = Submission.objects.get()
    assert all(isinstance(item, Submission | Draft | DraftConflict | ReportClosed) for item in received), received
    assert Draft.objects.get(pk=world.report.pk).values == VALUES
    assert Report.objects.get(pk=world.report.pk).current_submission_id == submission.pk


def test_receipts_are_short_enough_for_their_column(open_world: SimpleNamespace) -> None:
    open_world.report.pk = 99_999_999
    assert len(new_receipt(open_world.report, 99)) <= 30
