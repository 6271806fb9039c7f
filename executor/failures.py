"""What a client is told of an error: texts that are meant for it, each with a code, and never Python's."""

import logging
import re
from collections.abc import Iterable

from graphql import ExecutionResult, GraphQLError

from executor.errors import CodedError

logger = logging.getLogger(__name__)

LONGEST_MESSAGE = 1_000
SCALAR_FAILURE = ", but encountered error '"
SHOWN_VALUE = re.compile(r"(, found: |, but encountered error |(?<= value): ).*", re.DOTALL)
INTERNAL = "INTERNAL_SERVER_ERROR"


class InvalidRequest(Exception):  # noqa: N818 - it says what the request is
    """The operation does not run, for reasons that are the client's to mend; all of `errors` have a code."""

    def __init__(self, errors: Iterable[GraphQLError]) -> None:
        self.errors = list(errors)
        super().__init__("; ".join(error.message for error in self.errors))


def coded(error: GraphQLError, code: str) -> GraphQLError:
    """Give an error of graphql-core a code, unless it has one, and words of GraphQL instead of Python's."""
    error.extensions = {"code": code, **(error.extensions or {})}
    message = _without_scalar_failure(error.message)
    message = message.replace("not to be None", "not to be null")
    error.message = message if len(message) <= LONGEST_MESSAGE else message[:LONGEST_MESSAGE] + "…"
    return error


def _without_scalar_failure(message: str) -> str:
    before, start, rest = message.partition(SCALAR_FAILURE)
    _, end, found = rest.rpartition("'; found")
    return f"{before}, found{found}" if start and end else message


def bad_variable(error: GraphQLError) -> GraphQLError:
    """The coded error for a variable, without its value: it may be a secret, and is in Python's notation."""
    told = error.original_error.message if isinstance(error.original_error, GraphQLError) else ""
    error.message = error.message.removesuffix(told) + SHOWN_VALUE.sub(".", told)
    return coded(error, "BAD_USER_INPUT")


def masked(error: GraphQLError, request_id: str) -> GraphQLError:
    """A field's error as clients may see it: coded errors and bad arguments are; all else is only logged."""
    original = _original(error)
    if isinstance(original, CodedError):
        return error
    if _is_bad_argument(original):
        return coded(error, "BAD_USER_INPUT")
    return internal_error(original, request_id, error)


def internal_error(cause: BaseException, request_id: str, at: GraphQLError | None = None) -> GraphQLError:
    """Log a failure with all that is known of it; the client gets a neutral text and the request's id."""
    path = ".".join(map(str, at.path or ())) if at else ""
    logger.error("request %s failed at %s", request_id, path or "its root", exc_info=cause)
    return GraphQLError(
        "Something went wrong on our side.",
        nodes=at.nodes if at else None,
        path=at.path if at else None,
        extensions={"code": INTERNAL, "requestId": request_id},
    )


def has_failed(result: ExecutionResult) -> bool:
    """Whether something went wrong on our side, so that another try may do better."""
    return any((error.extensions or {}).get("code") == INTERNAL for error in result.errors or ())


def _original(error: GraphQLError) -> BaseException:
    cause: BaseException = error
    while not isinstance(cause, CodedError) and isinstance(cause, GraphQLError) and cause.original_error:
        cause = cause.original_error
    return cause


def _is_bad_argument(error: BaseException) -> bool:
    """Whether graphql-core refused the value of an argument that only the variables made invalid."""
    return type(error) is GraphQLError and bool(error.nodes) and error.message.startswith("Argument '")
