"""To whom a document went, who confirmed it, and where it stands in the chain."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from campaigns import selectors
from campaigns.models import Acknowledgement, Addressee, Directive, DirectiveReference
from schools.models import Unit
from schools.selectors import scope_of


def make_letter(code: str, **more: object) -> Directive:
    fields = {"kind": "plan", "symbol": f"{code}/KH", "issuer_name": "Sở", "subject": f"Văn bản {code}"}
    return Directive.objects.create(**{**fields, "code": code, **more})


@pytest.fixture
def letter(world: SimpleNamespace) -> Directive:
    found = make_letter("kh-1", issuer=world.department)
    rules = [
        ("UBND xã, phường", {"unit_kind": "commune"}),
        ("Đơn vị trực thuộc", {"unit_kind": "school", "managed_by": "department"}),
        ("Trường có cấp TH", {"unit_kind": "school", "levels": 2}),
        ("Được mời", {"unit_kind": "school", "levels": 256, "obliged": False}),
    ]
    for order, (wording, rule) in enumerate(rules):
        Addressee.objects.create(directive=found, wording=wording, order=order, **rule)
    Acknowledgement.objects.create(directive=found, unit=world.th_a, by=world.principal)
    Acknowledgement.objects.create(directive=found, unit=world.commune_b, by=world.commune_officer_b)
    return found


def counts(found: selectors.Recipients) -> dict[str, tuple[int, int]]:
    return {group.wording: (group.tally.done, group.tally.expected) for group in found.groups}


def test_the_department_counts_every_group(world: SimpleNamespace, letter: Directive) -> None:
    found = selectors.recipients(letter, scope_of(world.officer))
    assert counts(found) == {
        "UBND xã, phường": (1, 2),
        "Đơn vị trực thuộc": (0, 1),
        "Trường có cấp TH": (1, 2),
        "Được mời": (0, 0),
    }
    assert (found.total.done, found.total.expected, found.total.missing) == (2, 5, 3)


def test_a_commune_counts_itself_and_its_schools(world: SimpleNamespace, letter: Directive) -> None:
    found = selectors.recipients(letter, scope_of(world.commune_officer))
    assert counts(found) == {"UBND xã, phường": (0, 1), "Đơn vị trực thuộc": (0, 1), "Trường có cấp TH": (1, 2)}


def test_the_count_is_one_query_however_many_groups(
    world: SimpleNamespace, letter: Directive, django_assert_num_queries: object
) -> None:
    scope = scope_of(world.officer)
    with django_assert_num_queries(2):  # type: ignore[operator]
        selectors.recipients(letter, scope)
    letter.addressees.filter(order__gt=0).delete()
    with django_assert_num_queries(2):  # type: ignore[operator]
        selectors.recipients(letter, scope)


def test_a_closed_school_is_asked_for_no_word(world: SimpleNamespace, letter: Directive) -> None:
    Unit.objects.filter(pk=world.thths_a.pk).update(closed_on=date(2025, 1, 1))
    assert counts(selectors.recipients(letter, scope_of(world.officer)))["Trường có cấp TH"] == (1, 1)


def test_those_who_are_missing_are_named(world: SimpleNamespace, letter: Directive) -> None:
    missing = selectors.recipient_units(letter, scope_of(world.officer), state="missing")
    assert set(missing) == {world.commune_a, world.thpt_a, world.thths_a}
    primary = letter.addressees.get(wording="Trường có cấp TH")
    done = selectors.recipient_units(letter, scope_of(world.officer), addressee=primary, state="done")
    assert list(done) == [world.th_a]


@pytest.mark.parametrize("name", ["th_a", "thpt_a", "mn_b", "commune_a", "office", "department"])
def test_the_two_sides_of_an_address_agree(world: SimpleNamespace, letter: Directive, name: str) -> None:
    unit = getattr(world, name)
    by_unit = selectors.addressees_naming(unit).filter(directive=letter).exists()
    assert by_unit is selectors.is_addressed(letter, unit.pk)
    assert by_unit is (name in {"th_a", "thpt_a", "commune_a"})


def test_two_dates_of_one_citation_are_both_kept(world: SimpleNamespace) -> None:
    me, cited = make_letter("kh-2"), make_letter("cv-972", is_stub=True)
    for order, day in enumerate([24, 29]):
        DirectiveReference.objects.create(directive=me, cited=cited, order=order, cited_on=date(2025, 12, day))
    link = selectors.chain_of(me, scope_of(world.officer)).up[0]
    assert link.dates_differ
    assert link.dates == (date(2025, 12, 24), date(2025, 12, 29))


def test_the_chain_goes_up_and_down_oldest_first(world: SimpleNamespace) -> None:
    me = make_letter("kh-3", issued_year=2025, issued_month=7)
    young = make_letter("kh-4", issued_year=2025, issued_month=6)
    old = make_letter("nq-57", issued_year=2024, issued_month=12, issued_day=22)
    below = make_letter("cv-5", issued_year=2026)
    DirectiveReference.objects.create(directive=me, cited=young, order=0)
    DirectiveReference.objects.create(directive=me, cited=old, order=1)
    DirectiveReference.objects.create(directive=below, cited=me, order=0, relation="urges")
    chain = selectors.chain_of(me, scope_of(world.officer))
    assert [link.symbol for link in chain.up] == [old.symbol, young.symbol]
    assert [(link.symbol, link.relations) for link in chain.down] == [(below.symbol, ["Đôn đốc thực hiện"])]


def test_a_document_of_another_commune_is_not_in_the_chain(world: SimpleNamespace) -> None:
    above = make_letter("cv-141", issuer=world.department)
    below = make_letter("cv-xa", issuer=world.commune_b)
    DirectiveReference.objects.create(directive=below, cited=above, order=0)
    assert len(selectors.chain_of(above, scope_of(world.principal_b)).down) == 1
    assert selectors.chain_of(above, scope_of(world.principal)).down == ()


def test_search_takes_words_without_diacritics(world: SimpleNamespace) -> None:
    wanted = make_letter("kh-6", subject="Kế hoạch hưởng ứng phong trào")
    make_letter("kh-7", subject="Công văn khác")
    assert list(selectors.matching(Directive.objects.all(), "huong ung KE HOACH")) == [wanted]
