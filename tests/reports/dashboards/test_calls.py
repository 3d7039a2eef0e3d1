"""Who to call first: each school's weight is what hearing from it takes from the gap, and no more."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from reports.completion import services
from reports.dashboards import narrowing
from reports.dashboards.calls import BITS, call_list, open_figures
from reports.dashboards.filters import Filters
from reports.dashboards.narrowing import POINT, Open, Silent, calls
from reports.dashboards.rounds import round_choices
from reports.models import Report
from schools.models import Headcount
from schools.selectors import scope_of
from targets.completion import Completion
from tests import factories as make
from tests.reports.completion.test_compute import submit

ClientOf = Callable[[User], Client]
NOW = make.local(2026, 12, 1, 9)
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
totals = st.lists(st.integers(1, 500), min_size=1, max_size=12)


@unhurried
@given(known=totals, reported=st.integers(1, 3000))
def test_all_calls_together_close_the_gap(known: list[int], reported: int) -> None:
    figure = Open(1, "1.2", 0xFF, "staff", Completion(99, 1, 0, reported, sum(known), 0))
    silent = [Silent(key, 7, 2, {("staff", ""): number}) for key, number in enumerate(known)]
    found = calls([figure], silent, BITS)
    assert [known[call.key] for call in found] == sorted(known, reverse=True)
    assert 0 <= figure.gap - sum(call.weight for call in found) < len(known)


@unhurried
@given(known=totals, extra=st.integers(1, 500), share=st.integers(0, 100))
def test_a_school_takes_its_weight_from_the_gap_whatever_it_says(known: list[int], extra: int, share: int) -> None:
    before = Open(1, "1.2", 0xFF, "staff", Completion(99, 1, 5, 50, sum(known) + extra, 0))
    (call,) = calls([before], [Silent(1, 7, 2, {("staff", ""): extra})], BITS)
    heard = Completion(99, 2, 5 + extra * share // 100, 50 + extra, sum(known), 0)
    after = Open(1, "1.2", 0xFF, "staff", heard)
    assert abs(before.gap - after.gap - call.weight) <= 1


def test_of_a_school_without_a_total_the_middle_one_stands_in() -> None:
    figure = Open(1, "1.2", 0xFF, "staff", Completion(9, 5, 0, 100, 60, 1))
    silent = [Silent(key, 7, 2, {("staff", ""): number}) for key, number in enumerate([10, 20, 30])]
    found = {call.key: call for call in calls([figure], [*silent, Silent(9, 7, 2, {})], BITS)}
    assert found[9].weight == found[1].weight
    assert found[9].is_estimated
    assert not found[1].is_estimated


def test_schools_of_an_open_commune_share_its_part_and_those_of_a_decided_one_take_nothing() -> None:
    figure = Open(1, "3.1", 0xFF, "", Completion(4, 2, 1, 2, 2, 0), communes=frozenset({7, 8}))
    silent = [Silent(1, 7, 2, {}), Silent(2, 7, 2, {}), Silent(3, 8, 2, {}), Silent(4, 9, 2, {})]
    found = {call.key: call.weight for call in calls([figure], silent, BITS)}
    assert found == {3: 25 * POINT, 1: 25 * POINT // 2, 2: 25 * POINT // 2}


def test_a_level_counts_only_the_pupils_of_that_level() -> None:
    figure = Open(1, "2.2 THCS", BITS["THCS"], "pupils", Completion(3, 1, 0, 50, 50, 0))
    numbers = {("pupils", "TH"): 400, ("pupils", "THCS"): 50}
    (call,) = calls([figure], [Silent(1, 7, BITS["TH"] | BITS["THCS"], numbers), Silent(2, 7, BITS["TH"], {})], BITS)
    assert (call.key, call.weight) == (1, 50 * POINT)


def test_halfway_is_the_fewest_that_take_half() -> None:
    figure = Open(1, "1.2", 0xFF, "staff", Completion(9, 5, 0, 0, 100, 0))
    silent = [Silent(key, 7, 2, {("staff", ""): number}) for key, number in enumerate([30, 30, 20, 20])]
    assert narrowing.halfway(calls([figure], silent, BITS)) == 2
    assert narrowing.halfway([]) == 0


@pytest.fixture
def heard_world(open_world: SimpleNamespace) -> SimpleNamespace:
    """One school has spoken for 10 of 30 staff and 200 of 400 pupils; three are silent."""
    submit(open_world.report, [(1, 1), (10, 30), (200, 400), (1, 1)])
    services.compute_completion(round_id=open_world.round.pk)
    return open_world


def found_by(w: SimpleNamespace, user: Any, **chosen: Any) -> Any:
    scope = scope_of(user)
    (choice,) = (one for one in round_choices(scope, basis="provisional", now=NOW) if one.id == w.round.pk)
    return call_list(scope=scope, filters=Filters(**chosen), chosen=choice, page=None)


def test_the_gaps_of_the_page_are_those_of_the_dashboard(heard_world: SimpleNamespace) -> None:
    w = heard_world
    (choice,) = (
        one for one in round_choices(scope_of(w.officer), basis="provisional", now=NOW) if one.id == w.round.pk
    )
    figures = open_figures(Filters(), choice)
    assert figures
    found = found_by(w, w.officer)
    for figure in figures:
        taken = sum(s.weight for call in found.calls for s in call.shares if s.figure.label == figure.label)
        assert abs(figure.gap - taken) <= len(found.calls)


def test_who_has_spoken_or_left_the_list_is_not_called(heard_world: SimpleNamespace) -> None:
    w = heard_world
    Report.objects.filter(unit=w.mn_b).update(excluded_at=NOW, exclusion_reason="Sáp nhập")
    services.compute_completion(round_id=w.round.pk)
    called = {Report.objects.get(pk=call.key).unit_id for call in found_by(w, w.officer).calls}
    assert called
    assert not called & {w.report.unit_id, w.mn_b.pk}


def test_a_commune_calls_only_its_own(heard_world: SimpleNamespace, client_of: ClientOf) -> None:
    w = heard_world
    page = client_of(w.commune_officer).get("/bang-dieu-khien/goi-truoc/", {"xa": w.commune_b.pk})
    keys = [call.key for call in page.context["found"].calls]
    assert keys
    assert set(Report.objects.filter(pk__in=keys).values_list("commune", flat=True)) == {w.commune_a.pk}


def test_the_page_names_the_school_and_what_it_narrows(heard_world: SimpleNamespace, client_of: ClientOf) -> None:
    w = heard_world
    page = client_of(w.officer).get("/bang-dieu-khien/goi-truoc/").content.decode()
    first = found_by(w, w.officer).rows[0]
    assert escape(first.name) in page
    assert escape(first.top[0][0]) in page


def test_it_costs_the_same_number_of_queries_with_more_schools(
    heard_world: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    w = heard_world
    for number in range(5):
        school = make.make_school(f"Trường thêm {number}", ["TH"], commune=w.commune_a, manager=w.commune_a)
        make.make_headcounts(school, 2026, staff=20, TH=100)
        make.make_report(w.round, school)
    Headcount.objects.filter(unit=w.mn_b).delete()
    services.compute_completion(round_id=w.round.pk)
    scope = scope_of(w.officer)
    (choice,) = (one for one in round_choices(scope, basis="provisional", now=NOW) if one.id == w.round.pk)
    with django_assert_num_queries(6):
        found = call_list(scope=scope, filters=Filters(), chosen=choice, page=None)
    assert found.silent == 8
