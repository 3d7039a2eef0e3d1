"""Five equal submits at one moment, two hundred times over: one version, five equal receipts, no 500."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from random import Random
from typing import Any

from tests.chaos.receipts_browser import Answer, Browser, Failure
from tests.chaos.receipts_clients import PATIENCE, Ledger, School, Wrong
from tests.chaos.receipts_portal import Portal, one_machine, production
from tests.chaos.receipts_servers import Missing

TIMES = 200
AT_ONCE = 5


def on_sqlite() -> tuple[bool, str]:
    return _parallel(one_machine())


def on_postgresql() -> tuple[bool, str]:
    return _parallel(production(with_queue=False))


FAULTS: dict[str, Callable[[], tuple[bool, str]]] = {
    "receipts_parallel_sqlite": on_sqlite,
    "receipts_parallel_postgresql": on_postgresql,
}


def _parallel(home: AbstractContextManager[Portal]) -> tuple[bool, str]:
    try:
        with home as portal:
            return _five_at_once(portal)
    except Missing as missing:
        return False, str(missing)


def _five_at_once(portal: Portal) -> tuple[bool, str]:
    world: dict[str, Any] = portal.ask("build", str(TIMES))
    portal.servers["web"].start()
    portal.servers["web"].until_ready()
    ledger, failures, problems = Ledger(portal.folder / "ledger.jsonl"), list[Failure](), list[str]()
    began = time.monotonic()
    for n, given in enumerate(world["schools"]):
        browser = Browser(portal.port, f"10.0.0.{n % 250 + 1}", {"sessionid": given["session"]}, failures)
        school = School(given["report"], given["username"], world["password"], browser, ledger, Random(n))
        problems += _one(school)
    took = time.monotonic() - began
    portal.ask("drain")
    found: dict[str, Any] = portal.ask("compare", str(ledger.path))
    wrong = [*problems, *(f"{one.path}: {one.what}" for one in failures), *found["problems"]]
    told = f"{TIMES} times {AT_ONCE} equal submits: {found['submissions']} versions, {found['receipts']} receipts"
    if wrong or found["submissions"] != TIMES or found["receipts"] != TIMES:
        return False, f"{told}; {len(wrong)} problems: {' | '.join(wrong[:5])}"
    return True, f"{told}, the same one for all {AT_ONCE} each time, no 5xx; {took:.0f} s"


def _one(school: School) -> Iterator[str]:
    """What was wrong with five equal submits of one school."""
    school.until = time.monotonic() + PATIENCE
    try:
        school.think_of_answers()
        school.fill_in()
        sent = school.look_through()
        school.tokens.append(sent["token"])
        answers = school.press_at_once(sent, AT_ONCE)
        # One address shows one receipt: that all five are led to it is looked at below.
        paths = {path for answer in answers if (path := _led_to(answer))}
        receipts = [school.keep_receipt(path, sent, first_time=True) for path in sorted(paths)]
    except Wrong as wrong:
        yield str(wrong)
        return
    statuses = [answer.status if answer else None for answer in answers]
    if statuses != [302] * AT_ONCE or not all(map(_led_to, answers)) or len(receipts) != 1:
        yield f"report {school.report}: {statuses} to {[_led_to(answer) for answer in answers]}, {receipts}"


def _led_to(answer: Answer | None) -> str:
    return answer.location if answer is not None and "/bien-nhan/" in answer.location else ""
