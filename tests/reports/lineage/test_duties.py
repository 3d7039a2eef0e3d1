from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from freezegun import freeze_time

from reports.collection import form_spec
from reports.collection.inheritance import inherited_drafts
from reports.completion.selectors import rates
from reports.completion.services import compute_completion
from reports.lineage.services import Applied, ChangesRefusedError, apply_changes, try_changes
from reports.models import CompletionDue, Draft, ExpectationChange, Report, RoundAudience
from reports.rounds import services as rounds
from reports.rounds.succession import hand_over_duties
from schools.lineage.changes import Change, Part
from schools.models import Unit, UnitEvent
from tests import factories as make
from tests.access.stage import submit
from tests.reports.completion.brute import Brute

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 15)


@pytest.fixture(autouse=True)
def in_november() -> Any:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


def change(kind: str, *units: Unit, **more: Any) -> Change:
    return Change(
        **{
            "kind": kind,
            "units": tuple(unit.code for unit in units),
            "effective_on": DAY,
            "decision_number": "12/QĐ-UBND",
            "decision_on": date(2026, 11, 10),
            **more,
        }
    )


def merge(w: SimpleNamespace, *units: Unit, into: Part | Unit, **more: Any) -> Applied:
    part = into if isinstance(into, Part) else Part(into.code)
    (applied,) = apply_changes(changes=[change("merged", *units, parts=(part,), **more)], by=w.admin)
    return applied


def owing(w: SimpleNamespace) -> set[str]:
    return set(Report.objects.expected().filter(round=w.round).values_list("unit__name", flat=True))


def told(kind: str) -> list[str]:
    return list(ExpectationChange.objects.filter(kind=kind).values_list("report__unit__name", flat=True))


NEW = Part("37-77777", "Trường TH&THCS Gia Viễn")


def test_the_open_duty_of_a_merged_school_moves_to_the_new_one(open_world: SimpleNamespace) -> None:
    CompletionDue.objects.all().delete()
    applied = merge(open_world, open_world.th_a, open_world.thths_a, into=NEW)

    assert owing(open_world) == {"Trường TH&THCS Gia Viễn", "Trường THPT Gia Viễn A", "Trường MN Phát Diệm"}
    assert told("succeeded") == ["Trường TH Gia Viễn", "Trường TH&THCS Gia Lâm"]
    assert told("added") == ["Trường TH&THCS Gia Viễn"]
    report = Report.objects.get(unit__code="37-77777")
    assert (report.levels, report.commune, report.manager) == (6, open_world.commune_a, open_world.commune_a)
    assert Draft.objects.filter(report=report).exists()
    assert "12/QĐ-UBND ngày 10/11/2026" in Report.objects.get(pk=open_world.report.pk).exclusion_reason
    assert CompletionDue.objects.filter(round=open_world.round).exists()
    assert applied.handovers[0].added == ("Trường TH&THCS Gia Viễn",)


def test_a_successor_that_owes_already_gets_no_second_report_but_is_asked_for_all_levels(
    open_world: SimpleNamespace,
) -> None:
    applied = merge(open_world, open_world.thths_a, into=open_world.th_a)

    assert Report.objects.filter(round=open_world.round, unit=open_world.th_a).count() == 1
    assert Report.objects.get(unit=open_world.th_a).levels == 6
    assert (told("added"), applied.handovers[0].waiting) == ([], ("Trường TH Gia Viễn",))


def test_a_duty_moves_once_even_when_it_is_moved_twice(open_world: SimpleNamespace) -> None:
    merge(open_world, open_world.th_a, into=NEW)
    new = Unit.objects.get(code="37-77777")
    open_world.th_a.refresh_from_db()
    again = hand_over_duties(
        predecessors=[open_world.th_a], successors=[new], effective_on=DAY, reason="Lần hai", by=open_world.admin
    )
    with pytest.raises(ChangesRefusedError, match="đã thôi hoạt động"):
        merge(open_world, open_world.th_a, into=NEW)

    assert again == []
    assert (told("succeeded"), told("added")) == (["Trường TH Gia Viễn"], ["Trường TH&THCS Gia Viễn"])
    assert Report.objects.filter(unit=new).count() == 1


def test_what_was_submitted_stays_and_nothing_moves(open_world: SimpleNamespace) -> None:
    submit(open_world.report, open_world.principal)
    applied = merge(open_world, open_world.th_a, into=NEW)

    assert "Trường TH Gia Viễn" in owing(open_world)
    assert "Trường TH&THCS Gia Viễn" not in owing(open_world)
    assert applied.handovers[0].stayed == ("Trường TH Gia Viễn",)
    assert told("succeeded") == []


def test_a_successor_that_has_submitted_is_named_so_that_its_report_can_be_reopened(
    open_world: SimpleNamespace,
) -> None:
    submit(open_world.report, open_world.principal)
    applied = merge(open_world, open_world.thths_a, into=open_world.th_a)

    assert applied.handovers[0].submitted == ("Trường TH Gia Viễn",)
    assert Report.objects.get(pk=open_world.report.pk).levels == 2


@pytest.mark.parametrize(
    ("effective_on", "moves"), [(date(2026, 12, 14), True), (date(2026, 12, 15), False), (date(2027, 1, 1), False)]
)
def test_who_exists_on_the_last_valid_day_owes(open_world: SimpleNamespace, effective_on: date, moves: bool) -> None:
    merge(open_world, open_world.th_a, into=NEW, effective_on=effective_on)
    assert ("Trường TH Gia Viễn" not in owing(open_world)) is moves


def test_past_rounds_stay_as_they_were(open_world: SimpleNamespace) -> None:
    rounds.close_round(round=open_world.round, by=open_world.admin)
    compute_completion(round_id=open_world.round.pk)
    CompletionDue.objects.all().delete()
    rows = list(Report.objects.order_by("pk").values())
    before = rates(round_id=open_world.round.pk, basis="provisional", grouping="whole")
    merge(open_world, open_world.th_a, open_world.thths_a, into=NEW)
    compute_completion(round_id=open_world.round.pk)

    assert list(Report.objects.order_by("pk").values()) == rows
    assert rates(round_id=open_world.round.pk, basis="provisional", grouping="whole") == before
    assert not CompletionDue.objects.exists()


def test_an_open_round_whose_deadline_has_passed_before_the_day_stays(open_world: SimpleNamespace) -> None:
    past = make.make_round(open_world.campaign, open_world.department, [], deadline_on=date(2026, 11, 10))
    rounds.open_round(round=past, by=open_world.admin, now=make.local(2026, 11, 1, 8))
    merge(open_world, open_world.th_a, into=NEW)

    assert Report.objects.get(round=past, unit=open_world.th_a).excluded_at is None
    assert not Report.objects.filter(round=past, unit__code="37-77777").exists()


def test_the_duty_of_a_closed_school_without_successor_ends(open_world: SimpleNamespace) -> None:
    apply_changes(changes=[change("closed", open_world.th_a)], by=open_world.admin)

    assert "Trường TH Gia Viễn" not in owing(open_world)
    assert (told("excluded"), told("succeeded")) == (["Trường TH Gia Viễn"], [])


def test_a_school_that_reopens_owes_again(open_world: SimpleNamespace) -> None:
    apply_changes(
        changes=[
            change("closed", open_world.th_a),
            change("reopened", open_world.th_a, effective_on=date(2026, 11, 20)),
        ],
        by=open_world.admin,
    )
    assert "Trường TH Gia Viễn" in owing(open_world)
    assert told("restored") == ["Trường TH Gia Viễn"]


def test_of_the_parts_of_a_split_those_owe_that_the_round_asks(open_world: SimpleNamespace) -> None:
    RoundAudience.objects.filter(round=open_world.round).update(levels=4)
    parts = (Part("37-1", "Trường TH Gia Lâm", 2), Part("37-2", "Trường THCS Gia Lâm", 4))
    apply_changes(changes=[change("split", open_world.thths_a, parts=parts)], by=open_world.admin)

    assert told("added") == ["Trường THCS Gia Lâm"]
    assert "Trường TH&THCS Gia Lâm" not in owing(open_world)


def test_a_part_that_leaves_a_school_owes_beside_it(open_world: SimpleNamespace) -> None:
    parts = (Part(open_world.thths_a.code, levels=2), Part("37-2", "Trường THCS Gia Lâm", 4))
    apply_changes(changes=[change("split", open_world.thths_a, parts=parts)], by=open_world.admin)

    assert {"Trường TH&THCS Gia Lâm", "Trường THCS Gia Lâm"} <= owing(open_world)


@pytest.mark.parametrize("submitted", [False, True])
def test_rates_after_a_merger_equal_a_sum_by_hand(open_world: SimpleNamespace, submitted: bool) -> None:
    if submitted:
        submit(open_world.report, open_world.principal)
    merge(open_world, open_world.th_a, open_world.thths_a, into=NEW)
    new = make.make_user("moi", Unit.objects.get(code="37-77777"))
    submit(Report.objects.get(unit__code="37-77777"), new)
    compute_completion(round_id=open_world.round.pk)

    slow = Brute(open_world.round).rates()
    for basis in ("provisional", "official"):
        for grouping in ("whole", "place", "manager"):
            fast = rates(round_id=open_world.round.pk, basis=basis, grouping=grouping)
            assert fast == {key[2:]: value for key, value in slow.items() if key[:2] == (basis, grouping)}
    whole = slow["provisional", "whole", open_world.department.pk, open_world.indicators["1.1"].pk, ""]
    assert (whole.expected, whole.counted) == ((4, 2) if submitted else (3, 1))


def test_drafts_of_merged_schools_stand_side_by_side_with_their_sums(open_world: SimpleNamespace) -> None:
    Draft.objects.filter(report=open_world.report).update(
        values={"1.2": {"": {"n": 20, "d": 30}}, "1.4": {"TH": {"n": 300, "d": 400}}, "1.1": {"": {"n": 1, "d": 1}}},
        narrative={"results": "Đã dạy 12 buổi."},
    )
    Draft.objects.filter(report=open_world.reports[open_world.thths_a.pk]).update(
        values={"1.2": {"": {"n": 40, "d": 50}}, "1.4": {"TH": {"n": 100, "d": 300}}}
    )
    merge(open_world, open_world.th_a, open_world.thths_a, into=NEW)
    report = Report.objects.get(unit__code="37-77777")
    found = inherited_drafts(report, form_spec.build_form(report, {}, {}))

    assert found is not None
    assert found.units == ("Trường TH Gia Viễn", "Trường TH&THCS Gia Lâm")
    sums = {(row.label, row.level): (row.cells, row.numerator, row.denominator) for row in found.rows}
    assert sums["CT 1.2", ""] == (((20, 30), (40, 50)), 60, 80)
    assert sums["CT 1.4", "Tiểu học"] == (((300, 400), (100, 300)), 400, 700)
    assert ("CT 1.4", "THCS") not in sums
    assert [said for _label, said in found.words] == ["Đã dạy 12 buổi."]


def test_a_batch_is_written_whole_or_not_at_all(open_world: SimpleNamespace) -> None:
    good, bad = (
        change("renamed", open_world.th_a, name="Mới", lines=(2,)),
        change("renamed", open_world.mn_b, lines=(3,)),
    )
    with pytest.raises(ChangesRefusedError) as refused:
        apply_changes(changes=[good, bad], by=open_world.admin)

    assert [problem.row for problem in refused.value.problems] == [3]
    assert Unit.objects.get(pk=open_world.th_a.pk).name == "Trường TH Gia Viễn"
    assert not UnitEvent.objects.exists()


def test_a_look_ahead_tells_what_would_come_and_writes_nothing(open_world: SimpleNamespace) -> None:
    merger = change("merged", open_world.th_a, parts=(NEW,))
    rename = change("renamed", open_world.thths_a, parts=(), name="Trường Mới")
    applied, problems = try_changes(changes=[merger, rename], by=open_world.admin)

    assert ([item.title for item in applied], problems) == (["Sáp nhập", "Đổi tên"], [])
    assert applied[0].handovers[0].taken_off == ("Trường TH Gia Viễn",)
    assert not UnitEvent.objects.exists()
    assert not Unit.objects.filter(code="37-77777").exists()
    assert Report.objects.expected().count() == 4
