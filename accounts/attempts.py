"""How often something was tried in vain lately, counted in the cache. Knows nothing of what was tried."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.cache import cache

MOST = 10
SECONDS = 10 * 60


def are_too_many(keys: Iterable[str]) -> bool:
    """Whether any of the keys has failed as often as it may."""
    return any(failed >= MOST for failed in cache.get_many([_name(key) for key in keys]).values())


def note_failure(keys: Iterable[str]) -> None:
    """One more for each key; the ten minutes run from the first."""
    for key in keys:
        if not cache.add(_name(key), 1, SECONDS):
            try:
                cache.incr(_name(key))
            except ValueError:  # it ran out between the two questions
                cache.set(_name(key), 1, SECONDS)


def _name(key: str) -> str:
    return f"attempts:{key}"
