"""The public audit suite of the GraphQL over HTTP specification."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from server.graphql_http import GraphQLEndpoint
from tests.conditions import require
from tests.graphql_http.conftest import serving

NODE = Path(__file__).parent.parent / "node"


async def audit(url: str) -> list[dict[str, Any]]:
    """The audits' results: `id`, `name`, `status` (ok, notice, warn, error), `reason`."""
    command = [str(shutil.which("node")), "audit.mjs", url]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=NODE, stdout=pipe)
    output, _ = await process.communicate()
    results: list[dict[str, Any]] = json.loads(output)
    return results


async def passes_every_audit(app: ASGIApp) -> None:
    """Serve the application and require every MUST, SHOULD and MAY of it."""
    require(shutil.which("node"), "Node is not installed")
    require((NODE / "node_modules" / "graphql-http").exists(), "`npm ci` was not run in tests/node")
    async with serving(app) as url:
        results = await audit(url)
    assert len(results) > 50
    assert [result for result in results if result["status"] != "ok"] == []


async def test_every_audit_of_the_specification_passes(endpoint: GraphQLEndpoint) -> None:
    await passes_every_audit(endpoint)
