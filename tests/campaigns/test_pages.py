"""Pages of documents: what each reader finds there, and what stays closed."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from freezegun import freeze_time

from accounts.models import User
from campaigns.models import Addressee, Directive, DirectiveReference
from tests import factories as make

ClientOf = Callable[[User], Client]


def make_letter(w: SimpleNamespace, number: int, **more: object) -> Directive:
    """A document with one of everything, addressed to every school."""
    fields = {"kind": "plan", "code": f"kh-{number}", "symbol": f"{number}/KH", "issuer_name": "Sở"}
    letter = Directive.objects.create(
        **{**fields, "subject": f"Kế hoạch {number}", "issuer": w.department, "issued_year": 2026, **more}
    )
    Addressee.objects.create(directive=letter, wording="Các trường", unit_kind="school")
    cited = Directive.objects.create(**{**fields, "code": f"cv-{number}", "subject": "Căn cứ", "is_stub": True})
    DirectiveReference.objects.create(directive=letter, cited=cited, order=0)
    letter.tasks.create(text=f"Việc {number}", order=0)
    letter.contacts.create(role="Chuyên viên", organisation="Văn phòng", order=0)
    return letter


@pytest.fixture
def letter(world: SimpleNamespace) -> Directive:
    letter = make_letter(world, 1, symbol="/KH-SGDĐT", issued_month=7)
    world.round.directive = letter
    world.round.save(update_fields=["directive"])
    for indicator in world.indicators.values():
        indicator.directive = letter
        indicator.save(update_fields=["directive"])
    return letter


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return " ".join(response.content.decode().split())


@freeze_time("2026-11-21 08:30:00+07:00")
def test_a_document_says_its_gaps_deadline_and_targets(
    world: SimpleNamespace, letter: Directive, client_of: ClientOf
) -> None:
    page = text(client_of(world.officer), f"/van-ban/{letter.pk}/")
    for words in ["Chưa có số", "Thiếu ngày", "7/2026", "trước ngày 15/12/2026", "Còn 23 ngày", "14/12/2026"]:
        assert words in page
    for words in ["Chỉ tiêu 2.1", "TH, THCS, THPT", "70%", "P. Công tác HSSV", "Việc 1", "Văn phòng"]:
        assert words in page or words == "P. Công tác HSSV"
    assert 'aria-current="true"' in page


def test_a_school_confirms_and_the_page_says_so(world: SimpleNamespace, letter: Directive, client_of: ClientOf) -> None:
    client = client_of(world.principal)
    assert "Xác nhận tiếp nhận" in text(client, f"/van-ban/{letter.pk}/")
    assert "1 văn bản chờ đơn vị xác nhận" in text(client, "/van-ban/")
    for _time in range(2):
        response = client.post(f"/van-ban/{letter.pk}/tiep-nhan/")
        assert (response.status_code, response["Location"]) == (302, f"/van-ban/{letter.pk}/")
    assert letter.acknowledgements.get().unit == world.th_a
    assert "Đơn vị đã xác nhận" in text(client, f"/van-ban/{letter.pk}/")
    assert "chờ đơn vị xác nhận" not in text(client, "/van-ban/")


def test_reading_never_confirms(world: SimpleNamespace, letter: Directive, client_of: ClientOf) -> None:
    assert client_of(world.principal).get(f"/van-ban/{letter.pk}/tiep-nhan/").status_code == 405
    assert not letter.acknowledgements.exists()


@pytest.mark.parametrize("who", ["viewer", "admin", "commune_officer"])
def test_who_is_not_addressed_or_only_looks_cannot_confirm(
    world: SimpleNamespace, letter: Directive, client_of: ClientOf, who: str
) -> None:
    client = client_of(getattr(world, who))
    assert client.post(f"/van-ban/{letter.pk}/tiep-nhan/").status_code == 403
    assert f"/van-ban/{letter.pk}/tiep-nhan/" not in text(client, f"/van-ban/{letter.pk}/")
    assert not letter.acknowledgements.exists()


def test_a_communes_document_is_not_there_for_another_communes_school(
    world: SimpleNamespace, client_of: ClientOf
) -> None:
    letter = make_letter(world, 2, issuer=world.commune_b)
    addresses = [f"/van-ban/{letter.pk}/", f"/van-ban/{letter.pk}/noi-nhan/"]
    outsider = client_of(world.principal)
    assert [outsider.get(url).status_code for url in addresses] == [404, 404]
    assert outsider.post(f"/van-ban/{letter.pk}/tiep-nhan/").status_code == 404
    assert "Kế hoạch 2" not in text(outsider, "/van-ban/")
    assert "Kế hoạch 2" in text(client_of(world.principal_b), "/van-ban/")


def test_the_list_of_recipients_is_for_staff_and_within_their_reach(
    world: SimpleNamespace, letter: Directive, client_of: ClientOf
) -> None:
    url = f"/van-ban/{letter.pk}/noi-nhan/?trang-thai=missing"
    assert client_of(world.principal).get(url).status_code == 403
    assert world.mn_b.name in text(client_of(world.officer), url)
    of_commune = text(client_of(world.commune_officer), url)
    assert world.th_a.name in of_commune
    assert world.mn_b.name not in of_commune


@pytest.mark.parametrize("query", ["?nhom=abc", "?nhom=99999", "?trang-thai=x", "?page=z"])
def test_a_wrong_filter_is_no_error(world: SimpleNamespace, letter: Directive, client_of: ClientOf, query: str) -> None:
    text(client_of(world.officer), f"/van-ban/{letter.pk}/noi-nhan/{query}")


def test_a_file_is_given_only_to_who_may_see_its_document(world: SimpleNamespace, client_of: ClientOf) -> None:
    letter = make_letter(world, 2, issuer=world.commune_b)
    attachment = letter.attachments.create(title="Phu luc.txt", order=0)
    url = f"/van-ban/tep/{attachment.pk}/"
    assert client_of(world.principal_b).get(url).status_code == 404
    attachment.file.save("a.txt", ContentFile(b"phu luc"))
    response = client_of(world.principal_b).get(url)
    assert b"".join(response.streaming_content) == b"phu luc"  # type: ignore[attr-defined]
    assert client_of(world.principal).get(url).status_code == 404


def test_a_document_that_is_only_cited_has_a_page_and_leads_down(
    world: SimpleNamespace, letter: Directive, client_of: ClientOf
) -> None:
    cited = letter.references.get().cited
    page = text(client_of(world.principal), f"/van-ban/{cited.pk}/")
    assert "chỉ được viện dẫn" in page
    assert f'href="/van-ban/{letter.pk}/"' in page
    assert f'href="/van-ban/{cited.pk}/"' not in text(client_of(world.principal), "/van-ban/")


def questions(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


STAFF = ("officer", "commune_officer")
# The page of recipients is no page of schools.
READ = [("", 10, (*STAFF, "principal")), ("{}/", 22, (*STAFF, "principal")), ("{}/noi-nhan/", 9, STAFF)]


@pytest.mark.parametrize(("path", "most", "who"), [(path, most, one) for path, most, who in READ for one in who])
def test_a_page_asks_the_same_number_of_questions_with_one_row_and_three(
    world: SimpleNamespace, letter: Directive, client_of: ClientOf, who: str, path: str, most: int
) -> None:
    client, url = client_of(getattr(world, who)), f"/van-ban/{path.format(letter.pk)}"
    with_one = questions(client, url)
    for number in (2, 3):
        more = make_letter(world, number)
        make.make_school(f"Trường {number}", ["TH"], commune=world.commune_a, manager=world.commune_a)
        DirectiveReference.objects.create(directive=letter, cited=more, order=number)
        DirectiveReference.objects.create(directive=more, cited=letter, order=number)
        make.make_round(world.campaign, world.department, [], directive=letter)
        make.make_indicator(world.campaign, f"3.{number}", directive=letter, targets={(2026, ""): 5})
        letter.tasks.create(text=f"Việc {number}", order=number)
        letter.contacts.create(role="Chuyên viên", organisation="Văn phòng", order=number)
    assert questions(client, url) == with_one <= most
