from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PRINT = "import config.settings as s; print(getattr(s, 'ALLAUTH_TRUSTED_PROXY_COUNT', 0))"


@pytest.mark.parametrize(
    ("environ", "count"),
    [
        # Behind the proxy everybody would have one address, and one attacker's failures would lock out the province.
        ({"PORTAL_ENV": "production"}, "1"),
        ({"PORTAL_ENV": "production", "TRUSTED_PROXY_COUNT": "2"}, "2"),
        # Without one, whoever asks could write any address into the header.
        ({"PORTAL_ENV": "local"}, "0"),
    ],
)
def test_who_asks_is_told_by_the_proxies_there_are(tmp_path: Path, environ: dict[str, str], count: str) -> None:
    blank = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "TRUSTED_PROXY_COUNT"), "")
    told = {**os.environ, **blank, "VAR_DIR": str(tmp_path), **environ}
    answer = subprocess.run([sys.executable, "-c", PRINT], env=told, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == count
