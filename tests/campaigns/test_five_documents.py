"""What is special in each of the five documents, as its pack has it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from campaigns.models import Campaign, Directive
from reports.packs import load_campaign
from schools import communes
from schools.models import Role, Unit
from schools.selectors import scope_of
from schools.services import import_communes
from targets.models import Indicator
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def load() -> Callable[[str], Campaign]:
    def load(slug: str) -> Campaign:
        import_communes(province_code=communes.province(slug).code)
        return load_campaign(slug)

    return load


def names(units: object) -> set[str]:
    return {unit.name for unit in units}  # type: ignore[attr-defined]


def addressed(directive: Directive) -> set[str]:
    return names(Unit.objects.schools().addressed_by(list(directive.addressees.all())))


def some_schools() -> Unit:
    """One school of most kinds in the first commune; returns the commune."""
    commune = Unit.objects.communes().order_by("pk")[0]
    department = Unit.objects.get(kind="department")
    for level_codes, manager in [
        (["MN"], commune),
        (["TH"], commune),
        (["TH", "THCS"], commune),
        (["THCS", "THPT"], department),
        (["THPT"], department),
        (["GDTX", "GDNN"], department),
        (["TC"], department),
        (["CD"], None),
        (["DH"], None),
    ]:
        make.make_school(" ".join(level_codes), level_codes, commune=commune, manager=manager)
    return commune


def test_hai_phong_addresses_every_school_with_primary_or_lower_secondary(load: Callable[[str], Campaign]) -> None:
    load("hai-phong")
    some_schools()
    directive = Directive.objects.registered().get()
    assert addressed(directive) == {"TH", "TH THCS", "THCS THPT"}
    assert directive.addressees.filter(unit_kind="commune").exists()


def test_hai_phong_has_a_theme_but_no_number_day_deadline_or_report(load: Callable[[str], Campaign]) -> None:
    campaign = load("hai-phong")
    directive = Directive.objects.registered().get()
    assert directive.theme is not None
    assert (directive.lacks_number, directive.date_label) == (True, "2026")
    assert not campaign.rounds.exists()
    assert len({contact.organisation for contact in directive.contacts.all()}) == 3


def test_hai_phong_cites_one_letter_with_two_dates(load: Callable[[str], Campaign]) -> None:
    load("hai-phong")
    cited = Directive.objects.get(symbol="972/GD&ĐT")
    days = [f"{reference.cited_on:%d/%m/%Y}" for reference in cited.citations.order_by("order")]
    assert days == ["24/12/2025", "29/12/2025"]


def test_ha_noi_asks_colleges_and_centres_only(load: Callable[[str], Campaign]) -> None:
    campaign = load("ha-noi")
    some_schools()
    round_ = campaign.rounds.get()
    rules = list(round_.audiences.all())
    assert names(Unit.objects.addressed_by(rules)) == {"GDTX GDNN", "TC", "CD"}  # type: ignore[arg-type]
    assert round_.deadline_words == "trước ngày 25/6/2026"
    assert "4531" in round_.annex_note
    assert not round_.indicators.exists()


def test_ha_noi_urges_what_an_earlier_letter_asked_and_gives_three_courses(load: Callable[[str], Campaign]) -> None:
    load("ha-noi")
    directive = Directive.objects.registered().get()
    urged = directive.references.get(relation="urges")
    assert (urged.cited.symbol, urged.cited.date_label) == ("4531/SGDDT-GDTXNNĐH", "30/10/2025")
    assert urged.cited.is_stub
    assert len({link.audience for link in directive.links.all()}) == 3


def test_quang_ngai_obliges_schools_and_invites_universities(load: Callable[[str], Campaign]) -> None:
    campaign = load("quang-ngai")
    some_schools()
    directive = Directive.objects.registered().get()
    invited = list(directive.addressees.filter(obliged=False))
    assert names(Unit.objects.addressed_by(invited)) == {"CD", "DH"}  # type: ignore[arg-type]
    assert {"MN", "TH", "THPT", "TC", "CD", "DH"} <= addressed(directive)
    owing = names(Unit.objects.addressed_by(list(campaign.rounds.get().audiences.all())))  # type: ignore[arg-type]
    assert owing == addressed(directive) - {"CD", "DH"}


def test_quang_ngai_asks_for_every_pupil_before_15_november(load: Callable[[str], Campaign]) -> None:
    campaign = load("quang-ngai")
    indicator = campaign.indicators.get()
    assert [(target.year, target.label) for target in indicator.targets.all()] == [(2026, "100%")]
    assert "MN" not in indicator.level_codes
    round_ = campaign.rounds.get()
    assert (round_.deadline_words, round_.through.code) == ("trước ngày 15/11/2026", "GDTX-CTHSSV")


def test_dien_chau_asks_only_its_own_primary_and_lower_secondary_schools(load: Callable[[str], Campaign]) -> None:
    campaign = load("nghe-an")
    dien_chau = Unit.objects.get(kind="commune", code="17464")
    elsewhere = some_schools()
    assert elsewhere != dien_chau
    make.make_school("TH Diễn Châu", ["TH"], commune=dien_chau, manager=dien_chau)
    make.make_school("MN Diễn Châu", ["MN"], commune=dien_chau, manager=dien_chau)
    round_ = campaign.rounds.get()
    assert names(Unit.objects.addressed_by(list(round_.audiences.all()))) == {"TH Diễn Châu"}  # type: ignore[arg-type]
    assert (campaign.owner, round_.receiver) == (dien_chau, dien_chau)


def test_dien_chau_names_no_day_and_its_words_are_kept(load: Callable[[str], Campaign]) -> None:
    round_ = load("nghe-an").rounds.get()
    assert (round_.deadline_on, round_.deadline_at, round_.deadline_rule) == (None, None, "")
    assert "về UBND xã" in round_.deadline_words
    assert [item.kind for item in round_.indicators.all()] == ["units"] * 5


def test_dien_chau_is_seen_by_its_schools_and_by_no_other_communes_school(load: Callable[[str], Campaign]) -> None:
    load("nghe-an")
    dien_chau = Unit.objects.get(kind="commune", code="17464")
    other = Unit.objects.communes().exclude(pk=dien_chau.pk).order_by("pk")[0]
    inside = make.make_school("TH trong xã", ["TH"], commune=dien_chau, manager=dien_chau)
    outside = make.make_school("TH xã khác", ["TH"], commune=other, manager=other)
    sees = {}
    for school in (inside, outside):
        scope = scope_of(make.make_user(school.code, school, Role.PRINCIPAL))
        sees[school.name] = (
            Directive.objects.visible_to(scope).registered().count(),
            Campaign.objects.visible_to(scope).count(),
            Indicator.objects.visible_to(scope).count(),
        )
    assert sees == {"TH trong xã": (1, 1, 5), "TH xã khác": (0, 0, 0)}
