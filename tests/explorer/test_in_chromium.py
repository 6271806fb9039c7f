"""The explorer as a person meets it: a real browser, and no network but this machine."""

import json
from pathlib import Path

from server.explorer.files import FILES
from server.explorer.page import CDN
from tests.explorer.chromium import Tab
from tests.explorer.conftest import Site

RUN = ".graphiql-execute-button"
RESULT = "document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue()"
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


def test_a_newcomer_runs_the_default_query_without_an_account(tab: Tab, rapport: Site) -> None:
    tab.open(rapport.url)
    tab.until(SCHEMA_IS_READ)
    tab.click(RUN)
    assert json.loads(tab.until(RESULT)) == {"data": {"policy": {"maxConnections": 30_000}}}
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
