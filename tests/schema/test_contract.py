"""The schema as a contract: committed, described, and not to be broken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_specified_directive,
    is_specified_scalar_type,
)
from graphql.utilities import find_breaking_changes

from executor.engine import Engine
from executor.fields import spec_of
from rules.members import ENTRIES_COUNTED
from schema.root import schema, sdl

FOLDER = Path(__file__).parents[2] / "schema"
GRAPHQL = build_schema(sdl())
RUNNING = schema._schema
OWN_TYPES = [
    named
    for name, named in RUNNING.type_map.items()
    if not name.startswith("__") and not is_specified_scalar_type(named)
]


def test_the_committed_sdl_is_the_one_that_is_served() -> None:
    committed = (FOLDER / "schema.graphql").read_text()
    assert committed == sdl(), "Run `rapport schema > schema/schema.graphql` and review what changed."


def test_nothing_that_was_released_is_broken() -> None:
    released = build_schema((FOLDER / "released.graphql").read_text())
    breaking = [change.description for change in find_breaking_changes(released, GRAPHQL)]
    assert not breaking, "\n".join(["Breaks clients; `rapport schema --release` declares it:", *breaking])


def definitions() -> Iterator[tuple[str, str | None]]:
    """Every definition of the SDL with its description."""
    for directive in GRAPHQL.directives:
        if not is_specified_directive(directive):
            yield f"@{directive.name}", directive.description
            yield from (
                (f"@{directive.name}({name})", arg.description) for name, arg in directive.args.items()
            )
    for named in (GRAPHQL.type_map[named.name] for named in OWN_TYPES):
        yield named.name, named.description
        if isinstance(named, GraphQLEnumType):
            yield from ((f"{named.name}.{name}", value.description) for name, value in named.values.items())
        for name, field in getattr(named, "fields", {}).items():
            yield f"{named.name}.{name}", field.description
            arguments = getattr(field, "args", {}).items()
            yield from ((f"{named.name}.{name}({key})", arg.description) for key, arg in arguments)


def test_every_definition_is_described() -> None:
    bare = [name for name, description in definitions() if not description]
    assert not bare
    assert len(list(definitions())) > 300


def test_lists_of_people_page_over_members() -> None:
    pages = {named.name for named in OWN_TYPES if named.name.endswith("Connection")}
    assert pages == {
        *("FollowConnection", "MemberConnection", "MessageConnection", "NetworkConnection"),
        "CompanyConnection",
        *("ConversationConnection", "NotificationConnection", "MemberSuggestionConnection"),
        *("ConnectionRequestConnection", "Connection", "IntroductionConnection"),
    }


@pytest.mark.parametrize("mutation", RUNNING.mutation_type.fields if RUNNING.mutation_type else ())
def test_a_mutation_has_one_input_and_a_payload_of_its_own(mutation: str) -> None:
    assert RUNNING.mutation_type
    field = RUNNING.mutation_type.fields[mutation]
    name = mutation[0].upper() + mutation[1:]
    assert {key: str(arg.type) for key, arg in field.args.items()} == {"input": f"{name}Input!"}
    assert str(field.type) == f"{name}Payload"
    payload = get_named_type(field.type)
    assert isinstance(payload, GraphQLObjectType)
    assert str(payload.fields["userErrors"].type) == "[UserError!]!"


ROWS_IN_ROWS = {
    ("ConnectionRequestConnection", "nodes"),
    ("ConnectionRequestEdge", "node"),
    ("ConversationConnection", "nodes"),
    ("ConversationEdge", "node"),
    ("QuotaExceededError", "quota"),
    ("FollowConnection", "nodes"),
    ("FollowEdge", "node"),
    ("IntroductionConnection", "nodes"),
    ("IntroductionEdge", "node"),
    ("MemberConnection", "nodes"),
    ("CompanyEdge", "node"),
    ("CompanyConnection", "nodes"),
    ("MemberEdge", "node"),
    ("MemberSuggestion", "member"),
    ("MemberSuggestionConnection", "nodes"),
    ("MemberSuggestionEdge", "node"),
    ("MessageConnection", "nodes"),
    ("MessageEdge", "node"),
    ("NetworkConnection", "nodes"),
    ("NetworkEdge", "node"),
    ("NetworkEdge", "connection"),
    ("NetworkPath", "members"),
    ("NetworkPath", "broker"),
    ("NotificationConnection", "nodes"),
    ("NotificationEdge", "node"),
    ("NotificationCreated", "notification"),
    ("ConnectionRequestChanged", "request"),
    ("RelationshipChanged", "relationship"),
    ("MessageChanged", "message"),
    ("MessagesRead", "conversation"),
    ("MessagesRead", "reader"),
    ("MessagesRead", "upTo"),
    ("SettingsChanged", "settings"),
    ("TypingSignal", "member"),
}
"""Fields whose rows were put there by the loader of the page, the path or the event that they are on."""


def test_rows_come_from_a_loader_alone() -> None:
    """A field that returns an entity has a resolver, or its page's loader put the row there."""
    node = RUNNING.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    entities = {named.name for named in RUNNING.get_possible_types(node)} | {"Node", "Followable"}
    unguarded = [
        (named.name, name)
        for named in OWN_TYPES
        if isinstance(named, GraphQLObjectType) and not named.name.endswith("Payload")
        for name, field in named.fields.items()
        if get_named_type(field.type).name in entities and not (spec_of(field).batch or spec_of(field).root)
    ]
    assert set(unguarded) == ROWS_IN_ROWS


def test_no_resolver_reads_the_database_by_itself() -> None:
    resolvers = Path(__file__).parents[2] / "resolvers"
    for file in resolvers.rglob("*.py"):
        assert ".fetch" not in file.read_text(), f"{file.name} reads rows without a loader"


def test_a_list_without_pages_counts_as_a_usual_one() -> None:
    """Counted as one object, lists in lists could hold a thousand times what an operation may ask for."""
    page = "viewerConnections(first: 5) { nodes { id } }"
    text = f'{{ member(handle: "ada") {{ experience {{ company {{ {page} }} }} }} }}'
    assert Engine(schema).prepare(text).nodes == 1 + ENTRIES_COUNTED * (1 + 1 + 1 + 5)
