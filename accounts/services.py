"""What people change about their own accounts."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from rest_framework.authtoken.models import Token

from accounts import audit
from accounts.models import User


def choose_language(*, by: User, language: str) -> None:
    """The language of pages and mail; an unknown one is left alone."""
    if language not in dict(settings.LANGUAGES) or language == by.language:
        return
    with transaction.atomic():
        before, by.language = by.language, language
        by.save(update_fields=["language"])
        audit.record(
            actor=by, action="user.language", target=by, before={"language": before}, after={"language": language}
        )


def replace_token(*, by: User) -> str:
    """A new key to the API; the old one stops working at once. The record never holds the key."""
    with transaction.atomic():
        had_one = bool(Token.objects.filter(user=by).delete()[0])
        token = Token.objects.create(user=by)
        audit.record(actor=by, action="token.replace" if had_one else "token.create", target=by)
    return str(token.key)


def revoke_token(*, by: User) -> None:
    with transaction.atomic():
        if Token.objects.filter(user=by).delete()[0]:
            audit.record(actor=by, action="token.revoke", target=by)
