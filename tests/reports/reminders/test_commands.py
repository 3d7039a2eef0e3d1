from __future__ import annotations

import json
from io import StringIO
from types import SimpleNamespace

from django.core.management import call_command
from freezegun import freeze_time

from reports import tasks
from tests import factories as make


def test_the_command_counts_in_json(open_world: SimpleNamespace) -> None:
    out = StringIO()
    call_command("send_reminders", now=make.local(2026, 12, 7, 8, 1), json=True, stdout=out)
    assert json.loads(out.getvalue()) == {"planned": 4, "sent": 4, "failed": 0, "dropped": 0}


@freeze_time("2026-12-07 08:01:00+07:00")
def test_the_task_does_the_same_and_says_how_many(open_world: SimpleNamespace) -> None:
    assert tasks.send_reminders() == 4
    assert tasks.send_reminders() == 0
