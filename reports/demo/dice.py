"""Chance that comes out the same each time, and fair shares. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

K = TypeVar("K")


def dice(seed: int, *part: object) -> random.Random:
    """A source of chance of its own for each part, so that a change in one leaves the others as they were."""
    # Invented data, nothing secret: what is wanted is the same rows for the same seed.
    return random.Random(":".join(str(word) for word in (seed, *part)))  # noqa: S311


def shares(total: int, weights: Mapping[K, float], *, least: int = 0) -> dict[K, int]:
    """Whole numbers that add up to `total`, in proportion to the weights; each at least `least` while it lasts."""
    wanted = [key for key, weight in weights.items() if weight > 0]
    found = dict.fromkeys(weights, 0)
    for key in wanted:
        found[key] = min(least, total - sum(found.values()))
    left = total - sum(found.values())
    whole = sum(weights[key] for key in wanted)
    exact = {key: left * weights[key] / whole for key in wanted}
    for key in wanted:
        found[key] += int(exact[key])
    rest = total - sum(found.values())
    for key in sorted(wanted, key=lambda key: int(exact[key]) - exact[key])[:rest]:
        found[key] += 1
    return found


def spread(count: int, places: Sequence[K], weights: Sequence[float], chance: random.Random) -> list[K]:
    """`count` places by weight: each gets its exact share, rounded up or down."""
    order = list(range(len(places)))
    chance.shuffle(order)
    step = sum(weights) / count if count else 1.0
    point, reached, found = chance.random() * step, 0.0, list[K]()
    for index in order:
        reached += weights[index]
        while point < reached and len(found) < count:
            found.append(places[index])
            point += step
    # Adding up floats may leave the last point a hair beyond the end.
    found.extend(places[order[-1]] for _ in range(count - len(found)))
    return found
