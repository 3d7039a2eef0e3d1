"""Codes that let a person set a password once; only their hashes are kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from rest_framework.authtoken.models import Token

from accounts import audit
from accounts.models import ActivationCode, User

# Nothing that looks like another (0 O, 1 I, 2 Z, 5 S, 8 B), and no vowel, D or W, of which Vietnamese
# keyboards make Â, Đ, Ư while one types.
ALPHABET = "23456789CFGHJKLMNPQRTVX"
LENGTH, GROUP = 12, 4
VALID_FOR = timedelta(hours=72)
_ADDRESS_SALT = "accounts.activation.address"


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code as it is printed; nothing else ever holds it."""

    user: User
    code: str = field(repr=False)
    expires_at: datetime


class CodeRefusedError(Exception):
    """A code that opens nothing (any more): `reason` is unknown, used, expired or revoked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AddressRefusedError(Exception):
    """A link that confirms nothing: `reason` is expired or taken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def issue_codes(*, users: Sequence[User], by: User | None, now: datetime) -> list[IssuedCode]:
    """A new code for each account, in their order; the ones still open stop working."""
    issued = [IssuedCode(user, _new_code(), now + VALID_FOR) for user in users]
    with transaction.atomic():
        _revoke(users, now)
        ActivationCode.objects.bulk_create(
            [
                ActivationCode(
                    user=item.user,
                    code_hash=hash_of(item.code),
                    created_at=now,
                    created_by=by,
                    expires_at=item.expires_at,
                )
                for item in issued
            ],
            batch_size=500,
        )
        for item in issued:
            audit.record(
                actor=by, action="activation.issue", target=item.user, after={"expires_at": item.expires_at.isoformat()}
            )
    return issued


def find_code(*, username: str, code: str, now: datetime) -> ActivationCode:
    """The open code of that account; raises CodeRefusedError, the same one for a wrong name and a wrong code."""
    found = (
        ActivationCode.objects.select_related("user")
        .filter(code_hash=hash_of(code), user__username__iexact=username.strip())
        .first()
    )
    if found is None:
        raise CodeRefusedError("unknown")
    check_open(found, now=now)
    return found


def check_open(code: ActivationCode, *, now: datetime) -> None:
    if code.used_at is not None:
        raise CodeRefusedError("used")
    if code.revoked_at is not None or not code.user.is_active:
        raise CodeRefusedError("revoked")
    if code.expires_at <= now:
        raise CodeRefusedError("expired")


def activate(*, code: ActivationCode, password: str, now: datetime) -> User:
    """Use the code up and set the password, which ends the account's other sessions; raises CodeRefusedError."""
    with transaction.atomic():
        still_open = ActivationCode.objects.filter(
            pk=code.pk, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now, user__is_active=True
        )
        # The claim and the look at it are one statement: of two windows one gets the account.
        if not still_open.update(used_at=now):
            code.refresh_from_db()
            check_open(code, now=now)
            raise CodeRefusedError("used")
        user = code.user
        user.set_password(password)
        user.save(update_fields=["password"])
        Token.objects.filter(user=user).delete()
        audit.record(actor=user, action="activation.use", target=user)
    return user


def close_account(*, user: User, by: User | None, reason: str, username: str, now: datetime) -> None:
    """Nobody signs in with it any more and every session of it ends; its name goes on standing by what it did.

    `username` is what it is called from now on; its address is given free for whoever comes after.
    """
    before = user.username
    with transaction.atomic():
        _revoke([user], now)
        Token.objects.filter(user=user).delete()
        user.username, user.is_active = username, False
        user.email, user.email_confirmed_at = "", None
        # Sessions carry a hash of the password: another one ends them even if the account is opened again.
        user.set_unusable_password()
        user.save(update_fields=["username", "is_active", "email", "email_confirmed_at", "password"])
        audit.record(
            actor=by,
            action="user.close",
            target=user,
            reason=reason,
            before={"username": before, "is_active": True},
            after={"username": username, "is_active": False},
        )


def address_token(*, user: User, email: str) -> str:
    """What a link carries to confirm that the account's owner reads that address."""
    return signing.dumps({"user": user.pk, "email": email, "was": user.email}, salt=_ADDRESS_SALT)


def read_address(token: str) -> tuple[User, str]:
    """Whose address, and which; raises AddressRefusedError."""
    try:
        found: dict[str, Any] = signing.loads(token, salt=_ADDRESS_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        raise AddressRefusedError("expired") from None
    user = User.objects.filter(pk=found["user"], is_active=True).first()
    # A newer address is not written over by an older letter.
    if user is None or user.email not in (found["was"], found["email"]):
        raise AddressRefusedError("expired")
    return user, str(found["email"])


def confirm_address(*, token: str, now: datetime) -> User:
    """Write the address that the link was sent to; twice changes nothing. Raises AddressRefusedError."""
    user, email = read_address(token)
    if user.email == email and user.email_confirmed_at is not None:
        return user
    if User.objects.filter(Q(email__iexact=email) & ~Q(pk=user.pk)).exists():
        raise AddressRefusedError("taken")
    with transaction.atomic():
        user.email, user.email_confirmed_at = email, now
        user.save(update_fields=["email", "email_confirmed_at"])
        audit.record(actor=user, action="user.confirm_email", target=user)
    return user


def normal(code: str) -> str:
    """As typed, in any case, with or without the lines and blanks between groups."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def hash_of(code: str) -> str:
    """With the server's key: who copies the table cannot try codes at home."""
    return salted_hmac("accounts.activation.code", normal(code), algorithm="sha256").hexdigest()


def _new_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _revoke(users: Sequence[User], now: datetime) -> None:
    # Parameters of one statement are limited on SQLite.
    for start in range(0, len(users), 500):
        ActivationCode.objects.filter(
            user__in=users[start : start + 500], used_at__isnull=True, revoked_at__isnull=True
        ).update(revoked_at=now)
