"""A browser behind the proxy: cookies, requests, the fields of a page. What fails is kept with its hour."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

HOST = "portal.example"
# As long as gunicorn lets a page take: on a machine with much else to do signing in is slow by design.
TIMEOUT = 60


class NoAnswer(Exception):  # noqa: N818 - it names what happened
    """The line broke, or the portal said that it cannot: one tries again."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str


@dataclass(frozen=True)
class Failure:
    """One request that was not answered, or with a 5xx: from when to when, and what it was."""

    began: float
    ended: float
    path: str
    what: str


class Fields(HTMLParser):
    """The fields of a page by name, as a browser would send them; a radio that nobody has chosen is ""."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag not in {"input", "textarea"} or not name:
            return
        kind = given.get("type")
        if kind == "radio":
            self.found.setdefault(name, "")
        if kind not in {"radio", "checkbox", "file"} or "checked" in given:
            self.found[name] = given.get("value") or ""


@dataclass
class Browser:
    """Cookies and requests as they arrive behind the proxy; a connection for each."""

    port: int
    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def ask(
        self,
        path: str,
        form: dict[str, str] | None = None,
        *,
        drop: bool = False,
        start: threading.Barrier | None = None,
        **headers: str,
    ) -> Answer:
        """One request. Raises NoAnswer.

        With `drop` the line breaks before the answer comes; with `start` it is sent when the others are ready too.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        began = time.monotonic()
        try:
            if start is not None:
                try:
                    connection.connect()
                finally:
                    start.wait()
            sent = None if form is None else urlencode(form)
            connection.request("GET" if form is None else "POST", path, sent, self._headers(form, headers))
            if drop:
                raise NoAnswer(f"{path}: the line broke")
            answer = self._answer(connection.getresponse())
        except (OSError, http.client.HTTPException) as problem:
            self.failures.append(Failure(began, time.monotonic(), path, repr(problem)))
            raise NoAnswer(f"{path}: {problem!r}") from problem
        finally:
            connection.close()
        if answer.status >= 500:
            self.failures.append(Failure(began, time.monotonic(), path, str(answer.status)))
            raise NoAnswer(f"{path}: {answer.status}")
        return answer

    def _headers(self, form: dict[str, str] | None, more: dict[str, str]) -> dict[str, str]:
        origin = f"https://{HOST}"
        found = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": self.address, "Connection": "close"}
        found |= {"Referer": f"{origin}/", "Cookie": "; ".join(f"{name}={v}" for name, v in self.cookies.items())}
        if form is not None:
            found |= {"Origin": origin, "Content-Type": "application/x-www-form-urlencoded"}
        return found | more

    def copy(self) -> Browser:
        """A second line of the same browser."""
        return Browser(self.port, self.address, dict(self.cookies), self.failures)

    def _answer(self, response: http.client.HTTPResponse) -> Answer:
        text = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        return Answer(response.status, response.getheader("Location", ""), text)
