"""A decision is taken back within a day, as long as nothing has happened since."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from freezegun import freeze_time

from accounts.models import AuditEntry
from reports.collection.errors import ReportClosed
from reports.collection.evidence import add_evidence
from reports.collection.services import save_draft
from reports.models import CompletionDue, Draft, Report, ReviewStep, Round
from reports.review import services, undoing
from tests import factories as make
from tests.access.stage import PDF
from tests.conftest import build_world, open_round_of
from tests.reports.review.conftest import NOW, decide, fresh, hand_in, url, warn

ClientOf = Callable[[Any], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW) as frozen:
        yield frozen


def standing(report: Report) -> tuple[str, bool, Any]:
    now = fresh(report)
    return now.state, now.awaiting_commune, now.accepted_at


@pytest.mark.parametrize(("who", "verb"), [("officer", "accept"), ("officer", "return"), ("commune_officer", "accept")])
def test_a_decision_is_taken_back_to_where_it_found_the_report(
    open_world: SimpleNamespace, client_of: ClientOf, who: str, verb: str
) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(getattr(open_world, who))
    before = standing(report)
    decide(client, verb, report, "Xem lại mục 2.")
    assert standing(report) != before
    CompletionDue.objects.all().delete()
    assert "Hoàn tác quyết định này" in client.get(url("report_review", report.pk)).content.decode()
    decide(client, "undo", report)
    assert standing(report) == before == ("submitted", True, None)
    assert ReviewStep.objects.filter(report=report).last().kind == "undone"  # type: ignore[union-attr]
    assert AuditEntry.objects.filter(action="report.undo", actor=getattr(open_world, who)).count() == 1
    assert CompletionDue.objects.filter(report=report).count() == 1


def test_a_reopening_is_taken_back_with_the_hour_of_acceptance(
    open_world: SimpleNamespace, client_of: ClientOf, clock: Any
) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.officer)
    decide(client, "accept", report)
    clock.tick(3600)
    decide(client, "reopen", report, "Trường xin sửa.")
    decide(client, "undo", report)
    assert standing(report) == ("accepted", False, NOW)


def test_only_the_same_hand_or_unit_takes_it_back(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = hand_in(open_world, open_world.report)
    decide(client_of(open_world.officer), "accept", report)
    for user in (open_world.other_officer, open_world.commune_officer, open_world.admin):
        decide(client_of(user), "undo", report)
        assert fresh(report).state == "accepted"
    colleague = make.make_user("dongnghiep", open_world.office, "officer")
    decide(client_of(colleague), "undo", report)
    assert fresh(report).state == "submitted"


def test_after_a_day_it_stands(open_world: SimpleNamespace, client_of: ClientOf, clock: Any) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.officer)
    decide(client, "accept", report)
    clock.tick(24 * 3600)
    assert "Hoàn tác quyết định này" not in client.get(url("report_review", report.pk)).content.decode()
    answer = client.post(url("report_undo", report.pk), {"version": fresh(report).version}, follow=True)
    assert "Không có quyết định nào của bạn trong 24 giờ qua" in answer.content.decode()
    assert fresh(report).state == "accepted"


def test_a_return_stands_once_the_school_has_saved(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.officer)
    decide(client, "return", report, "Xem lại mục 2.")
    draft = Draft.objects.get(pk=report.pk)
    save_draft(report=fresh(report), by=open_world.principal, version=draft.version, values=draft.values, narrative={})
    answer = client.post(url("report_undo", report.pk), {"version": fresh(report).version}, follow=True)
    assert "Đơn vị đã bắt đầu sửa báo cáo nên không hoàn tác được" in answer.content.decode()
    assert fresh(report).state == "returned"


def test_a_return_stands_once_the_school_has_attached_a_file(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.officer)
    decide(client, "return", report, "Bổ sung minh chứng.")
    file = SimpleUploadedFile("ke-hoach.pdf", PDF, content_type="application/pdf")
    add_evidence(report=fresh(report), file=file, by=open_world.principal)
    decide(client, "undo", report)
    assert fresh(report).state == "returned"


def test_a_page_of_the_school_that_was_open_saves_nothing_after_the_undo(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.officer)
    decide(client, "return", report, "Xem lại mục 2.")
    draft, seen = Draft.objects.get(pk=report.pk), fresh(report)
    decide(client, "undo", report)
    with pytest.raises(ReportClosed):
        save_draft(report=seen, by=open_world.principal, version=draft.version, values={}, narrative={})
    assert Draft.objects.get(pk=report.pk).values == draft.values


def test_a_later_decision_is_in_the_way(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = hand_in(open_world, open_world.report)
    commune = client_of(open_world.commune_officer)
    decide(commune, "accept", report)
    decide(client_of(open_world.officer), "accept", report)
    decide(commune, "undo", report)
    assert fresh(report).state == "accepted"


def test_a_comment_is_not(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.officer)
    decide(client, "accept", report)
    decide(client_of(open_world.other_officer), "comment", report, "Năm sau nộp sớm hơn.")
    decide(client, "undo", report)
    assert fresh(report).state == "submitted"


def test_in_a_closed_round_everything_stands(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.officer)
    decide(client, "accept", report)
    Round.objects.update(state="closed", closed_at=NOW)
    assert "Đợt đã chốt số liệu nên không hoàn tác được" in client.get(url("report_review", report.pk)).content.decode()
    decide(client, "undo", report)
    assert fresh(report).state == "accepted"


def test_an_undone_return_is_not_spoken_of_again(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.officer)
    decide(client, "return", report, "Nhầm trường.")
    decide(client, "undo", report)
    decide(client, "return", report, "Kiểm tra mục 2.")
    hand_in(open_world, fresh(report), n=16)
    decide(client, "return", report, "Nhầm lần nữa.")
    decide(client, "undo", report)
    page = client.get(url("report_review", report.pk)).content.decode()
    assert "Yêu cầu khi trả lại: “Kiểm tra mục 2.”" in " ".join(page.split())


def test_what_was_decided_lately_stands_under_the_queue(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.officer)
    warn(report, "all_full")
    decide(client, "accept", report)
    page = client.get(url("queue")).content.decode()
    assert "Quyết định trong 24 giờ qua" in page and url("report_review", report.pk) in page
    assert "Quyết định trong 24 giờ qua" not in client_of(open_world.other_officer).get(url("queue")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_an_undo_and_a_save_at_one_moment_one_wins() -> None:
    world = open_round_of(build_world())
    for _turn in range(4):
        # The turn before has left it returned, or put back to where a return finds it.
        report = fresh(world.report)
        if report.state != "submitted":
            report = hand_in(world, report)
        services.return_report(report=report, by=world.officer, version=report.version, comment="Xem lại.")
        _race(world, fresh(report))


def _race(world: SimpleNamespace, report: Report) -> None:
    """Whoever comes first, the other is told: never both, never neither."""
    draft = Draft.objects.get(pk=report.pk)
    barrier, won, told = threading.Barrier(2), [], []

    def run(undo: bool) -> None:
        barrier.wait()
        try:
            if undo:
                undoing.undo_decision(report=report, by=world.officer, version=report.version)
                won.append("undone")
            else:
                save_draft(report=report, by=world.principal, version=draft.version, values=draft.values, narrative={})
                won.append("saved")
        except (undoing.NotUndoable, services.AlreadyDecided, ReportClosed) as lost:
            told.append(type(lost).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(undo,)) for undo in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == len(told) == 1
    assert fresh(report).state == ("submitted" if won == ["undone"] else "returned")
