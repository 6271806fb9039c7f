"""The explorer as a person meets it: a real browser, and no network but this machine."""

import json
from pathlib import Path

from server.explorer.files import FILES
from server.explorer.page import CDN
from tests.explorer.chromium import Tab
from tests.explorer.conftest import Site

RUN = ".graphiql-execute-button"
RESULT = "document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue()"
RESULT_EDITOR = "document.querySelector('.result-window .CodeMirror').CodeMirror"
QUERY = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror"
IS_RUNNING = f"document.querySelector('{RUN}').getAttribute('aria-label').startsWith('Stop')"
CHANGE_SETTINGS = """mutation {
  updateNotificationPreferences(input: { preferences: [{ kind: NEW_FOLLOWER, enabled: %s }] }) {
    userErrors { code }
  }
}"""
HEADERS = "document.querySelectorAll('.graphiql-editor-tool .CodeMirror')[1].CodeMirror"
SCHEMA_IS_READ = (
    "!!document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror.options.lint?.schema"
)


def _complaints(tab: Tab) -> list[object]:
    """What the console shows in red: exceptions, errors, failed requests and refusals of the policy."""
    written = [call for call in tab.reported("Runtime.consoleAPICalled") if call["type"] == "error"]
    logged = [line for line in tab.reported("Log.entryAdded") if line["entry"]["level"] == "error"]
    return [*written, *logged, *tab.reported("Runtime.exceptionThrown")]


def _foreign_requests(tab: Tab, site: Site) -> list[str]:
    urls = [sent["request"]["url"] for sent in tab.reported("Network.requestWillBeSent")]
    return [url for url in urls if not url.startswith((site.url, "data:"))]


def _write(tab: Tab, subscription: str) -> None:
    """Put a subscription into the editor, and wait until GraphiQL has read it."""
    tab.evaluate(f"{QUERY}.setValue({json.dumps(subscription)})")
    tab.until(f"{QUERY}.documentAST?.definitions[0]?.operation === 'subscription'")


def test_a_newcomer_runs_the_default_query_without_an_account(tab: Tab, rapport: Site) -> None:
    tab.open(rapport.url)
    tab.until(SCHEMA_IS_READ)
    tab.click(RUN)
    assert json.loads(tab.until(RESULT))["data"] == {"policy": {"maxConnections": 30_000}}
    assert "rapport token HANDLE" in tab.evaluate("document.body.innerText")
    tab.click("[aria-label='Open settings dialog']")
    tab.until("document.body.innerText.includes('Persist headers')")
    assert _foreign_requests(tab, rapport) == []
    assert _complaints(tab) == []


def test_a_token_pasted_under_headers_is_sent_with_the_query(tab: Tab, rapport: Site) -> None:
    tab.open(rapport.url)
    tab.until(SCHEMA_IS_READ)
    tab.evaluate(HEADERS + """.setValue('{ "Authorization": "Bearer abc" }')""")
    tab.click(RUN)
    assert "UNAUTHENTICATED" in tab.until(RESULT)


def test_a_subscription_shows_events_as_they_come_until_it_is_stopped(
    tab: Tab, rapport: Site, ada: int
) -> None:
    tab.open(rapport.url)
    tab.until(SCHEMA_IS_READ)
    token = rapport.token(ada)
    tab.evaluate(HEADERS + f""".setValue('{{ "Authorization": "Bearer {token}" }}')""")
    _write(tab, "subscription { viewerEvents { cursor event { __typename } } }")
    tab.click(RUN)
    tab.until(IS_RUNNING)
    shown = set()
    for enabled in ("true", "false", "true"):
        rapport.ask(CHANGE_SETTINGS % enabled, token)
        envelope = json.loads(tab.until(RESULT))["data"]["viewerEvents"]
        assert envelope["event"] == {"__typename": "SettingsChanged"}
        shown.add(envelope["cursor"])
        tab.evaluate(RESULT_EDITOR + ".setValue('')")
    assert len(shown) == 3
    tab.click(RUN)
    tab.until(f"!({IS_RUNNING})")
    assert _foreign_requests(tab, rapport) == []
    assert _complaints(tab) == []


def test_a_subscription_with_a_bad_token_says_so_at_once(tab: Tab, rapport: Site) -> None:
    tab.open(rapport.url)
    tab.until(SCHEMA_IS_READ)
    tab.evaluate(HEADERS + """.setValue('{ "Authorization": "Bearer abc" }')""")
    _write(tab, "subscription { viewerEvents { cursor } }")
    tab.click(RUN)
    assert "401" in tab.until(RESULT)


def test_the_files_of_the_cdn_pass_the_pages_integrity_and_security_policy(
    tab: Tab, rapport_without_files: Site, files: Path
) -> None:
    tab.impersonate({CDN + file.path: (files / file.path).read_bytes() for file in FILES})
    tab.open(rapport_without_files.url)
    tab.until(SCHEMA_IS_READ)
    assert len(_foreign_requests(tab, rapport_without_files)) == len(FILES)
    assert _complaints(tab) == []


def test_a_file_of_the_cdn_with_other_content_is_not_run(tab: Tab, rapport_without_files: Site) -> None:
    tab.impersonate({CDN + file.path: b"document.title = 'taken over'" for file in FILES})
    tab.open(rapport_without_files.url)
    tab.until("document.body?.innerText.includes('could not be loaded')")
    assert tab.evaluate("document.title") == "Rapport explorer"


def test_a_page_whose_files_are_out_of_reach_says_so(tab: Tab, rapport_without_files: Site) -> None:
    tab.open(rapport_without_files.url)
    tab.until("document.body?.innerText.includes('could not be loaded')")
