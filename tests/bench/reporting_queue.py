"""Submitting while Redis hangs, against submitting as usual: turn by turn, so that both meet the same machine."""

from __future__ import annotations

import signal
import statistics
import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.bench.imports import Figure
from tests.chaos.receipts_browser import Browser, Failure
from tests.chaos.receipts_clients import Ledger, School
from tests.chaos.receipts_portal import Portal, production
from tests.chaos.receipts_servers import Missing

BLOCKS = 8
EACH = 60
WARM = 20
# Others sign in meanwhile: theirs are the pages that do talk to Redis.
SIGN_IN_EVERY = 2.0
BAR = 1.5
SECONDS = 120

STOPPED_VS_RUNNING = "reporting_submit_p95_redis_stopped_vs_running"
FAILED = "reporting_requests_failed_redis_stopped"


def figures() -> list[Figure]:
    try:
        with production(with_queue=False) as portal:
            portal.servers["web"].start()
            portal.servers["web"].until_ready()
            return Turns(portal).whole()
    except Missing:
        return [(STOPPED_VS_RUNNING, None, "times", BAR)]


@dataclass
class Turns:
    """Blocks of submits, with Redis running and stopped in turn."""

    portal: Portal
    failures: list[Failure] = field(default_factory=list)
    seconds: dict[bool, list[float]] = field(default_factory=lambda: {False: [], True: []})
    is_over: threading.Event = field(default_factory=threading.Event)

    def whole(self) -> list[Figure]:
        self.world: dict[str, Any] = self.portal.ask("build", str(WARM + BLOCKS * EACH))
        self.ledger = Ledger(self.portal.folder / "ledger.jsonl")
        schools = iter(self.world["schools"])
        for _school in range(WARM):
            self._submit(next(schools))
        others = threading.Thread(target=self._others_sign_in)
        others.start()
        for block in range(BLOCKS):
            stopped = block % 2 == 1
            self._redis(signal.SIGSTOP if stopped else signal.SIGCONT)
            self.seconds[stopped] += [self._submit(next(schools)) for _school in range(EACH)]
        self._redis(signal.SIGCONT)
        self.is_over.set()
        others.join()
        usual, hung = (_percentile_95(self.seconds[stopped]) for stopped in (False, True))
        return [
            (STOPPED_VS_RUNNING, hung / usual, "times", BAR),
            ("reporting_submit_p95_redis_running", usual * 1000, "ms", 1000),
            ("reporting_submit_p95_redis_stopped", hung * 1000, "ms", 1000),
            (FAILED, len(self.failures), "requests", 0),
        ]

    def _redis(self, number: signal.Signals) -> None:
        child = self.portal.servers["redis"].child
        assert child is not None
        child.send_signal(number)

    def _school(self, given: dict[str, Any], *, signed_in: bool = True) -> School:
        browser = Browser(self.portal.port, "10.0.0.1", failures=self.failures)
        if signed_in:
            browser.cookies["sessionid"] = given["session"]
        school = School(given["report"], given["username"], self.world["password"], browser, self.ledger, Random(7))
        school.until = time.monotonic() + SECONDS
        return school

    def _submit(self, given: dict[str, Any]) -> float:
        """Seconds from pressing the button to the way to the receipt."""
        school = self._school(given)
        school.think_of_answers()
        school.fill_in()
        sent = school.look_through()
        began = time.monotonic()
        answer = school.browser.ask(f"/bao-cao/{school.report}/nop/", sent)
        took = time.monotonic() - began
        if "/bien-nhan/" not in answer.location:
            raise RuntimeError(f"report {school.report} was not received: {answer.status} {answer.location}")
        return took

    def _others_sign_in(self) -> None:
        for given in self.world["schools"]:
            if self.is_over.wait(SIGN_IN_EVERY):
                return
            self._school(given, signed_in=False).sign_in()


def _percentile_95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
