"""From a text to an operation that may run: parsed, measured, validated, in this order."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    Source,
    SourceLocation,
    parse,
    specified_rules,
    validate,
)

from executor.compiler import condition_names
from executor.errors import RequestError
from executor.failures import InvalidRequest, coded
from executor.introspection import full_introspection, list_lengths
from executor.limits import Limits, limit_exceeded
from executor.measure import Counts, Measured, Measurement
from executor.overlap import MergeableFieldsRule
from executor.reads import Attributes, attributes_read
from executor.variables import MAX_ERRORS, Variables

RULES = [
    MergeableFieldsRule if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules
]

LINE_END = re.compile(r"\r\n|[\n\r]")


class Text(Source):
    """A document's text, which knows where its lines end: every error of an operation asks where it is."""

    @cached_property
    def line_ends(self) -> list[tuple[int, int]]:
        """Where the ends of lines begin and end."""
        return [match.span() for match in LINE_END.finditer(self.body)]

    def get_location(self, position: int) -> SourceLocation:
        """Line and column of a position."""
        before = bisect_left(self.line_ends, (position, 0))
        start = self.line_ends[before - 1][1] if before else 0
        return SourceLocation(before + 1, position + 1 - start)


# The name and the words of a limit, what it allows and what was found.
Size = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A valid document of which one operation was chosen and measured.

    The operation's `kind` is `query`, `mutation` or `subscription`; `conditions` are the variables by whose
    values it is compiled, `reads` what it wants of rows.
    """

    ast: DocumentNode
    operation: OperationDefinitionNode
    kind: str
    measured: Measured
    variables: Variables
    conditions: Sequence[str]
    reads: Attributes


class Documents:
    """Prepares the documents of one schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self.schema = schema
        self.limits = limits
        self.lengths = list_lengths(schema)
        counts = self._measured(full_introspection(), None)[1].counts
        self.max_introspection = ceil(limits.introspection * counts.introspection)

    def prepare(self, text: str, operation_name: str | None) -> Document:
        """Parse, choose the operation, measure, validate. Raises `InvalidRequest` where one of them fails."""
        ast = self._parsed(text)
        try:
            operation, measured = self._measured(ast, operation_name)
        except RequestError as error:
            raise InvalidRequest([error]) from None
        if excesses := _excesses(self._sizes(measured.counts)):
            raise InvalidRequest(excesses)
        if errors := validate(self.schema, ast, RULES, max_errors=MAX_ERRORS):
            raise InvalidRequest(coded(error, "GRAPHQL_VALIDATION_FAILED") for error in errors)
        variables = Variables(self.schema, operation)
        kind, reads = operation.operation.value, attributes_read(self.schema, ast, operation)
        return Document(ast, operation, kind, measured, variables, condition_names(ast), reads)

    def _parsed(self, text: str) -> DocumentNode:
        limits = self.limits
        sizes = [
            ("LENGTH", "characters", limits.characters, len(text)),
            ("LINE", "lines", limits.lines, 1 + text.count("\n") + text.count("\r")),
        ]
        if excesses := _excesses(sizes):
            raise InvalidRequest(excesses)
        try:
            return parse(Text(text), max_lexical_tokens=limits.tokens, max_comments=limits.tokens)
        except GraphQLSyntaxError as error:
            raise InvalidRequest([self._syntax_error(error)]) from None

    def _syntax_error(self, error: GraphQLSyntaxError) -> GraphQLError:
        if error.description.startswith(f"Document contains more than {self.limits.tokens} "):
            return limit_exceeded("TOKEN", "tokens or comments", self.limits.tokens, self.limits.tokens + 1)
        return coded(error, "GRAPHQL_PARSE_FAILED")

    def _measured(self, ast: DocumentNode, name: str | None) -> tuple[OperationDefinitionNode, Measured]:
        operation = chosen_operation(ast, name)
        measurement = Measurement(self.schema, ast, self.lengths, self.limits.default_page_size)
        return operation, measurement.run(operation)

    def _sizes(self, counts: Counts) -> list[Size]:
        limits = self.limits
        return [
            ("DEPTH", "levels", limits.depth, counts.depth),
            ("FIELD", "fields", limits.fields, counts.fields),
            ("ALIAS", "aliases", limits.aliases, counts.aliases),
            ("ALIAS_LENGTH", "characters in an alias", limits.alias_length, counts.longest_alias),
            ("DIRECTIVE", "directives", limits.directives, counts.directives),
            ("SAME_NAME", "fields of one name in one selection", limits.same_name, counts.same_name),
            ("INTROSPECTION", "fields about the schema", self.max_introspection, ceil(counts.introspection)),
        ]


def _excesses(sizes: list[Size]) -> list[RequestError]:
    return [limit_exceeded(*size) for size in sizes if size[3] > size[2]]


def chosen_operation(ast: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation to run. Raises `OPERATION_RESOLUTION_FAILURE` if none or several could be meant."""
    operations = [node for node in ast.definitions if isinstance(node, OperationDefinitionNode)]
    if name is not None:
        operations = [node for node in operations if node.name and node.name.value == name]
    if len(operations) == 1 or (name is not None and operations):
        return operations[0]
    problem = "holds several operations: name the one to run" if operations else "does not hold the operation"
    raise RequestError("OPERATION_RESOLUTION_FAILURE", f"The document {problem}.")
