"""The demo's accounts as text, for whoever starts the portal in a terminal."""

from __future__ import annotations

from accounts.demo import DEMO_PASSWORD, demo_accounts
from schools.models import Membership


def describe_accounts() -> str:
    """A table of the accounts of the demo that are here, one a role; empty where there are none."""
    there = demo_accounts()
    if not there:
        return ""
    work = {
        membership.user.username: membership.unit.name
        for membership in Membership.objects.filter(
            ended_at__isnull=True, user__username__in=[username for username, _ in there]
        ).select_related("user", "unit")
    }
    lines = [f"Tài khoản mẫu (mật khẩu chung: {DEMO_PASSWORD})"]
    lines += [f"  {username:<12}{role!s:<22}{work.get(username, '')}" for username, role in there]
    return "\n".join(lines)
