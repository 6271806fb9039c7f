"""The parameters of a GraphQL request, out of a JSON body or a query string."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson

from server.graphql_http.errors import bad_request

MAX_PARAMETERS = 100
TYPES: Mapping[str, tuple[type, str]] = {
    "query": (str, "a string"),
    "operationName": (str, "a string"),
    "variables": (dict, "an object"),
    "extensions": (dict, "an object"),
}
"""The members of a request, and what they must be where they are there."""


class Parameters(NamedTuple):
    """What is to run: a document, the name of one of its operations, and values of its variables."""

    query: str
    operation_name: str | None
    variables: dict[str, Any]


def from_body(body: bytes) -> Parameters:
    """Read a JSON body. Raises a 400 error if it does not hold one well-formed request."""
    given = _json(body, "The body")
    if isinstance(given, list):
        raise bad_request("Batches are not served: send one operation a request.", "BATCHING_NOT_SUPPORTED")
    if not isinstance(given, dict):
        raise bad_request("The body must be a JSON object.")
    return from_object(given)


def from_query_string(query_string: bytes) -> Parameters:
    """Read the parameters of a GET request; `variables` and `extensions` are JSON. Raises a 400 error."""
    given: dict[str, Any] = _unique(query_string)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _json(given[name].encode(), f"'{name}'")
    return from_object(given)


def from_object(given: Mapping[str, Any]) -> Parameters:
    """Read the members of a request. Raises a 400 error if one is of the wrong type."""
    if given.get("query") is None:
        raise bad_request("There is no 'query'.")
    for name, value in given.items():
        if name in TYPES and value is not None and not isinstance(value, TYPES[name][0]):
            raise bad_request(f"'{name}' must be {TYPES[name][1]}.")
    # An empty name stands for none, see the specification's section on GET.
    return Parameters(given["query"], given.get("operationName") or None, given.get("variables") or {})


def _unique(query_string: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError:
        raise bad_request("The query string can't be read as parameters in UTF-8.") from None
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        raise bad_request("A parameter is given more than once.")
    return parameters


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise bad_request(f"{what} is not JSON in UTF-8.") from None
