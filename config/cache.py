"""The cache of a portal whose Redis may hang: what it holds is worth less than the page that asks for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

AWAY = (RedisConnectionError, RedisTimeoutError)
# So long nobody asks a Redis that did not answer; then one page does, for all of its process.
AGAIN_AFTER = 10.0

logger = logging.getLogger(__name__)
# By address: Django makes a cache for each thread, and all of them must learn from the first that waited.
_not_before: dict[str, float] = {}


def _steadily(name: str) -> Callable[..., Any]:
    asked = getattr(RedisCache, name)
    instead = getattr(LocMemCache, name)

    def method(self: SteadyRedisCache, *args: Any, **kwargs: Any) -> Any:
        if self.may_ask():
            try:
                found = asked(self, *args, **kwargs)
            except AWAY as problem:
                self.note_away(problem)
            else:
                self.note_there()
                return found
        return instead(self.memory, *args, **kwargs)

    return method


class SteadyRedisCache(RedisCache):
    """Redis; while it does not answer, the memory of this process.

    Limits of tries go on being counted then, by each process for itself; what was counted before comes
    back with Redis. Nothing else that matters is kept in a cache.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.address = server
        self.memory = LocMemCache(f"instead of {server}", {name: params[name] for name in params if name != "OPTIONS"})

    add = _steadily("add")
    get = _steadily("get")
    set = _steadily("set")
    touch = _steadily("touch")
    delete = _steadily("delete")
    get_many = _steadily("get_many")
    set_many = _steadily("set_many")
    delete_many = _steadily("delete_many")
    has_key = _steadily("has_key")
    incr = _steadily("incr")
    clear = _steadily("clear")

    def answers(self) -> bool:
        """Whether Redis itself does, whatever stands in for it."""
        try:
            super().get("readyz")
        except AWAY:
            return False
        return True

    def may_ask(self) -> bool:
        not_before = _not_before.get(self.address, 0.0)
        if time.monotonic() < not_before:
            return False
        if not_before:
            # This one asks; the others wait for what it finds.
            _not_before[self.address] = time.monotonic() + AGAIN_AFTER
        return True

    def note_away(self, problem: Exception) -> None:
        _not_before[self.address] = time.monotonic() + AGAIN_AFTER
        logger.warning("Redis does not answer, this process counts for itself: %s", type(problem).__name__)

    def note_there(self) -> None:
        if _not_before.pop(self.address, 0.0):
            logger.warning("Redis answers again")
