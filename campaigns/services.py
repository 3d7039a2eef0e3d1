"""What units do with documents: confirm that they received them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns import selectors
from campaigns.models import Acknowledgement, Directive
from schools.models import Unit


class NotAddressedError(ValueError):
    """The document is not addressed to this unit; the message is for people."""


def acknowledge_directive(*, directive: Directive, unit: Unit, by: User, now: datetime | None = None) -> bool:
    """Give a unit's word that it received a document; the first word stands. Returns whether this was it."""
    if not selectors.is_addressed(directive, unit.pk):
        raise NotAddressedError(_("Văn bản này không gửi đến %(unit)s.") % {"unit": unit.name})
    with transaction.atomic():
        _word, is_first = Acknowledgement.objects.get_or_create(
            directive=directive, unit=unit, defaults={"at": now or timezone.now(), "by": by}
        )
        if is_first:
            audit.record(actor=by, action="directive.acknowledge", target=directive, after={"unit": unit.code})
    return is_first
