"""The five packs in the database: what loads, what stays the same, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from accounts.models import AuditEntry
from campaigns.models import Addressee, Campaign, Contact, Directive, DirectiveReference
from campaigns.packs.files import packs
from reports.models import Round, RoundAudience, RoundIndicator, RoundState
from reports.packs import LoadError, load_campaign
from schools import communes
from schools.models import Unit
from schools.services import import_communes
from targets.models import Indicator, Target
from tests import factories as make

ROWS: list[type[models.Model]] = [
    Unit,
    Campaign,
    Directive,
    DirectiveReference,
    Addressee,
    Contact,
    Indicator,
    Target,
    Round,
    RoundIndicator,
    RoundAudience,
]


def load(slug: str) -> Campaign:
    import_communes(province_code=communes.province(slug).code)
    return load_campaign(slug)


def snapshot() -> dict[str, list[dict[str, object]]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in ROWS}


@pytest.mark.django_db
@pytest.mark.parametrize("slug", packs())
def test_a_pack_loaded_twice_gives_the_same_rows(slug: str) -> None:
    load(slug)
    before = snapshot()
    load_campaign(slug)
    assert snapshot() == before
    assert before["Directive"]


@pytest.mark.django_db
def test_what_was_taken_out_of_a_pack_goes_and_what_was_spoilt_is_put_right() -> None:
    load("ninh-binh")
    before = snapshot()
    directive = Directive.objects.get(code="kh-bdhvs-ninh-binh-2025")
    directive.addressees.create(wording="Thừa", unit_kind="school", order=9)
    Target.objects.filter(indicator__code="1.2", year=2026).update(percent=5)
    Round.objects.filter(code="so-ket-2025").update(name="Khác")
    load_campaign("ninh-binh")
    assert snapshot() == before


@pytest.mark.django_db
def test_an_open_round_is_left_as_it_is() -> None:
    campaign = load("ninh-binh")
    round_ = campaign.rounds.get(code="tong-ket-2026")
    Round.objects.filter(pk=round_.pk).update(name="Tổng kết", state=RoundState.OPEN, opened_at=make.local(2026, 11, 1))
    round_.audiences.all().delete()
    load_campaign("ninh-binh")
    round_.refresh_from_db()
    assert round_.name == "Tổng kết"
    assert not round_.audiences.exists()


@pytest.mark.django_db
def test_rounds_are_opened_when_asked_and_only_once() -> None:
    import_communes(province_code="37")
    commune = Unit.objects.communes().order_by("pk")[0]
    make.make_school("Trường THCS Thử", ["THCS"], commune=commune, manager=commune)
    load_campaign("ninh-binh", open_rounds=True)
    campaign = load_campaign("ninh-binh", open_rounds=True)
    assert {round_.state for round_ in campaign.rounds.all()} == {"open"}
    assert campaign.rounds.get(code="tong-ket-2026").reports.count() == 1 + len(communes.communes_of("37"))


@pytest.mark.django_db
def test_a_load_is_written_into_the_record() -> None:
    campaign = load("ha-noi")
    entry = AuditEntry.objects.filter(action="campaign.load").get()
    assert (entry.target_id, entry.after) == (str(campaign.pk), {"directives": 4, "indicators": 0, "rounds": 1})


@pytest.mark.django_db
def test_a_pack_of_another_province_is_refused_and_leaves_nothing() -> None:
    import_communes(province_code="37")
    with pytest.raises(LoadError, match="Hà Nội"):
        load_campaign("ha-noi")
    assert not Campaign.objects.exists()


@pytest.mark.django_db
def test_a_pack_before_its_department_is_refused() -> None:
    with pytest.raises(LoadError, match="Chưa có Sở GDĐT"):
        load_campaign("ninh-binh")


@pytest.mark.django_db
def test_a_commune_that_is_not_there_is_named_and_nothing_is_kept() -> None:
    import_communes(province_code="40")
    Unit.objects.filter(code="17464").update(code="99999")
    with pytest.raises(LoadError, match="17464"):
        load_campaign("nghe-an")
    assert not Directive.objects.exists()
    assert not Unit.objects.filter(kind="office").exists()


@pytest.mark.django_db
def test_a_citation_does_not_reduce_a_registered_document() -> None:
    load("hai-phong")
    Directive.objects.filter(code="kh-953-bgddt-2025").update(is_stub=False, subject="Đã đăng ký đầy đủ")
    load_campaign("hai-phong")
    assert Directive.objects.get(code="kh-953-bgddt-2025").subject == "Đã đăng ký đầy đủ"


@pytest.mark.django_db
def test_the_command_loads_a_file_and_prints_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    import_communes(province_code="31")
    path = Path(load_campaign.__code__.co_filename).parents[2] / "campaigns/packs/data/hai-phong.yml"
    call_command("load_campaign", str(path), "--json")
    printed = '{"campaign": "binh-dan-hoc-vu-so", "directives": 1, "indicators": 0, "rounds": 0}'
    assert capsys.readouterr().out.strip() == printed


@pytest.mark.django_db
def test_the_command_says_which_packs_there_are() -> None:
    with pytest.raises(CommandError, match="hai-phong"):
        call_command("load_campaign", "ca-mau")
