"""Work through a list without a look at all that the process holds. Pure."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Leave out the search for objects that hold each other: rows of a list do not, and go when they are let go.

    While many objects are made Python goes through everything there is, the whole portal with it, again and again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
