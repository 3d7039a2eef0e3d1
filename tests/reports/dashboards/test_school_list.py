from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests import factories as make

URL = "/bang-dieu-khien/don-vi/"
SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def names(response: object) -> list[str]:
    return [row.name for row in response.context["rows"]]  # type: ignore[attr-defined]


def test_behind_a_figure_stand_its_schools_the_lowest_first(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    response = client_of(computed_world.officer).get(f"{URL}?chi-tieu={computed_world.indicators['1.4'].pk}")
    rows = response.context["rows"]
    assert [(row.name, row.numerator, row.denominator) for row in rows] == [
        ("Trường TH&THCS Gia Lâm", 450, 500),
        ("Trường TH Gia Viễn", 380, 400),
        ("Trường THPT Gia Viễn A", None, None),
    ]


def test_a_level_takes_only_the_value_of_that_level(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    url = f"{URL}?chi-tieu={computed_world.indicators['1.4'].pk}&cap=THCS"
    rows = client_of(computed_world.officer).get(url).context["rows"]
    assert [(row.name, row.numerator, row.denominator) for row in rows] == [("Trường TH&THCS Gia Lâm", 150, 200)]


def test_the_sum_of_the_list_is_the_figure(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    officer = client_of(computed_world.officer)
    rows = officer.get(f"{URL}?chi-tieu={computed_world.indicators['1.2'].pk}").context["rows"]
    table = officer.get("/bang-dieu-khien/").context["page"].table
    whole = next(row.whole.completion for row in table.rows if row.figures.indicator.code == "1.2")
    assert sum(row.numerator or 0 for row in rows) == whole.numerator
    assert sum(row.denominator or 0 for row in rows) == whole.denominator
    assert len(rows) == whole.expected


def test_official_shows_no_value_that_is_not_accepted(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    url = f"{URL}?chi-tieu={computed_world.indicators['1.2'].pk}&co-so=official"
    assert {row.numerator for row in client_of(computed_world.officer).get(url).context["rows"]} == {None}


def test_states_and_words_narrow_the_list(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    client = client_of(computed_world.officer)
    assert names(client.get(f"{URL}?trang-thai=missing")) == ["Trường MN Phát Diệm", "Trường THPT Gia Viễn A"]
    assert names(client.get(f"{URL}?q=gia lam")) == ["Trường TH&THCS Gia Lâm"]
    assert names(client.get(f"{URL}?trang-thai=overdue")) == []


def test_a_commune_finds_only_its_own(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    client = client_of(computed_world.commune_officer)
    assert "Trường MN Phát Diệm" not in names(client.get(URL))
    assert names(client.get(f"{URL}?xa={computed_world.commune_b.pk}")) == []


def test_a_school_is_refused(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    assert client_of(computed_world.principal).get(URL).status_code == 403
    assert client_of(computed_world.principal).get("/bang-dieu-khien/xuat/").status_code == 403


def test_the_number_of_queries_is_the_same_for_more_schools(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    client = client_of(computed_world.officer)
    url = f"{URL}?chi-tieu={computed_world.indicators['1.2'].pk}"
    client.get(url)
    for more in (0, 60):
        for number in range(more):
            school = make.make_school(
                f"Trường TH Thêm {number}", ["TH"], commune=computed_world.commune_b, manager=computed_world.commune_b
            )
            make.make_report(computed_world.round, school)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        assert len(captured) == 8
