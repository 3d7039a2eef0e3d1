from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from freezegun import freeze_time

from accounts.models import User
from reports.completion import services as completion
from reports.completion.selectors import rates
from reports.models import Basis, CompletionRate, Grouping, Report, RoundIndicator
from reports.rounds import services as rounds
from schools.models import Role
from targets.models import Target
from tests import factories as make

URL = "/bang-dieu-khien/"
SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


def words(response: object) -> str:
    """The page as a reader sees it: no tags, single blanks."""
    html = response.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main", 1)[1]))


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_heading_states_the_finding(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    page = client_of(computed_world.officer).get(URL)
    # 1.1 has no target for 2026; 1.2 is 77 of 80 against 100; 1.4 is 830 of 900; 2.1 misses by far at TH&THCS.
    assert page.context["page"].table.finding == "1 chậm, 2 gần đạt, 1 theo dõi"
    assert "Chỉ tiêu: 1 chậm, 2 gần đạt, 1 theo dõi" in words(page)


def test_a_province_without_schools_yet_still_has_its_page(world: SimpleNamespace, client_of: SignIn) -> None:
    page = words(client_of(world.officer).get(URL))
    assert "Đợt chưa mở nên chưa đơn vị nào phải báo cáo" in page


def test_the_number_of_queries_is_the_same_at_any_size(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    client = client_of(computed_world.officer)
    client.get(URL)
    assert queries_of(client, URL) == 11
    _grow(computed_world)
    assert queries_of(client, URL) == 11
    assert queries_of(client, f"{URL}?xa={computed_world.commune_a.pk}&cap=TH&co-so=official&tat-ca=1") == 10


def test_the_last_round_stands_beside_for_one_query_more_twelve_in_all(
    computed_world: SimpleNamespace, client_of: SignIn
) -> None:
    client = client_of(computed_world.officer)
    last = make.make_round(
        computed_world.campaign,
        computed_world.department,
        [computed_world.indicators["1.2"]],
        deadline_on=make.local(2025, 12, 15).date(),
        year=2025,
        name="Sơ kết 2025",
    )
    rounds.open_round(round=last, by=computed_world.admin, now=make.local(2025, 11, 1))
    completion.compute_completion(round_id=last.pk)
    computed_world.round.previous = last
    computed_world.round.save(update_fields=["previous"])
    client.get(URL)
    assert queries_of(client, URL) == 12
    CompletionRate.objects.filter(round=last, grouping="whole", basis="provisional").update(
        expected=4, counted=4, numerator=8, denominator=10
    )
    page = client.get(URL).context["page"]
    row = next(row for row in page.table.rows if row.figures.indicator.code == "1.2")
    assert (page.previous_name, f"{row.whole.previous_percent}") == ("Sơ kết 2025", "80")


def _grow(w: SimpleNamespace) -> None:
    """Three more communes with three more schools each, in the round."""
    for number in range(3):
        commune = make.make_commune(w.department, f"9000{number}", f"Xã Thêm {number}")
        for place in range(3):
            school = make.make_school(f"Trường TH Thêm {number}{place}", ["TH"], commune=commune, manager=commune)
            make.make_report(w.round, school)
    completion.compute_completion(round_id=w.round.pk)


def test_figures_on_the_page_are_those_of_the_selector(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    page = client_of(computed_world.officer).get(URL)
    w = computed_world
    known = rates(round_id=w.round.pk, basis=Basis.PROVISIONAL, grouping=Grouping.WHOLE)
    staff = known[w.department.pk, w.indicators["1.2"].pk, ""]
    assert (staff.numerator, staff.denominator, staff.silent_denominator) == (77, 80, 100)
    row = next(row for row in page.context["page"].table.rows if row.figures.indicator.code == "1.2")
    assert row.whole.completion == staff
    text = words(page)
    # 77/80 is 96.25, cut; floor 77/180, ceiling 177/180.
    assert "96,2%" in text
    assert "42,7–98,3% khi đủ báo cáo" in text
    assert "2 trường chưa báo cáo" in text


def test_a_commune_is_summed_from_its_own_schools(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    heat = client_of(computed_world.officer).get(URL).context["page"].heat
    assert [(row.commune.name, row.submitted, row.schools) for row in heat.rows] == [
        ("Xã Phát Diệm", 0, 1),
        ("Xã Gia Viễn", 2, 3),
    ]
    place = {cell.indicator_id: cell for cell in heat.rows[1].cells}
    assert place[computed_world.indicators["1.4"].pk].percent is not None
    assert f"{place[computed_world.indicators['1.4'].pk].percent}" == "92.2"
    assert place[computed_world.indicators["1.4"].pk].heat == 4
    assert computed_world.indicators["1.1"].pk not in place


def test_an_indicator_without_a_target_is_followed_and_never_judged(
    computed_world: SimpleNamespace, client_of: SignIn
) -> None:
    page = client_of(computed_world.officer).get(URL).context["page"]
    row = next(row for row in page.table.rows if row.figures.indicator.code == "1.1")
    assert (row.status, row.verdict, row.whole.target) == ("followed", "none", None)


def test_an_encouraged_level_has_a_figure_and_no_verdict(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    Target.objects.filter(indicator=computed_world.indicators["2.1"], level="TH").update(percent=None, encouraged=True)
    response = client_of(computed_world.officer).get(URL)
    row = next(row for row in response.context["page"].table.rows if row.figures.indicator.code == "2.1")
    figure = row.figures.by_level["TH"]
    assert (f"{figure.percent}", figure.encouraged, figure.verdict) == ("50", True, "none")
    assert "kh.khích" in words(response)


def test_official_counts_only_what_was_accepted(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    Report.objects.filter(unit=computed_world.th_a).update(state="accepted")
    completion.compute_completion(round_id=computed_world.round.pk)
    page = client_of(computed_world.officer).get(f"{URL}?co-so=official").context["page"]
    row = next(row for row in page.table.rows if row.figures.indicator.code == "1.2")
    assert (row.whole.completion.numerator, row.whole.completion.denominator) == (27, 30)
    assert page.counted == 1


def test_a_level_narrows_states_table_and_communes(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    page = client_of(computed_world.officer).get(f"{URL}?cap=THCS").context["page"]
    assert (page.submission.submitted, page.submission.expected) == (1, 1)
    assert [column.code for column in page.table.columns] == ["THCS"]
    row = next(row for row in page.table.rows if row.figures.indicator.code == "1.4")
    assert (row.status, f"{row.cells[0][1].percent}") == ("behind", "75")
    assert [row.commune.name for row in page.heat.rows] == ["Xã Gia Viễn"]


def test_an_office_sees_the_indicators_it_leads(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    computed_world.indicators["1.4"].leads.set([computed_world.other_office])
    page = client_of(computed_world.officer).get(f"{URL}?phong={computed_world.other_office.pk}").context["page"]
    assert [row.figures.indicator.code for row in page.table.rows] == ["1.4"]


def test_a_commune_as_filter_becomes_the_whole(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    page = client_of(computed_world.officer).get(f"{URL}?xa={computed_world.commune_b.pk}").context["page"]
    assert (page.submission.submitted, page.submission.expected) == (0, 1)
    row = next(row for row in page.table.rows if row.figures.indicator.code == "1.2")
    assert (row.whole.completion.expected, row.whole.percent) == (1, None)


def test_days_left_and_the_pace_still_needed(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    card = client_of(computed_world.officer).get(URL).context["page"].deadline
    # 'Trước ngày 15/12' ends with the 14th: 23 days between, 24 days on which the two can still come.
    assert (card.days, card.missing, card.needed_a_day) == (23, 2, 1)


def test_a_round_without_a_date_has_no_days_and_nobody_overdue(
    computed_world: SimpleNamespace, client_of: SignIn
) -> None:
    dateless = make.make_round(
        computed_world.campaign, computed_world.department, [computed_world.indicators["1.1"]], deadline_on=None
    )
    rounds.open_round(round=dateless, by=computed_world.admin, now=make.local(2026, 5, 1))
    response = client_of(computed_world.officer).get(f"{URL}?dot={dateless.pk}")
    page = response.context["page"]
    assert (page.deadline.days, page.submission.overdue, page.curve) == (None, 0, None)
    assert "Không ấn định hạn" in words(response)
    assert "Quá hạn" not in words(response)


def test_after_the_deadline_the_overdue_come_first(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    with freeze_time("2026-12-20 08:30:00+07:00"):
        page = client_of(computed_world.officer).get(URL).context["page"]
    assert page.chase.current.key == "overdue"
    assert {row.unit for row in page.chase.rows} == {"Trường THPT Gia Viễn A", "Trường MN Phát Diệm"}
    assert page.deadline.days_late == 6


def test_whom_to_chase_with_what_they_already_got(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    page = client_of(computed_world.officer).get(f"{URL}?nhom=not_started").context["page"]
    assert [(group.key, group.count) for group in page.chase.groups] == [("not_started", 2)]
    assert all(row.reminders == 0 for row in page.chase.rows)


def test_a_province_without_a_round_follows_its_documents(world: SimpleNamespace, client_of: SignIn) -> None:
    from campaigns.models import Acknowledgement, Addressee, Directive

    RoundIndicator.objects.all().delete()
    world.round.delete()
    directive = Directive.objects.create(
        kind="official_letter",
        code="chu-de",
        symbol="/SGDDĐT-VP",
        issuer=world.department,
        issuer_name="Sở GDĐT",
        subject="Cùng em vững bước an toàn trên không gian mạng",
    )
    Addressee.objects.create(directive=directive, wording="UBND các xã, phường", unit_kind="commune", order=1)
    Addressee.objects.create(directive=directive, wording="Trường có cấp TH", unit_kind="school", levels=2, order=2)
    Acknowledgement.objects.create(directive=directive, unit=world.th_a, by=world.principal)
    response = client_of(world.officer).get(URL)
    text = words(response)
    assert "Phong trào này không yêu cầu báo cáo" in text
    assert "1 / 2 đã xác nhận" in text
    assert "0 / 2 đã xác nhận" in text


def test_a_round_that_is_not_there_is_not_found(world: SimpleNamespace, client_of: SignIn) -> None:
    assert client_of(world.officer).get(f"{URL}?dot=999999").status_code == 404


def test_nonsense_in_the_address_is_passed_over(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    assert client_of(computed_world.officer).get(f"{URL}?cap=XX&phong=a&xa=-1&nhom=x&xep=--&co-so=1").status_code == 200


def test_a_school_is_refused_and_a_commune_led_home(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    assert client_of(computed_world.principal).get(URL).status_code == 403
    led = client_of(computed_world.commune_officer).get(URL)
    assert (led.status_code, led.headers["Location"]) == (302, f"{URL}xa/{computed_world.commune_a.pk}/")


def test_a_viewer_reads_and_gets_no_button_to_remind(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    assert "Gửi nhắc nhở" in words(client_of(computed_world.officer).get(URL))
    assert "Gửi nhắc nhở" not in words(client_of(computed_world.viewer).get(URL))


def test_a_viewer_at_a_school_is_refused_too(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    reader = make.make_user("docgia", computed_world.th_a, Role.VIEWER)
    assert client_of(reader).get(URL).status_code == 403


def test_communes_are_sorted_as_asked(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    client = client_of(computed_world.officer)
    names = [row.commune.name for row in client.get(f"{URL}?xep=-nop").context["page"].heat.rows]
    assert names == ["Xã Gia Viễn", "Xã Phát Diệm"]


def test_the_chart_writes_its_places_with_a_point(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    html = client_of(computed_world.officer).get(URL).content.decode()
    drawn = re.findall(r'(?:width|x1|x2|y1|y2|cx|cy|viewBox| d)="([^"]*)"', html.split("<main", 1)[1])
    assert drawn
    assert not [value for value in drawn if "," in value]
    assert " style=" not in html
