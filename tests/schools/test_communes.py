from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from schools import communes, services, text
from schools.models import Management, Unit


def test_the_country_has_34_provinces_and_3321_communes() -> None:
    found = Counter(item.province_code for item in communes.all_communes())

    assert len(communes.provinces()) == 34
    assert set(found) == {item.code for item in communes.provinces()}
    assert found.total() == 3321
    assert found["37"] == len(communes.communes_of("37")) == 129


def test_a_commune_has_a_code_of_five_digits_that_is_its_own() -> None:
    codes = [item.code for item in communes.all_communes()]

    assert len(set(codes)) == len(codes)
    assert all(len(code) == 5 and code.isdigit() for code in codes)


def test_names_are_clean_and_begin_with_their_kind() -> None:
    for item in communes.all_communes():
        assert item.name == text.clean(item.name)
        assert item.name.casefold().startswith(f"{item.kind} ")


def test_a_province_is_found_by_slug_and_by_code() -> None:
    assert communes.province("ninh-binh") == communes.province("37")
    assert communes.province("ninh-binh").short_name == "Ninh Bình"
    with pytest.raises(KeyError):
        communes.province("nam-dinh")


def test_every_old_commune_went_to_communes_that_exist() -> None:
    codes = {item.code for item in communes.all_communes()}

    assert len(communes.conversions()) == 10_554
    assert all(item.new_code in codes for item in communes.conversions())


@pytest.mark.django_db
def test_the_communes_of_a_province_stand_under_its_department() -> None:
    counts = services.import_communes(province_code="37")

    assert counts.created == 129
    department = Unit.objects.get(kind="department")
    assert (department.code, department.name) == ("37", "Sở GDĐT Ninh Bình")
    assert Unit.objects.communes().filter(manager=department, email="").count() == 129
    assert Management.objects.filter(manager=department).count() == 129
    assert Unit.objects.get(code="14464").name == "Xã Gia Viễn"


@pytest.mark.django_db
def test_importing_communes_again_changes_nothing_and_corrects_a_name() -> None:
    services.import_communes(province_code="37")
    Unit.objects.filter(code="14464").update(name="Xã Gia Vien", name_folded="x")
    entries = AuditEntry.objects.count()

    assert services.import_communes(province_code="37").renamed == 1
    again = services.import_communes(province_code="37")

    assert (again.created, again.renamed, again.unchanged) == (0, 0, 129)
    assert Unit.objects.get(code="14464").name_folded == "xa gia vien"
    assert AuditEntry.objects.count() == entries + 1


@pytest.mark.django_db
def test_the_command_takes_a_slug_and_refuses_a_province_that_is_not_there(capsys: Any) -> None:
    call_command("import_communes", province="hue")

    assert Unit.objects.communes().count() == 40
    assert "40 xã, phường mới" in capsys.readouterr().out
    with pytest.raises(CommandError, match="ha-tay"):
        call_command("import_communes", province="ha-tay")
