from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC
from fractions import Fraction
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from freezegun import freeze_time

from accounts.models import AuditEntry
from reports.collection.errors import ReportInvalid
from reports.completion.integrity import run_checks
from reports.completion.selectors import fresh_rates, rates
from reports.completion.services import compute_completion
from reports.corrections.errors import CorrectionConflict, CorrectionRefused
from reports.corrections.services import Proposal, correct_report, try_correction
from reports.models import Correction, Draft, Report, ReviewStep, Round, Submission
from reports.review.services import accept_report, return_report
from reports.rounds import services as rounds
from reports.rounds.effects import Effect, cut
from targets.completion import Completion
from tests import factories as make
from tests.conftest import build_world, open_round_of

Submit = Callable[..., Report]
CLOSED_AT = make.local(2026, 12, 20, 8)
NOW = make.local(2026, 12, 22, 9)
WHY = "Trường báo nhầm số học sinh khối 5."


@pytest.fixture(autouse=True)
def after_the_freeze() -> Iterator[None]:
    with freeze_time("2026-12-22 09:00:00+07:00"):
        yield


@pytest.fixture
def frozen(computed_world: SimpleNamespace) -> SimpleNamespace:
    """The round is frozen: the primary school accepted, that of two levels waiting, the two others silent."""
    w = computed_world
    report = Report.objects.select_related("round", "manager").get(pk=w.report.pk)
    accept_report(report=report, by=w.officer, version=report.version, now=CLOSED_AT)
    rounds.close_round(round=w.round, by=w.admin, now=CLOSED_AT)
    compute_completion(round_id=w.round.pk)
    return w


def fresh(pk: int) -> Report:
    return Report.objects.select_related("round", "unit", "current_submission").get(pk=pk)


def propose(report: Report, values: dict[str, Any], *, reason: str = WHY, **more: Any) -> Proposal:
    report = fresh(report.pk)
    return Proposal(
        **{"report": report, "version": report.version, "values": values, "narrative": {}, "reason": reason, **more}
    )


def answers(staff: int = 27, pupils: int = 380, **more: Any) -> dict[str, Any]:
    """What the primary school of the cast says, with other numbers where they are named."""
    return {
        "1.1": {"": {"n": 1, "d": 1}},
        "1.2": {"": {"n": staff, "d": 30}},
        "1.4": {"TH": {"n": pupils, "d": 400}},
        "2.1": {"": {"n": 1, "d": 1}},
        **more,
    }


def correct(w: SimpleNamespace, proposal: Proposal) -> Submission:
    return correct_report(proposal=proposal, by=w.officer, token=uuid4(), now=NOW)


def test_a_correction_is_a_new_version_with_receipt_step_and_record(frozen: SimpleNamespace) -> None:
    made = correct(frozen, propose(frozen.report, answers(pupils=300)))
    report = fresh(frozen.report.pk)
    assert (made.number, report.current_submission, report.state) == (2, made, "accepted")
    assert report.accepted_at == CLOSED_AT
    assert made.values.get(indicator__code="1.4").numerator == 300
    assert report.submissions.get(number=1).values.get(indicator__code="1.4").numerator == 380
    assert made.receipt.startswith(f"BC-2026-{report.pk:06d}-2-")
    assert made.correction.reason == WHY
    step = ReviewStep.objects.get(kind="corrected")
    assert (step.comment, step.submission, step.by, step.by_unit) == (WHY, made, frozen.officer, frozen.office)
    assert step.before == {
        "state": "accepted",
        "awaiting_commune": False,
        "accepted_at": CLOSED_AT.astimezone(UTC).isoformat(),
    }
    entry = AuditEntry.objects.get(action="report.correct")
    assert (entry.reason, entry.before, entry.after["number"]) == (WHY, {"state": "accepted", "number": 1}, 2)
    assert Draft.objects.get(pk=report.pk).values["1.4"]["TH"]["n"] == 300


def test_the_effects_are_exact_for_the_province_the_commune_and_the_manager(frozen: SimpleNamespace) -> None:
    w = frozen
    made = correct(w, propose(w.report, answers(pupils=300)))
    found = {effect.key: effect for effect in map(Effect.from_json, made.correction.effects)}
    pupils = w.indicators["1.4"].pk
    places = [("whole", w.department.pk), ("place", w.commune_a.pk), ("manager", w.commune_a.pk)]
    assert set(found) == {
        (basis, grouping, unit, pupils, level)
        for basis in ("provisional", "official")
        for grouping, unit in places
        for level in ("", "TH")
    }
    whole = found["provisional", "whole", w.department.pk, pupils, ""]
    assert (whole.before.numerator, whole.after.numerator, whole.after.denominator) == (830, 750, 900)
    assert whole.difference == Fraction(750 - 830, 900) * 100
    official = found["official", "whole", w.department.pk, pupils, ""]
    assert (official.before.numerator, official.after.numerator, official.after.denominator) == (380, 300, 400)


def test_the_stored_rates_are_those_of_the_rows_at_once(frozen: SimpleNamespace) -> None:
    correct(frozen, propose(frozen.report, answers(pupils=300)))
    stored = rates(round_id=frozen.round.pk, basis="official", grouping="whole")
    assert stored[frozen.department.pk, frozen.indicators["1.4"].pk, "TH"].numerator == 300
    assert [check.name for check in run_checks() if not check.ok] == []


def test_trying_tells_the_same_effects_and_writes_nothing(frozen: SimpleNamespace) -> None:
    proposal = propose(frozen.report, answers(staff=30, pupils=300))
    before = (Report.objects.values().get(pk=frozen.report.pk), Submission.objects.count(), AuditEntry.objects.count())
    tried = try_correction(proposal=proposal, by=frozen.officer, now=NOW)
    assert before == (
        Report.objects.values().get(pk=frozen.report.pk),
        Submission.objects.count(),
        AuditEntry.objects.count(),
    )
    made = correct(frozen, proposal)
    assert [effect.to_json() for effect in tried] == made.correction.effects
    assert len(tried) == 24


def test_effects_are_what_a_fresh_sum_before_and_after_says(frozen: SimpleNamespace) -> None:
    before = fresh_rates(round_id=frozen.round.pk)
    made = correct(frozen, propose(frozen.reports[frozen.mn_b.pk], mn_answers()))
    after = fresh_rates(round_id=frozen.round.pk)
    told = {effect.key: (effect.before, effect.after) for effect in map(Effect.from_json, made.correction.effects)}
    assert told == {
        key: (before.get(key), after.get(key)) for key in before | after if before.get(key) != after.get(key)
    }


def mn_answers() -> dict[str, Any]:
    return {"1.1": {"": {"n": 1, "d": 1}}, "1.2": {"": {"n": 20, "d": 20}}, "2.1": {"": {"n": 1, "d": 1}}}


@pytest.mark.parametrize(("school", "state"), [("th_a", "accepted"), ("thths_a", "submitted"), ("mn_b", "accepted")])
def test_only_what_did_not_count_changes_its_state(frozen: SimpleNamespace, school: str, state: str) -> None:
    values = {
        "th_a": answers(staff=28),
        "thths_a": answers(staff=28, **{"1.4": {"TH": {"n": 300, "d": 300}, "THCS": {"n": 150, "d": 200}}}),
        "mn_b": mn_answers(),
    }[school]
    report = frozen.reports[getattr(frozen, school).pk]
    made = correct(frozen, propose(report, values))
    now = fresh(report.pk)
    assert (now.state, now.current_submission) == (state, made)


def test_a_silent_school_s_figures_count_officially_and_are_late(frozen: SimpleNamespace) -> None:
    report = frozen.reports[frozen.mn_b.pk]
    made = correct(frozen, propose(report, mn_answers()))
    now = fresh(report.pk)
    assert (now.state, now.accepted_at, now.first_submitted_at, now.is_late) == ("accepted", NOW, NOW, True)
    assert (made.number, made.is_late) == (1, True)
    official = rates(round_id=frozen.round.pk, basis="official", grouping="place", unit_ids=[frozen.commune_b.pk])
    assert official[frozen.commune_b.pk, frozen.indicators["1.2"].pk, ""] == Completion(1, 1, 20, 20, 0, 0)


def test_a_returned_report_counts_again_also_with_the_same_figures(computed_world: SimpleNamespace) -> None:
    w = computed_world
    report = fresh(w.report.pk)
    return_report(report=report, by=w.officer, version=report.version, comment="Sai.", now=CLOSED_AT)
    rounds.close_round(round=w.round, by=w.admin, now=CLOSED_AT)
    correct(w, propose(w.report, answers(), narrative={"results": "Đã triển khai."}))
    now = fresh(w.report.pk)
    assert (now.state, now.is_late) == ("accepted", False)


def test_the_commune_s_own_report_has_the_sums_of_its_new_version(computed_world: SimpleNamespace) -> None:
    w = computed_world
    own = make.make_report(w.round, w.commune_a)
    rounds.close_round(round=w.round, by=w.admin, now=CLOSED_AT)
    with pytest.raises(ReportInvalid):
        correct(w, propose(own, {}, narrative={"results": "Tốt."}))
    made = correct(w, propose(own, {}, narrative={"results": "Tốt.", "missing": "Trường chuyển địa điểm."}))
    assert (made.summary.submitted, made.summary.expected, made.correction.effects) == (2, 3, [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": "  "}, "Nêu lý do"),
        ({"values": answers(), "narrative": {"results": "Đã triển khai."}}, "Chưa có gì khác"),
    ],
)
def test_without_a_reason_or_a_difference_nothing_is_written(
    frozen: SimpleNamespace, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(CorrectionRefused, match=said):
        correct(frozen, propose(frozen.report, change.pop("values", answers(pupils=300)), **change))
    assert not Correction.objects.exists()
    assert Submission.objects.filter(report=frozen.report).count() == 1


def test_errors_block_a_correction_too(frozen: SimpleNamespace) -> None:
    with pytest.raises(ReportInvalid):
        correct(frozen, propose(frozen.report, answers(pupils=401)))
    assert not Correction.objects.exists()


def test_a_round_that_is_open_is_corrected_by_returning_not_so(computed_world: SimpleNamespace) -> None:
    with pytest.raises(CorrectionRefused, match="đã chốt"):
        correct(computed_world, propose(computed_world.report, answers(pupils=300)))


def test_a_unit_off_the_list_is_not_corrected(computed_world: SimpleNamespace) -> None:
    w = computed_world
    rounds.exclude_report(report=fresh(w.report.pk), by=w.officer, reason="Đã giải thể.")
    rounds.close_round(round=w.round, by=w.admin, now=CLOSED_AT)
    with pytest.raises(CorrectionConflict):
        correct(w, propose(w.report, answers(pupils=300)))


def test_the_same_press_twice_is_one_correction(frozen: SimpleNamespace) -> None:
    proposal, token = propose(frozen.report, answers(pupils=300)), uuid4()
    first = correct_report(proposal=proposal, by=frozen.officer, token=token, now=NOW)
    assert correct_report(proposal=proposal, by=frozen.officer, token=token, now=NOW) == first
    assert Correction.objects.count() == 1


def test_points_are_cut_towards_zero() -> None:
    def points(before: tuple[int, int], after: tuple[int, int]) -> str:
        effect = Effect("official", "whole", 1, 1, "", Completion(1, 1, *before), Completion(1, 1, *after))
        assert effect.difference is not None
        return str(cut(effect.difference))

    assert points((7996, 10000), (8004, 10000)) == "0"
    assert points((0, 10000), (19, 10000)) == "0.1"
    assert points((19, 10000), (0, 10000)) == "-0.1"
    assert points((1, 3), (2, 3)) == "33.3"


def _together(works: list[Callable[[], Any]]) -> list[Any]:
    barrier, results = threading.Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - what each was answered is what is asked
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _frozen_world() -> SimpleNamespace:
    world = open_round_of(build_world())
    rounds.close_round(round=Round.objects.get(pk=world.round.pk), by=world.admin, now=CLOSED_AT)
    compute_completion(round_id=world.round.pk)
    return world


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_of_one_report_one_wins() -> None:
    w = _frozen_world()
    proposals = [propose(w.report, answers(pupils=number)) for number in (100, 200, 300)]
    works: list[Callable[[], Any]] = [lambda p=p: correct(w, p) for p in proposals]  # type: ignore[misc]
    results = _together(works)
    assert sorted(type(result).__name__ for result in results) == ["CorrectionConflict"] * 2 + ["Submission"]
    assert Correction.objects.count() == Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_corrections_of_two_reports_at_once_tell_each_only_its_own_effect() -> None:
    w = _frozen_world()
    start = fresh_rates(round_id=w.round.pk)
    proposals = [propose(w.report, answers()), propose(w.reports[w.mn_b.pk], mn_answers())]
    results = _together([lambda p=p: correct(w, p) for p in proposals])  # type: ignore[misc]
    assert all(isinstance(result, Submission) for result in results)
    state = dict(start)
    for correction in Correction.objects.order_by("pk"):
        for effect in map(Effect.from_json, correction.effects):
            assert state.get(effect.key) == effect.before
            assert effect.after is not None
            state[effect.key] = effect.after
    assert state == fresh_rates(round_id=w.round.pk)
    assert [check.name for check in run_checks() if not check.ok] == []
