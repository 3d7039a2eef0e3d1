from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts.models import User
from schools import services
from schools.imports import jobs
from schools.models import SchoolImport, Unit
from tests import factories as make
from tests.schools.sheets import HEADER, school, xlsx

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def in_november() -> Any:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


def names(response: Any) -> list[str]:
    return [unit.name for unit in response.context["page_obj"]]


ALL = ["Trường MN Phát Diệm", "Trường TH Gia Viễn", "Trường TH&THCS Gia Lâm", "Trường THPT Gia Viễn A"]


# --- the list ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ALL),
        ("q=gia vien", ["Trường TH Gia Viễn", "Trường THPT Gia Viễn A"]),
        ("level=TH", ["Trường TH Gia Viễn", "Trường TH&THCS Gia Lâm"]),
        ("managed_by=department", ["Trường THPT Gia Viễn A"]),
        ("managed_by=outside", []),
        ("kind=commune", ["Xã Gia Viễn", "Xã Phát Diệm"]),
        ("level=SAI&commune=abc", ALL),
    ],
)  # fmt: skip
def test_the_list_is_searched_and_filtered(
    world: SimpleNamespace, client_of: ClientOf, query: str, found: list[str]
) -> None:
    assert names(client_of(world.officer).get(f"/truong/?{query}")) == found


def test_a_commune_filter_and_the_counts_of_this_school_year(world: SimpleNamespace, client_of: ClientOf) -> None:
    response = client_of(world.officer).get(f"/truong/?commune={world.commune_b.pk}")

    assert names(response) == ["Trường MN Phát Diệm"]
    unit = response.context["page_obj"][0]
    assert (unit.pupils, unit.staff) == (150, 20)


def test_a_commune_officer_sees_the_schools_of_the_commune(world: SimpleNamespace, client_of: ClientOf) -> None:
    response = client_of(world.commune_officer).get("/truong/")

    assert names(response) == ["Trường TH Gia Viễn", "Trường TH&THCS Gia Lâm", "Trường THPT Gia Viễn A"]
    assert list(response.context["form"].fields["commune"].queryset) == [world.commune_a]


def test_a_school_is_sent_to_its_own_page(world: SimpleNamespace, client_of: ClientOf) -> None:
    response = client_of(world.principal).get("/truong/")

    assert response.url == reverse("schools:unit_detail", args=[world.th_a.pk])


def test_an_empty_result_names_the_filters_and_an_empty_portal_the_way_in(
    world: SimpleNamespace, client_of: ClientOf
) -> None:
    filtered = client_of(world.admin).get("/truong/?q=khong-co&level=MN").content.decode()
    assert "Không có đơn vị nào khớp" in filtered
    assert "Cấp học: Mầm non" in filtered

    Unit.objects.schools().update(kind="office", levels=0)
    assert "Danh mục trường được nhập từ tệp Excel" in client_of(world.admin).get("/truong/").content.decode()


def test_the_list_asks_as_often_for_three_schools_as_for_one(
    world: SimpleNamespace, client_of: ClientOf, django_assert_num_queries: Any
) -> None:
    client = client_of(world.commune_officer_b)
    client.get("/truong/")
    for more in (0, 2):
        for unit in range(more):
            make.make_school(f"Trường MN {unit}", ["MN"], commune=world.commune_b, manager=world.commune_b)
        with django_assert_num_queries(LIST_QUERIES):
            assert client.get("/truong/").status_code == 200


LIST_QUERIES = 6


# --- one unit ----------------------------------------------------------------------------------
def test_a_school_sees_its_facts_counts_history_and_accounts(world: SimpleNamespace, client_of: ClientOf) -> None:
    services.place_unit(unit=world.th_a, commune=world.commune_b, by=world.admin)

    page = client_of(world.principal).get(f"/truong/{world.th_a.pk}/").content.decode()

    for words in (
        "Hồ sơ trường",
        "2026-2027",
        "2025-2026",
        "400",
        "Chuyển địa bàn",
        "đến trước 21/11/2026",
        "Hiệu trưởng",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("admin", 200), ("viewer", 200), ("commune_officer", 200), ("principal", 200),
     ("principal_b", 404), ("commune_officer_b", 404)],
)  # fmt: skip
def test_a_unit_outside_the_scope_is_not_found(
    world: SimpleNamespace, client_of: ClientOf, who: str, status: int
) -> None:
    assert client_of(getattr(world, who)).get(f"/truong/{world.th_a.pk}/").status_code == status


@pytest.mark.parametrize("kind", ["department", "office", "commune_a"])
def test_every_kind_of_unit_has_a_page(world: SimpleNamespace, client_of: ClientOf, kind: str) -> None:
    unit = getattr(world, kind)

    assert unit.name in client_of(world.officer).get(f"/truong/{unit.pk}/").content.decode()


def test_a_unit_asks_as_often_for_three_years_and_members_as_for_one(
    world: SimpleNamespace, client_of: ClientOf, django_assert_num_queries: Any
) -> None:
    client = client_of(world.admin)
    address = f"/truong/{world.mn_b.pk}/"
    client.get(address)
    for year in (None, 2024, 2023):
        if year:
            make.make_headcounts(world.mn_b, year, staff=1, MN=2)
            make.make_user(f"nv{year}", world.mn_b, "school_staff")
        with django_assert_num_queries(DETAIL_QUERIES):
            client.get(address)


DETAIL_QUERIES = 12


# --- bringing in a list ------------------------------------------------------------------------
def send(client: Client, *rows: list[Any], content: bytes | None = None) -> Any:
    file = SimpleUploadedFile("Danh mục.xlsx", content or xlsx(HEADER, *rows))
    return client.post("/truong/nhap/", {"file": file, "school_year": 2026})


def test_an_upload_leads_to_its_preview_and_writes_no_school(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)

    response = send(client, school("37-9"), school("37-8", pupils="61O"), school(world.th_a.code, "Tên Mới"))

    item = SchoolImport.objects.get()
    assert response.url == reverse("schools:import_preview", args=[item.pk])
    page = client.get(response.url).content.decode()
    for words in (
        "Chưa có dữ liệu nào được ghi",
        "1 dòng lỗi và 1 dòng thay đổi",
        "61O",
        "Trường TH Gia Viễn",
        "Nhập 2 dòng",
    ):
        assert words in page
    assert not Unit.objects.filter(code="37-9").exists()


@pytest.mark.parametrize("view", ["", "error", "changed", "new", "unchanged", "missing"])
def test_each_tile_shows_its_rows(world: SimpleNamespace, client_of: ClientOf, view: str) -> None:
    client = client_of(world.admin)
    send(client, school("37-9"), school(world.th_a.code, "Tên Mới"))
    address = reverse("schools:import_preview", args=[SchoolImport.objects.get().pk])

    response = client.get(address, {"xem": view})

    counts = {"": 1, "error": 0, "changed": 1, "new": 1, "unchanged": 0, "missing": 3}
    assert response.context["page_obj"].paginator.count == counts[view]
    assert client.get(address, {"xem": "khac"}).status_code == 404


def test_the_reader_commits_once_and_sees_what_was_written(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)
    send(client, school("37-9"), school(""))
    item = SchoolImport.objects.get()
    address = reverse("schools:import_commit", args=[item.pk])

    client.post(address, {"expected": 1})
    assert not Unit.objects.filter(code="37-9").exists()

    page = client.post(address, {"expected": 1, "skip_errors": 1}, follow=True).content.decode()
    assert "Đang chờ đến lượt ghi" in page
    jobs.run_due()
    page = client.get(reverse("schools:import_preview", args=[item.pk])).content.decode()
    assert "Đã nhập: 1 trường mới, 0 trường thay đổi" in page
    assert "đã được nhập hoặc đã bỏ" in client.post(address, {"skip_errors": 1}, follow=True).content.decode()


def test_a_list_can_be_put_aside(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)
    send(client, school("37-9"))
    item = SchoolImport.objects.get()

    client.post(reverse("schools:import_cancel", args=[item.pk]))

    item.refresh_from_db()
    assert item.state == "cancelled"


def test_a_refused_file_says_why_at_its_field_and_is_not_kept(world: SimpleNamespace, client_of: ClientOf) -> None:
    response = send(client_of(world.admin), content=b"PK\x03\x04 broken")

    assert "Tệp bị hỏng" in response.content.decode()
    assert not SchoolImport.objects.exists()


def test_an_upload_whose_file_is_gone_asks_for_it_again(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)
    send(client, school("37-9"))
    item = SchoolImport.objects.get()
    item.file.storage.delete(item.outcome["preview"]["name"])

    page = client.get(reverse("schools:import_preview", args=[item.pk]), follow=True).content.decode()

    assert "hãy tải lên lại" in page


@pytest.mark.parametrize("who", ["officer", "viewer", "commune_officer", "principal"])
def test_only_an_administrator_brings_in_lists(world: SimpleNamespace, client_of: ClientOf, who: str) -> None:
    send(client_of(world.admin), school("37-9"))
    item = SchoolImport.objects.get()
    client = client_of(getattr(world, who))

    assert send(client, school("37-8")).status_code == 403
    assert client.get("/truong/nhap/").status_code == 403
    assert client.get(f"/truong/nhap/{item.pk}/").status_code == 403
    assert client.post(f"/truong/nhap/{item.pk}/ghi/").status_code == 403
    assert client.post(f"/truong/nhap/{item.pk}/bo/").status_code == 403
    assert SchoolImport.objects.get().state == "preview"


def test_a_look_never_writes(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)
    send(client, school("37-9"))
    item = SchoolImport.objects.get()

    assert client.get(f"/truong/nhap/{item.pk}/ghi/").status_code == 405
    assert client.get(f"/truong/nhap/{item.pk}/bo/").status_code == 405


def test_the_preview_asks_as_often_for_three_rows_as_for_one(
    world: SimpleNamespace, client_of: ClientOf, django_assert_num_queries: Any
) -> None:
    client = client_of(world.admin)
    send(client, school("37-1"))
    send(client, school("37-1"), school("37-2"), school("37-3"))
    client.get("/truong/")
    for item in SchoolImport.objects.all():
        with django_assert_num_queries(PREVIEW_QUERIES):
            client.get(f"/truong/nhap/{item.pk}/")


PREVIEW_QUERIES = 4
