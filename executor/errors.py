"""Errors a client may see: each has a stable code in `extensions.code` and a text of its own."""

from collections.abc import Collection
from typing import Any

from graphql import GraphQLError, Node


class CodedError(GraphQLError):
    """An expected failure. Raised by a resolver it becomes a field error whose text and code are kept."""

    def __init__(
        self, code: str, message: str, nodes: Collection[Node] | Node | None = None, **extensions: Any
    ) -> None:
        super().__init__(message, nodes=nodes, extensions={"code": code, **extensions})


class RequestError(CodedError):
    """The operation does not run at all: it is malformed, too large or not allowed for this token."""
