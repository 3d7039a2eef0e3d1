"""Letters about one's own account."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.activation import address_token
from accounts.models import User


def send_address_letter(*, user: User, email: str) -> None:
    """The link goes to the new address only; until it is opened the account keeps the one it has."""
    token = address_token(user=user, email=email)
    with translation.override(user.language):
        context = {
            "username": user.username,
            "url": settings.PUBLIC_URL + reverse("address_confirm", args=[token]),
        }
        subject = render_to_string("accounts/mail/owner_confirm_subject.txt", context).strip()
        body = render_to_string("accounts/mail/owner_confirm_body.txt", context)
    EmailMessage(subject, body, to=[email]).send()
