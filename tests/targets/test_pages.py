"""The page of indicators, and the table behind it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from targets.models import Indicator
from targets.selectors import target_table, with_targets
from tests import factories as make

ClientOf = Callable[[User], Client]


def lines(indicator: Indicator) -> list[list[tuple[str, str]]]:
    row = target_table(with_targets(Indicator.objects.filter(pk=indicator.pk))).rows[0]
    return [[(line.levels, line.label) for line in cell.lines] for cell in row.cells]


def test_levels_stand_together_where_every_year_sets_them_alike(world: SimpleNamespace) -> None:
    targets = {(2025, "TH"): 80, (2025, "THCS"): 80, (2025, "MN"): 80, (2026, "TH"): 100, (2026, "THCS"): 100}
    indicator = make.make_indicator(world.campaign, "9.1", targets={**targets, (2026, "MN"): None})
    assert lines(indicator) == [
        [("MN", "80%"), ("TH, THCS", "80%")],
        [("MN", "khuyến khích"), ("TH, THCS", "100%")],
    ]


def test_a_year_without_a_target_is_empty_and_not_zero(world: SimpleNamespace) -> None:
    rows = target_table(with_targets(world.campaign.indicators.all()))
    cells = {row.code: [[line.label for line in cell.lines] for cell in row.cells] for row in rows.rows}
    assert rows.years == (2025, 2026)
    assert cells["1.1"] == [["100%"], []]
    assert cells["1.4"] == [[], ["100%"]]
    assert rows.has_gaps


def test_the_department_sees_all_and_a_school_those_that_apply_to_it(
    world: SimpleNamespace, client_of: ClientOf
) -> None:
    assert "4 chỉ tiêu" in client_of(world.officer).get("/chi-tieu/").content.decode()
    kindergarten = client_of(world.principal_b)
    page = kindergarten.get("/chi-tieu/").content.decode()
    assert "3 chỉ tiêu áp dụng cho trường" in page
    assert "Chỉ tiêu 1.4" not in page
    assert "Chỉ tiêu 1.4" in kindergarten.get("/chi-tieu/?tat-ca=1").content.decode()


def test_a_communes_indicators_are_not_there_for_other_communes(world: SimpleNamespace, client_of: ClientOf) -> None:
    own = make.make_campaign(world.commune_b, name="Riêng của xã")
    make.make_indicator(own, "1", name="Chỉ tiêu của xã B")
    assert "Chỉ tiêu của xã B" in client_of(world.principal_b).get("/chi-tieu/").content.decode()
    assert "Chỉ tiêu của xã B" not in client_of(world.principal).get("/chi-tieu/").content.decode()


def questions(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/chi-tieu/").status_code == 200
    return len(asked)


@pytest.mark.parametrize("who", ["officer", "commune_officer", "principal"])
def test_the_page_asks_the_same_number_of_questions_with_few_rows_and_many(
    world: SimpleNamespace, client_of: ClientOf, who: str
) -> None:
    client = client_of(getattr(world, who))
    with_few = questions(client)
    for code in ("8", "9"):
        other = make.make_campaign(world.department)
        make.make_indicator(other, code, targets={(2027, "TH"): 10}).leads.add(world.office)
    assert questions(client) == with_few <= 10
