from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import F

from reports.collection.services import submit_report
from reports.models import Report, Round
from reports.review.services import AlreadyDecided, accept_report
from reports.rounds import services
from reports.rounds.errors import RoundError
from tests import factories as make
from tests.conftest import build_world, open_round_of

NOW = make.local(2026, 11, 21, 8, 30)


def exclude(w: SimpleNamespace, report: Report) -> None:
    services.exclude_report(report=report, by=w.officer, reason="Đã giải thể")


def restore(w: SimpleNamespace, report: Report) -> None:
    services.restore_report(report=report, by=w.officer, reason="Nhầm")


def extend(w: SimpleNamespace, report: Report) -> None:
    until = make.local(2026, 12, 20, 0)
    services.extend_deadline(round=report.round, unit=report.unit, until_at=until, reason="Bão", by=w.officer)


@pytest.mark.parametrize("change", [exclude, restore, extend])
def test_a_page_that_is_older_than_the_closing_changes_no_list(
    open_world: SimpleNamespace, change: Callable[[SimpleNamespace, Report], None]
) -> None:
    if change is restore:
        exclude(open_world, open_world.report)
    older = Report.objects.select_related("round", "unit").get(pk=open_world.report.pk)
    services.close_round(round=Round.objects.get(pk=open_world.round.pk), by=open_world.admin, now=NOW)

    with pytest.raises(RoundError):
        change(open_world, older)

    now = Report.objects.get(pk=older.pk)
    assert (now.excluded_at, now.extended_until) == (older.excluded_at, older.extended_until)


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_a_report_that_is_just_coming_in_and_lets_none_in_afterwards() -> None:
    world = open_round_of(build_world())
    held, go_on, order = threading.Event(), threading.Event(), []

    def receive() -> None:
        with transaction.atomic():
            Report.objects.filter(pk=world.report.pk).update(version=F("version") + 1)
            held.set()
            go_on.wait(20)
            order.append("received")
        connection.close()

    def close() -> None:
        held.wait(20)
        services.close_round(round=world.round, by=world.admin, now=NOW)
        order.append("closed")
        connection.close()

    threads = [threading.Thread(target=work) for work in (receive, close)]
    for thread in threads:
        thread.start()
    threads[1].join(1)
    go_on.set()
    for thread in threads:
        thread.join()
    assert order == ["received", "closed"]


def test_a_page_that_is_older_than_the_resubmission_gives_a_commune_no_last_word(open_world: SimpleNamespace) -> None:
    older = Report.objects.select_related("round").get(pk=open_world.report.pk)
    values: Any = {"1.1": {"": {"n": 1}}, "1.2": {"": {"n": 24}}, "1.4": {"TH": {"n": 380}}, "2.1": {"": {"n": 0}}}
    submit_report(
        report=open_world.report, by=open_world.principal, token=uuid4(), values=values, narrative={}, now=NOW
    )
    version = Report.objects.get(pk=older.pk).version

    with pytest.raises(AlreadyDecided):
        accept_report(report=older, by=open_world.commune_officer, version=version, now=NOW)

    assert Report.objects.get(pk=older.pk).state == "submitted"
