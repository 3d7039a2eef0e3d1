from __future__ import annotations

import re
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from freezegun import freeze_time

from accounts import activation
from accounts.models import ActivationCode, User
from schools.accounts import slips
from schools.accounts.services import create_accounts
from schools.models import Unit
from tests import factories as make

pytestmark = pytest.mark.django_db
NOW = make.local(2026, 11, 21, 8, 30)
CODE = re.compile(r"(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}")


@pytest.fixture(autouse=True)
def in_november() -> Any:
    with freeze_time(NOW):
        yield


def all_units() -> list[Unit]:
    return list(Unit.objects.filter(kind__in=["school", "commune"]).select_related("commune", "manager"))


# --- the sheets --------------------------------------------------------------------------------
def test_each_commune_begins_a_sheet_and_its_own_slip_comes_first(world: SimpleNamespace) -> None:
    found = slips.pages(create_accounts(units=all_units(), by=world.admin, now=NOW))
    assert [(page.commune, page.number, page.of, [slip.unit for slip in page.slips]) for page in found] == [
        (
            "Xã Gia Viễn",
            1,
            1,
            ["Xã Gia Viễn", "Trường TH Gia Viễn", "Trường TH&THCS Gia Lâm", "Trường THPT Gia Viễn A"],
        ),
        ("Xã Phát Diệm", 1, 1, ["Xã Phát Diệm", "Trường MN Phát Diệm"]),
    ]


def test_a_commune_of_nine_slips_has_two_sheets(world: SimpleNamespace) -> None:
    schools = [
        make.make_school(f"Trường TH {number}", ["TH"], commune=world.commune_b, manager=world.commune_b)
        for number in range(9)
    ]
    found = slips.pages(create_accounts(units=schools, by=world.admin, now=NOW))
    assert [(page.number, page.of, len(page.slips)) for page in found] == [(1, 2, 8), (2, 2, 1)]


def test_a_slip_says_whom_to_ask(world: SimpleNamespace) -> None:
    Unit.objects.filter(pk=world.commune_a.pk).update(phone="0229 000 000")
    found = slips.pages(create_accounts(units=all_units(), by=world.admin, now=NOW))
    asked = {slip.unit: slip.ask for page in found for slip in page.slips}
    assert asked["Trường TH Gia Viễn"] == "Xã Gia Viễn · 0229 000 000"
    assert asked["Trường THPT Gia Viễn A"] == asked["Xã Phát Diệm"] == "Sở GDĐT Ninh Bình"


# --- the pages ---------------------------------------------------------------------------------
def codes_on(response: Any) -> set[str]:
    return set(CODE.findall(response.content.decode()))


def test_the_administrator_prints_the_list_as_filtered_without_those_in_use(
    world: SimpleNamespace, client_of: Any
) -> None:
    client = client_of(world.admin)
    address = f"/truong/cap-ma/?commune={world.commune_a.pk}"
    assert len(client.get(address).context["waiting"].fresh) == 2
    page = client.post(address, {"which": "fresh"})
    assert "no-store" in page["Cache-Control"]
    assert len(codes_on(page)) == 2
    assert "Trường THPT Gia Viễn A" in page.content.decode() and "Phát Diệm" not in page.content.decode()
    user = User.objects.get(username=world.thpt_a.code.lower())
    assert [code for code in codes_on(page) if activation.hash_of(code) == user.activation_codes.get().code_hash]


def test_pressed_again_nothing_open_is_revoked_unless_asked(world: SimpleNamespace, client_of: Any) -> None:
    client = client_of(world.admin)
    client.post("/truong/cap-ma/", {"which": "fresh"})
    assert codes_on(client.post("/truong/cap-ma/", {"which": "fresh"})) == set()
    assert not ActivationCode.objects.exclude(revoked_at=None).exists()
    assert len(codes_on(client.post("/truong/cap-ma/", {"which": "all"}))) == 2
    assert ActivationCode.objects.exclude(revoked_at=None).count() == 2


def test_a_commune_prints_for_the_schools_that_it_manages_and_no_other(world: SimpleNamespace, client_of: Any) -> None:
    client = client_of(world.commune_officer)
    assert [unit.name for unit in client.get("/truong/cap-ma/").context["waiting"].fresh] == ["Trường TH&THCS Gia Lâm"]
    assert client.get("/truong/cap-ma/?kind=commune").context["waiting"].fresh == []
    assert client.post(f"/truong/{world.thpt_a.pk}/cap-ma/").status_code == 403
    assert client.post(f"/truong/{world.commune_a.pk}/cap-ma/").status_code == 403
    assert client.get(f"/truong/{world.thpt_a.pk}/ban-giao/").status_code == 403
    assert len(codes_on(client.post(f"/truong/{world.thths_a.pk}/cap-ma/"))) == 1


def test_the_page_of_a_unit_offers_what_its_reader_may_do(world: SimpleNamespace, client_of: Any) -> None:
    def page(user: User, unit: Unit) -> str:
        return str(client_of(user).get(f"/truong/{unit.pk}/").content.decode())

    assert "Bàn giao tài khoản" in page(world.admin, world.th_a)
    assert "Cấp mã kích hoạt" in page(world.commune_officer, world.thths_a)
    for user, unit in (
        (world.commune_officer, world.thpt_a),
        (world.officer, world.th_a),
        (world.principal, world.th_a),
    ):
        assert "cap-ma" not in page(user, unit) and "ban-giao" not in page(user, unit)


def test_handing_over_asks_for_a_reason_and_prints_one_slip(world: SimpleNamespace, client_of: Any) -> None:
    client, address = client_of(world.commune_officer), f"/truong/{world.th_a.pk}/ban-giao/"
    assert "hieutruong" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).context["form"].errors["reason"]
    page = client.post(address, {"reason": "QĐ 12", "full_name": ""})
    (code,) = codes_on(page)
    assert activation.find_code(username=world.th_a.code.lower(), code=code, now=NOW)


def test_no_page_shows_a_code_a_second_time(world: SimpleNamespace, client_of: Any) -> None:
    client = client_of(world.admin)
    codes = codes_on(client.post(f"/truong/{world.thpt_a.pk}/cap-ma/"))
    for address in (f"/truong/{world.thpt_a.pk}/", "/truong/cap-ma/", "/admin/accounts/activationcode/"):
        assert not [code for code in codes if code in client.get(address).content.decode()]


# --- the command -------------------------------------------------------------------------------
def test_the_command_writes_a_file_that_stands_alone_and_prints_no_code(
    world: SimpleNamespace, tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "phieu.html"
    call_command("create_accounts", "--commune", "14464", "-o", str(path))
    written, printed = path.read_text(encoding="utf-8"), capsys.readouterr().out
    assert len(set(CODE.findall(written))) == 2
    assert "data:text/css;base64," in written and "/static/" not in written
    assert not CODE.search(printed) and "2 phiếu" in printed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_command_makes_no_codes_that_it_cannot_write(world: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "phieu.html"
    path.write_text("đã có")
    with pytest.raises(CommandError, match="Không tạo được"):
        call_command("create_accounts", "-o", str(path))
    with pytest.raises(CommandError, match="Không có xã"):
        call_command("create_accounts", "--commune", "99999", "-o", str(tmp_path / "khac.html"))
    assert not ActivationCode.objects.exists() and path.read_text() == "đã có"


def test_a_code_of_the_file_opens_the_account_in_the_browser(world: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "phieu.html"
    call_command("create_accounts", "--commune", "14464", "-o", str(path))
    slip = path.read_text(encoding="utf-8").split("Trường THPT Gia Viễn A")[1]
    found = CODE.search(slip)
    assert found
    client = Client()
    client.post("/tai-khoan/kich-hoat/", {"username": world.thpt_a.code, "code": found[0]})
    password = "dong-song-xanh-7"
    client.post("/tai-khoan/kich-hoat/mat-khau/", {"password1": password, "password2": password})
    assert client.get(f"/truong/{world.thpt_a.pk}/").status_code == 200
