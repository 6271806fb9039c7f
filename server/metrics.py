"""What the process counts, in the text format of Prometheus."""

from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

NOT_COMPILED = Counter(
    "rapport_operations_not_compiled",
    "Operations that the reference executor ran because they could not be compiled.",
    ["reason"],
)


def not_compiled(reason: str) -> None:
    """Count an operation; reasons name fields and directives of the schema, so there are not many."""
    NOT_COMPILED.labels(reason).inc()


def routes() -> list[BaseRoute]:
    """`/metrics`, for whoever may reach the port: what is counted tells of nobody."""
    return [Route("/metrics", _metrics, methods=["GET"])]


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
