"""Headless Chromium, driven over the Chrome DevTools Protocol: the few commands that a page's test needs."""

import base64
import contextlib
import itertools
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

SECONDS = 60
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--window-size=1280,800",
    # No name resolves but the loopback address, so no test depends on the network or touches it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
ANY_ORIGIN = [{"name": "access-control-allow-origin", "value": "*"}]

Message = dict[str, Any]


class Tab:
    """One tab and all that it has reported: requests, console lines, exceptions."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._events: list[Message] = []
        self._impersonated: dict[str, bytes] = {}

    def send(self, method: str, **params: Any) -> Message:
        """Carry out one command of the protocol and return its result."""
        number = self._post(method, params)
        while (message := json.loads(self._socket.recv(timeout=SECONDS))).get("id") != number:
            self._take(message)
        assert "error" not in message, (method, message)
        result: Message = message["result"]
        return result

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, expression: str) -> Any:
        """Wait until a JavaScript expression is true, and return its value."""
        return _until(lambda: self.evaluate(expression), expression)

    def open(self, url: str) -> None:
        """Go to `url`; the page's own files may still be on their way."""
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.send(f"{domain}.enable")
        self.send("Page.navigate", url=url)

    def impersonate(self, files: dict[str, bytes]) -> None:
        """Answer every request for one of these addresses with its content, before it leaves the browser."""
        self.send("Fetch.enable", patterns=[{"urlPattern": url} for url in files])
        self._impersonated = files

    def click(self, selector: str) -> None:
        """Press and release the mouse in the middle of an element, once it is there."""
        box = f"document.querySelector({json.dumps(selector)})?.getBoundingClientRect()"
        x, y = self.until(f"(box => box && [box.x + box.width / 2, box.y + box.height / 2])({box})")
        for event in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=event, x=x, y=y, button="left", clickCount=1)

    def reported(self, method: str) -> list[Message]:
        """The parameters of each event of one kind so far, oldest first."""
        return [event["params"] for event in self._events if event.get("method") == method]

    def _post(self, method: str, params: Message) -> int:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        return number

    def _take(self, event: Message) -> None:
        self._events.append(event)
        if event.get("method") == "Fetch.requestPaused":
            self._fulfil(event["params"])

    def _fulfil(self, paused: Message) -> None:
        content = self._impersonated[paused["request"]["url"]]
        body = base64.b64encode(content).decode()
        answer = {"responseCode": 200, "responseHeaders": ANY_ORIGIN, "body": body}
        self._post("Fetch.fulfillRequest", {"requestId": paused["requestId"], **answer})

    def screenshot(self, file: Path) -> None:
        """Write what the tab shows as a PNG."""
        file.write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))


@contextlib.contextmanager
def chromium(executable: str, profile: Path) -> Iterator[Tab]:
    """A browser with one empty tab; `profile` is a folder that does not exist yet."""
    command = [executable, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            with connect(_tab_address(process, profile), max_size=None) as socket:
                yield Tab(socket)
        finally:
            process.terminate()


def _tab_address(process: subprocess.Popen[bytes], profile: Path) -> str:
    port = _until(lambda: _debugging_port(process, profile / "DevToolsActivePort"), "Chromium to listen")
    tabs = httpx.get(f"http://127.0.0.1:{port}/json/list", trust_env=False).json()
    return str(next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"))


def _debugging_port(process: subprocess.Popen[bytes], file: Path) -> str | None:
    assert process.poll() is None, "Chromium did not start"
    lines = file.read_text().split() if file.exists() else []
    return lines[0] if lines else None


def _until(probe: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + SECONDS
    while not (value := probe()):
        assert time.monotonic() < deadline, f"waited {SECONDS} s for {what}"
        time.sleep(0.05)
    return value
