"""The plan of Ninh Bình, figure by figure, as the table of the domain has it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from reports.packs import load_campaign
from schools import communes
from schools.services import import_communes
from targets.models import Indicator

EVERY = ["MN", "TH", "THCS", "THPT", "GDTX", "GDNN", "TC", "CD", "DH"]
NONE: dict[str, str] = {}

# code: kind, counted, levels, targets of 2025, targets of 2026, lead offices.
# GDNN of the table is here GDNN, TC and CD; "THPT and above" ends with CD: no university reports to the department.
TABLE: dict[str, tuple[str, str, list[str], dict[str, str], dict[str, str], list[str]]] = {
    "1.1": ("units", "", EVERY, {"": "100%"}, NONE, ["CTHSSV"]),
    "1.2": ("people", "staff", EVERY, {"": "80%"}, {"": "100%"}, ["CTHSSV"]),
    "1.3": ("people", "pupils", ["THCS", "THPT", "GDTX"], {"": "100%"}, NONE, ["GDNN-GDTX", "GDTRH"]),
    "1.4": ("people", "pupils", ["TH", "THCS", "THPT", "GDTX"], NONE, {"": "100%"}, ["GDTH"]),
    "1.5": ("units", "", ["THCS", "THPT", "GDTX", "GDNN", "TC", "CD"], {"": "50%"}, {"": "100%"}, ["CTHSSV"]),
    "1.6": ("people", "pupils", ["THPT", "GDTX", "GDNN", "TC", "CD"], {"": "50%"}, {"": "80%"}, ["CTHSSV"]),
    "2.1": (
        "units",
        "",
        ["MN", "TH", "THCS", "THPT", "GDTX"],
        {"MN": "50%", "TH": "80%", "THCS": "80%", "THPT": "100%", "GDTX": "100%"},
        {"MN": "70%", "TH": "100%", "THCS": "100%", "THPT": "100%", "GDTX": "100%"},
        ["CTHSSV"],
    ),
    "2.2": (
        "people",
        "pupils",
        ["TH", "THCS", "THPT"],
        {"TH": "khuyến khích", "THCS": "20%", "THPT": "50%"},
        {"TH": "khuyến khích", "THCS": "50%", "THPT": "80%"},
        ["CTHSSV"],
    ),
}


@pytest.fixture
def plan(db: None) -> SimpleNamespace:
    import_communes(province_code=communes.province("ninh-binh").code)
    campaign = load_campaign("ninh-binh")
    return SimpleNamespace(campaign=campaign, indicators={item.code: item for item in campaign.indicators.all()})


def targets_of(indicator: Indicator, year: int) -> dict[str, str]:
    return {target.level: target.label for target in indicator.targets.filter(year=year)}


def test_the_plan_has_these_eight_indicators_in_this_order(plan: SimpleNamespace) -> None:
    assert list(plan.indicators) == list(TABLE)


@pytest.mark.parametrize("code", TABLE)
def test_a_line_of_the_plan_is_as_the_table_has_it(plan: SimpleNamespace, code: str) -> None:
    indicator = plan.indicators[code]
    leads = sorted(indicator.leads.values_list("code", flat=True))
    assert (
        indicator.kind,
        indicator.counted,
        indicator.level_codes,
        targets_of(indicator, 2025),
        targets_of(indicator, 2026),
        leads,
    ) == TABLE[code]


def test_no_other_year_has_a_target(plan: SimpleNamespace) -> None:
    years = {target.year for item in plan.indicators.values() for target in item.targets.all()}
    assert years == {2025, 2026}


@pytest.mark.parametrize(
    ("code", "asked", "words", "last_moment", "school_year"),
    [
        (
            "so-ket-2025",
            ["1.1", "1.2", "1.3", "1.5", "1.6", "2.1", "2.2"],
            "Sơ kết, trước ngày 15/12/2025",
            "2025-12-15",
            2025,
        ),
        ("tong-ket-2026", list(TABLE), "tổng kết, trước ngày 15/12/2026", "2026-12-15", 2026),
    ],
)
def test_a_round_asks_for_its_indicators_before_its_day(
    plan: SimpleNamespace, code: str, asked: list[str], words: str, last_moment: str, school_year: int
) -> None:
    round_ = plan.campaign.rounds.get(code=code)
    assert [item.indicator.code for item in round_.round_indicators.all()] == asked
    assert round_.deadline_words == words
    # "trước ngày" is exclusive: the first moment of the day is already too late.
    assert round_.deadline_at.isoformat() == f"{last_moment.replace('-15', '-14')}T17:00:00+00:00"
    assert round_.school_year == school_year
    assert round_.commune_reviews_first
    assert round_.through.code == "CTHSSV"
    assert [(rule.unit_kind, rule.managed_by) for rule in round_.audiences.all()] == [
        ("school", "department"),
        ("school", "commune"),
        ("commune", ""),
    ]


def test_the_final_round_follows_the_interim_one(plan: SimpleNamespace) -> None:
    assert plan.campaign.rounds.get(code="tong-ket-2026").previous.code == "so-ket-2025"


def test_only_the_core_team_keeps_its_answer_from_round_to_round(plan: SimpleNamespace) -> None:
    assert [code for code, item in plan.indicators.items() if item.rarely_changes] == ["2.1"]
