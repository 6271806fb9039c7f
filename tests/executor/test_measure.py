"""The pass that measures a document: what it counts, and that it looks at each node once."""

import pytest
from graphql import Node, get_introspection_query, is_interface_type, is_object_type, parse

from executor.documents import Documents, chosen_operation
from executor.engine import Engine
from executor.failures import InvalidRequest
from executor.limits import Limits
from executor.measure import Measured, Measurement
from tests.executor.adversary import doubling, find_ground, mesh

COUNTED = [
    ("{ member { id } }", {"depth": 2, "fields": 2, "aliases": 0, "directives": 0}),
    ("{ a: member { id } member { b: id } }", {"depth": 2, "fields": 4, "aliases": 2}),
    (
        "{ ...F ...F } fragment F on Query { a: echo }",
        {"fields": 2, "aliases": 2, "same_name": 2},
    ),
    ("{ member { ... on Member { ... { id } } } }", {"depth": 2, "fields": 2}),
    ("query ($v: Int @x) @x { echo @x ...F @x } fragment F on Query @x { echo }", {"directives": 5}),
    ("{ member { id id id } member { id } }", {"same_name": 3}),
    ("{ a: echo b: echo ... { a: echo } }", {"same_name": 2}),
    ("{ nothing { of { this } } }", {"depth": 3, "fields": 3}),
    ("{ ...F } fragment F on Query { member { ...F } }", {"depth": 1}),
    ("{ ...F ...G } fragment F on Query { ...G } fragment G on Query { ...F echo }", {"fields": 2}),
    ("{ ...Missing ... on Missing { id } }", {"fields": 1}),
    ("{ __schema { types { fields { type { name } } } } }", {"depth": 0, "fields": 5, "nodes": 0}),
]


def measured(engine: Engine, text: str) -> Measured:
    """Measure the only operation of a document, valid or not."""
    document = parse(text)
    documents = Documents(engine.schema, Limits())
    operation = chosen_operation(document, None)
    return Measurement(engine.schema, document, documents.lengths, 20).run(operation)


@pytest.mark.parametrize(("text", "wanted"), COUNTED)
def test_a_document_is_counted_with_its_fragments_expanded(
    engine: Engine, text: str, wanted: dict[str, int]
) -> None:
    counts = measured(engine, text).counts
    assert {name: getattr(counts, name) for name in wanted} == wanted


NODES = [
    ("{ member { id } }", {}, 1),
    ("{ echo }", {}, 0),
    ("{ member { friends { id } } }", {}, 1 + 20),
    ("{ member { friends(first: 5) { company { id } } } }", {}, 1 + 5 + 5),
    ("{ member { friends(last: 5) { friends(first: 3) { id } } } }", {}, 1 + 5 + 15),
    ("{ member { friends(first: 5, last: 7) { id } } }", {}, 1 + 7),
    ("{ member { friends(first: null) { id } } }", {}, 1 + 20),
    ("{ nodes(memberIds: [1, 2, 3]) { ... on Member { company { id } } } }", {}, 3 + 3),
    ("query ($n: Int) { member { friends(first: $n) { company { id } } } }", {"n": 4}, 1 + 4 + 4),
    ("query ($n: Int) { member { friends(first: $n) { id } } }", {}, 1 + 20),
    ("query ($n: Int) { member { friends(first: $n) { id } } }", {"n": None}, 1 + 20),
    ("query ($n: Int) { member { friends(first: $n, last: 3) { id } } }", {}, 1 + 3),
    (
        "query ($n: Int) { member { ...F } } fragment F on Member { friends(first: $n) { id } }",
        {"n": 9},
        1 + 9,
    ),
    ("query ($ids: [ID!]!) { nodes(memberIds: $ids) { id } }", {"ids": ["1", "2"]}, 2),
    ("query ($n: Int) { member { friends(first: $n) { friends(first: $n) { id } } } }", {"n": 9}, 1 + 9 + 81),
    ("{ member { friends(first: -3) { company { id } } } }", {}, 1 + 1 + 1),
]


@pytest.mark.parametrize(("text", "variables", "wanted"), NODES)
def test_nodes_are_the_products_of_page_sizes(
    engine: Engine, text: str, variables: dict[str, object], wanted: int
) -> None:
    assert measured(engine, text).nodes.total(variables)[0] == wanted


def test_absurd_page_sizes_are_counted_without_harm(engine: Engine) -> None:
    text = "{ member { friends(first: " + "9" * 10_000 + ") { friends(first: 1e5) { id } } } }"
    assert measured(engine, text).nodes.total({})[0] > 10_000


def ast_nodes(node: Node) -> int:
    """All nodes of a document's tree."""
    children = [getattr(node, key) for key in node.keys if key != "loc"]
    parts = [part for child in children for part in (child if isinstance(child, tuple | list) else [child])]
    return 1 + sum(ast_nodes(part) for part in parts if isinstance(part, Node))


@pytest.mark.parametrize("levels", [1, 5, 22])
def test_fragments_that_nest_with_fields_between_are_visited_once(engine: Engine, levels: int) -> None:
    text = doubling(find_ground(engine.schema), levels)
    found = measured(engine, text)
    assert found.visits <= ast_nodes(parse(text))
    assert found.counts.fields > 2**levels


def test_fragments_that_spread_all_others_are_visited_once(engine: Engine) -> None:
    text = mesh(find_ground(engine.schema), 40)
    assert measured(engine, text).visits <= ast_nodes(parse(text))


def test_counting_nodes_by_variables_is_linear_in_the_sizes_of_the_document(engine: Engine) -> None:
    fragments = "".join(
        f"fragment F{n} on Member {{ a: friends(first: $n) {{ ...F{n + 1} }} b: friends {{ ...F{n + 1} }} }}"
        for n in range(22)
    )
    text = f"query ($n: Int) {{ member {{ ...F0 }} }} {fragments} fragment F22 on Member {{ id }}"
    found = measured(engine, text)
    assert sum(len(terms) for _, _, terms in found.nodes.levels) <= 5 * 22
    assert found.nodes.total({"n": 2})[0] > 22**22


def test_scopes_are_those_of_the_operation_and_not_of_the_document(engine: Engine) -> None:
    text = "query A { viewer { ...F } } query B { viewer { requests { id } } } "
    text += "fragment F on Viewer { network { id } }"
    document = engine.prepare(text, "A").document
    assert document.measured.scopes == {frozenset({"NETWORK_READ"})}
    assert engine.prepare(text, "B").scopes == {frozenset({"NETWORK_READ", "REQUESTS_READ"})}


def test_the_full_introspection_query_passes(engine: Engine) -> None:
    options = {"schema_description": True, "input_value_deprecation": True, "one_of": True}
    text = get_introspection_query(specified_by_url=True, directive_is_repeatable=True, **options)
    assert engine.prepare(text).nodes == 0


def test_the_estimate_of_introspection_is_near_the_truth(engine: Engine) -> None:
    types = engine.schema.type_map.values()
    fields = sum(len(type_.fields) for type_ in types if is_object_type(type_) or is_interface_type(type_))
    found = measured(engine, "{ __schema { types { name fields { name } } } }").counts.introspection
    assert found == pytest.approx(2 + 2 * len(types) + fields)


def test_introspection_that_multiplies_is_refused(engine: Engine) -> None:
    lists = "__schema { types { fields { args { type { name kind } } type { fields { name } } } } }"
    assert engine.prepare(f"{{ {lists} }}")
    often = " ".join(f"a{n}: {lists}" for n in range(30))
    with pytest.raises(InvalidRequest, match="fields about the schema"):
        engine.prepare(f"{{ {often} }}")
