"""What every view is given: a signed-in user and their scope."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User
from schools.scope import Scope


class PortalRequest(HttpRequest):
    """For annotations only: the middleware has set both before any view runs."""

    scope: Scope
    user: User
