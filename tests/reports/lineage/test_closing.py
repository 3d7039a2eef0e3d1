"""Closing schools that a written list does not name: by a decision, typed words, and with their open duties."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts.models import User
from reports.models import ExpectationChange, Report
from schools.models import SchoolImport, Unit, UnitEvent
from tests.reports.completion.test_compute import submit
from tests.schools.imports.uploads import upload, write
from tests.schools.sheets import school

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def ask(client: Client, item: SchoolImport, **data: Any) -> str:
    return client.post(reverse("lineage:import_missing", args=[item.pk]), data, follow=True).content.decode()


DECISION = {"decision_number": "12/QĐ-UBND", "decision_on": "2026-11-02", "closed_on": "2026-11-20"}


@freeze_time("2026-11-21 08:30:00+07:00")
def test_schools_that_are_missing_are_closed_by_a_decision_and_typed_words(
    world: SimpleNamespace, client_of: ClientOf
) -> None:
    item, client = write(world, upload(world, school("37-9"))), client_of(world.admin)

    page = ask(client, item, units=[world.mn_b.pk], **DECISION)
    assert "Hãy gõ đúng “đóng 1 trường”" in page
    assert Unit.objects.get(pk=world.mn_b.pk).closed_on is None

    ask(client, item, units=[world.mn_b.pk], typed="Đóng 1 trường", **DECISION)
    event = UnitEvent.objects.get(unit=world.mn_b, kind="closed")
    assert (str(event.effective_on), event.decision_number) == ("2026-11-20", "12/QĐ-UBND")
    assert str(Unit.objects.get(pk=world.mn_b.pk).closed_on) == "2026-11-20"
    assert Unit.objects.schools().filter(closed_on=None).count() == 4


@freeze_time("2026-11-21 08:30:00+07:00")
def test_a_school_that_the_list_names_cannot_be_closed_there(world: SimpleNamespace, client_of: ClientOf) -> None:
    item = write(world, upload(world, school("37-9")))
    named = Unit.objects.get(code="37-9")

    ask(client_of(world.admin), item, units=[named.pk], typed="đóng 1 trường", **DECISION)

    named.refresh_from_db()
    assert named.closed_on is None


@freeze_time("2026-11-21 08:30:00+07:00")
def test_what_a_closed_school_owes_ends_and_what_it_sent_stays(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w = open_world
    submit(w.report, [(1, 1)] * 8)
    item = write(w, upload(w, school("37-9")))

    page = ask(client_of(w.admin), item, units=[w.mn_b.pk, w.th_a.pk], typed="đóng 2 trường", **DECISION)

    assert "Đã đóng 2 trường. Đưa 1 báo cáo chưa nộp ra khỏi danh sách các đợt đang mở. 1 báo cáo đã nộp" in page
    owed = Report.objects.get(unit=w.mn_b)
    assert "12/QĐ-UBND" in owed.exclusion_reason
    assert ExpectationChange.objects.get(report=owed).kind == "excluded"
    assert Report.objects.get(pk=w.report.pk).excluded_at is None


@freeze_time("2026-11-21 08:30:00+07:00")
def test_a_refused_closing_leaves_duties_as_they_are(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    item = write(open_world, upload(open_world, school("37-9")))

    ask(client_of(open_world.admin), item, units=[open_world.mn_b.pk], typed="đóng", **DECISION)

    assert Report.objects.get(unit=open_world.mn_b).excluded_at is None
