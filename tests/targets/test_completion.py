from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.completion import (
    Completion,
    Goal,
    Rate,
    Status,
    Verdict,
    one_commune,
    one_school,
    total,
    worst,
)

EIGHTY = Goal(Decimal(80))
A = one_school(counts=True, numerator=10, denominator=10)
B = one_school(counts=True, numerator=50, denominator=100)
C = one_school(counts=False, known=90)

share = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda pair: (min(pair), max(pair)))
goals = st.decimals("0.01", "100", places=2).map(Goal)
# What each school will have said at the end, and whether it has said it yet.
province = st.lists(st.tuples(share, st.booleans()), max_size=12)


def known_now(schools: list[tuple[tuple[int, int], bool]]) -> Completion:
    return total(one_school(counts=said, numerator=n, denominator=d, known=d) for (n, d), said in schools)


def known_at_the_end(schools: list[tuple[tuple[int, int], bool]]) -> Completion:
    return known_now([(value, True) for value, _ in schools])


def test_the_worked_example_of_the_domain() -> None:
    over = total([A, B, C])
    assert over == Completion(3, 2, 60, 110, 90, 0)
    assert over.reported.percent == Decimal("54.5")
    assert over.floor.percent == Decimal("30")
    assert over.ceiling.percent == Decimal("75")
    assert over.verdict(EIGHTY) == Verdict.MISSED


def test_a_rate_is_never_the_mean_of_rates() -> None:
    assert total([A, B]).reported.percent == Decimal("54.5")
    assert total([A, B]).reported.percent != Decimal("75")


def test_79_96_is_shown_as_79_9_and_is_not_met() -> None:
    rate = Completion(1, 1, 1999, 2500, 0, 0)
    assert rate.reported.percent == Decimal("79.9")
    assert rate.verdict(EIGHTY) == Verdict.MISSED
    assert rate.status(EIGHTY) == Status.NEAR
    assert Completion(1, 1, 2000, 2500, 0, 0).verdict(EIGHTY) == Verdict.MET


def test_99_999_is_never_shown_as_100() -> None:
    assert Rate(99_999, 100_000).percent == Decimal("99.9")


def test_a_denominator_of_0_is_not_applicable() -> None:
    nobody = one_school(counts=True, numerator=0, denominator=0)
    assert nobody.reported.percent is None
    assert nobody.verdict(EIGHTY) == Verdict.OPEN
    assert nobody.status(EIGHTY) == Status.FOLLOWED


@pytest.mark.parametrize("goal", [None, Goal(None, encouraged=True)])
def test_encouraged_and_not_set_have_a_figure_and_no_verdict(goal: Goal | None) -> None:
    assert B.reported.percent == Decimal("50")
    assert (B.verdict(goal), B.status(goal), B.missing(goal)) == (Verdict.NONE, Status.FOLLOWED, 0)


def test_no_verdict_rests_on_a_school_whose_total_is_not_known() -> None:
    sure = total([A, B])
    assert sure.verdict(EIGHTY) == Verdict.MISSED
    assert (sure + one_school(counts=False)).verdict(EIGHTY) == Verdict.OPEN
    assert (sure + one_school(counts=False)).silent_unknown == 1


def test_a_silent_school_with_nobody_on_its_list_is_known() -> None:
    assert one_school(counts=False, known=0) == Completion(1, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("numerator", "status"),
    [(800, Status.MET), (799, Status.NEAR), (700, Status.NEAR), (699, Status.BEHIND), (0, Status.BEHIND)],
)
def test_near_is_within_ten_points(numerator: int, status: Status) -> None:
    assert Completion(1, 1, numerator, 1000, 0, 0).status(EIGHTY) == status


@pytest.mark.parametrize(("numerator", "missing"), [(1999, 1), (2000, 0), (2400, 0), (0, 2000)])
def test_how_many_more_reach_the_target(numerator: int, missing: int) -> None:
    assert Completion(1, 1, numerator, 2500, 0, 0).missing(EIGHTY) == missing


def test_a_commune_passes_if_any_of_its_schools_did_it() -> None:
    did, did_not = (one_school(counts=True, numerator=n, denominator=1) for n in (1, 0))
    silent = one_school(counts=False, known=1)
    assert one_commune([did_not, did, silent]) == Completion(1, 1, 1, 1, 0, 0)
    assert one_commune([did_not, silent]) == Completion(1, 0, 0, 0, 1, 0)
    assert one_commune([did_not, did_not]) == Completion(1, 1, 0, 1, 0, 0)
    assert one_commune([]) == Completion()


def test_the_status_over_levels_is_that_of_the_worst() -> None:
    assert worst([Status.MET, Status.BEHIND, Status.NEAR]) == Status.BEHIND
    assert worst([Status.FOLLOWED, Status.MET]) == Status.MET
    assert worst([]) == Status.FOLLOWED


@given(schools=province)
def test_the_rate_after_all_have_reported_lies_between_floor_and_ceiling(
    schools: list[tuple[tuple[int, int], bool]],
) -> None:
    now, end = known_now(schools), known_at_the_end(schools).reported
    assert now.floor.numerator * end.denominator <= end.numerator * now.floor.denominator
    assert end.numerator * now.ceiling.denominator <= now.ceiling.numerator * end.denominator


@given(schools=province, goal=goals)
def test_a_definite_verdict_never_turns(schools: list[tuple[tuple[int, int], bool]], goal: Goal) -> None:
    verdict = known_now(schools).verdict(goal)
    while any(not said for _, said in schools):
        place = next(index for index, (_, said) in enumerate(schools) if not said)
        schools = [(value, said or index == place) for index, (value, said) in enumerate(schools)]
        later = known_now(schools).verdict(goal)
        assert verdict in (Verdict.OPEN, later)
        verdict = later


@given(schools=province, goal=goals)
def test_once_all_have_reported_the_verdict_is_the_reported_rate_s(
    schools: list[tuple[tuple[int, int], bool]], goal: Goal
) -> None:
    end = known_at_the_end(schools)
    if end.reported.applies:
        assert goal.percent is not None
        assert (end.verdict(goal) == Verdict.MET) is end.reported.reaches(goal.percent)


@given(numerator=st.integers(0, 10**7), more=st.integers(0, 10**7), goal=goals)
def test_the_shown_percentage_reaches_a_target_in_tenths_just_when_the_rate_does(
    numerator: int, more: int, goal: Goal
) -> None:
    rate = Rate(numerator, numerator + more)
    assert goal.percent is not None
    target = goal.percent.quantize(Decimal("0.1"))
    if rate.percent is not None:
        assert rate.reaches(target) is (rate.percent >= target)


@given(schools=province, goal=goals)
def test_what_is_missing_is_enough_and_not_one_too_many(
    schools: list[tuple[tuple[int, int], bool]], goal: Goal
) -> None:
    now = known_now(schools)
    missing = now.missing(goal)
    assert goal.percent is not None
    assert Rate(now.numerator + missing, now.denominator).reaches(goal.percent)
    if missing:
        assert not replace(now, numerator=now.numerator + missing - 1).reported.reaches(goal.percent)


@given(schools=province)
def test_the_sum_does_not_depend_on_the_order(schools: list[tuple[tuple[int, int], bool]]) -> None:
    assert known_now(schools) == known_now(schools[::-1])
