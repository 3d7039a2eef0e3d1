from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from reports.demo.dice import dice, shares, spread

weights = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 1000), min_size=1, max_size=12)


@given(st.integers(0, 500), weights, st.integers(0, 2))
def test_shares_add_up_and_keep_the_least(total: int, given_weights: dict[str, int], least: int) -> None:
    found = shares(total, given_weights, least=least)
    assert sum(found.values()) == total
    if total >= least * len(given_weights):
        assert min(found.values()) >= least


@given(st.integers(0, 300), st.lists(st.floats(0.1, 5), min_size=1, max_size=40), st.integers(0, 9))
def test_each_place_gets_its_share_rounded_up_or_down(count: int, heavy: list[float], seed: int) -> None:
    places = list(range(len(heavy)))
    found = Counter(spread(count, places, heavy, dice(seed, "spread")))
    assert found.total() == count
    for place in places:
        assert abs(found[place] - count * heavy[place] / sum(heavy)) <= 1.000001


def test_parts_have_chances_of_their_own() -> None:
    assert dice(1, "a").random() == dice(1, "a").random()
    assert dice(1, "a").random() != dice(1, "b").random()
