"""Confirming that a document was received."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from accounts.models import AuditEntry
from campaigns.models import Addressee, Directive
from campaigns.services import NotAddressedError, acknowledge_directive
from tests import factories as make


@pytest.fixture
def letter(world: SimpleNamespace) -> Directive:
    """A letter to the schools that communes manage."""
    found = Directive.objects.create(
        kind="official_letter", code="cv-1", symbol="1/SGDĐT", issuer=world.department, issuer_name="Sở", subject="Thử"
    )
    Addressee.objects.create(directive=found, wording="Các trường", unit_kind="school", managed_by="commune")
    return found


def test_the_first_word_of_a_unit_stands(world: SimpleNamespace, letter: Directive) -> None:
    first, second = make.local(2026, 11, 21, 8), make.local(2026, 11, 22, 9)
    assert acknowledge_directive(directive=letter, unit=world.th_a, by=world.principal, now=first)
    assert not acknowledge_directive(directive=letter, unit=world.th_a, by=world.staff_member, now=second)
    word = letter.acknowledgements.get()
    assert (word.unit, word.by, word.at) == (world.th_a, world.principal, first)


def test_a_word_is_written_into_the_record_once(world: SimpleNamespace, letter: Directive) -> None:
    for _time in range(2):
        acknowledge_directive(directive=letter, unit=world.th_a, by=world.principal)
    entry = AuditEntry.objects.filter(action="directive.acknowledge").get()
    assert (entry.actor, entry.target_id, entry.after) == (
        world.principal,
        str(letter.pk),
        {"unit": world.th_a.code},
    )


def test_a_unit_that_is_not_addressed_gives_no_word(world: SimpleNamespace, letter: Directive) -> None:
    with pytest.raises(NotAddressedError, match="không gửi đến"):
        acknowledge_directive(directive=letter, unit=world.thpt_a, by=world.admin)
    assert not letter.acknowledgements.exists()
