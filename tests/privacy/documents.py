"""All that can be asked of the schema, written by walking it: nothing new is left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    GraphQLArgument,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    OperationType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from schema.root import schema

SCHEMA = schema._schema
PAGING = frozenset({"first", "after", "last", "before"})


def _interface(name: str) -> GraphQLInterfaceType:
    named = SCHEMA.type_map[name]
    assert isinstance(named, GraphQLInterfaceType)
    return named


NODE = _interface("Node")
_IMPLEMENTING = SCHEMA.get_implementations(NODE)
WITH_IDS = {each.name for each in (NODE, *_IMPLEMENTING.interfaces, *_IMPLEMENTING.objects)}


@dataclass(frozen=True, eq=False)
class Document:
    """An operation; `slots` says of each variable which argument it fills, `Type.field(argument)`.

    `about` is the type of the object whose id the root field asks for, where it asks for one.
    """

    name: str
    text: str
    slots: Mapping[str, tuple[str, GraphQLInputType]]
    fields: frozenset[str]
    about: str | None = None


@dataclass
class Writer:
    """Writes selections, with a variable for each argument that has to be chosen."""

    slots: dict[str, tuple[str, GraphQLInputType]] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)

    def document(self, kind: str, name: str, selection: str, about: str | None = None) -> Document:
        """The operation with what was written so far."""
        variables = ", ".join(f"${key}: {type}" for key, (_, type) in self.slots.items())
        head = f"{kind}({variables})" if variables else kind
        return Document(name, f"{head} {{ {selection} }}", self.slots, frozenset(self.fields), about)

    def whole(self, parent: GraphQLObjectType, name: str, depth: int = 1) -> str:
        """A field with all its arguments; `depth` is how many objects with ids lie open below each other."""
        arguments = parent.fields[name].args
        given = [f"{key}: {self._slot(parent, name, key, argument)}" for key, argument in arguments.items()]
        return self._field(parent, name, f"({', '.join(given)})" if given else "", depth)

    def selection(self, named: GraphQLNamedType, depth: int) -> str:
        """All fields of a type, in the fragments that it takes."""
        if named.name in WITH_IDS and depth < 0:
            return "{ id }"
        if isinstance(named, GraphQLObjectType):
            return f"{{ __typename {' '.join(self._plain(named, depth))} }}"
        assert isinstance(named, GraphQLInterfaceType | GraphQLUnionType)
        write = self._member if isinstance(named, GraphQLUnionType) else self.selection
        found = [f"... on {each.name} {write(each, depth)}" for each in possible(named)]
        return f"{{ __typename {' '.join(found)} }}"

    def _member(self, named: GraphQLObjectType, depth: int) -> str:
        """All fields of a union's member under names that no other member has."""
        depth -= named.name in WITH_IDS
        if depth < 0:
            return f"{{ {named.name}_id: id }}" if named.name in WITH_IDS else "{ __typename }"
        fields = zip(named.fields, self._plain(named, depth), strict=True)
        return f"{{ {' '.join(f'{named.name}_{name}: {text}' for name, text in fields)} }}"

    def _plain(self, named: GraphQLObjectType, depth: int) -> Iterator[str]:
        """Fields with no more arguments than they need, and small pages."""
        for name, definition in named.fields.items():
            needed = [key for key, argument in definition.args.items() if is_required_argument(argument)]
            given = [f"{key}: {self._slot(named, name, key, definition.args[key])}" for key in needed]
            small = ["first: 2"] if set(definition.args) >= PAGING else []
            arguments = f"({', '.join(given + small)})" if given or small else ""
            yield self._field(named, name, arguments, -1 if name == "nodes" else depth)

    def _field(self, parent: GraphQLObjectType, name: str, arguments: str, depth: int) -> str:
        self.fields.add(f"{parent.name}.{name}")
        below = get_named_type(parent.fields[name].type)
        if is_leaf_type(below):
            return name + arguments
        return f"{name}{arguments} {self.selection(below, depth - (below.name in WITH_IDS))}"

    def _slot(self, parent: GraphQLObjectType, name: str, key: str, argument: GraphQLArgument) -> str:
        variable = f"v{len(self.slots)}_{key}"
        self.slots[variable] = (f"{parent.name}.{name}({key})", argument.type)
        return f"${variable}"


def possible(named: GraphQLInterfaceType | GraphQLUnionType) -> list[GraphQLObjectType]:
    """The types that an interface or a union stands for."""
    return sorted(SCHEMA.get_possible_types(named), key=lambda each: each.name)


def object_types() -> list[GraphQLObjectType]:
    """All types with fields to select, those about the schema itself left out."""
    found = [named for named in SCHEMA.type_map.values() if isinstance(named, GraphQLObjectType)]
    return [named for named in found if not named.name.startswith("__")]


def _root(kind: str) -> GraphQLObjectType:
    root = SCHEMA.get_root_type(OperationType(kind))
    assert root is not None
    return root


def _queries() -> Iterator[Document]:
    query = _root("query")
    for name, definition in query.fields.items():
        below = get_named_type(definition.type)
        writer = Writer()
        if below.name == "Viewer":
            yield from _parts(below)
        elif below.name == "Node":
            yield writer.document("query", name, writer.whole(query, name, depth=0))
        else:
            yield writer.document("query", name, writer.whole(query, name), below.name)
    for named in possible(NODE):
        yield from _node(named)


def _parts(viewer: GraphQLNamedType) -> Iterator[Document]:
    """Each field of the viewer."""
    assert isinstance(viewer, GraphQLObjectType)
    for name in viewer.fields:
        writer = Writer(fields={"Query.viewer"})
        yield writer.document("query", f"viewer.{name}", f"viewer {{ {writer.whole(viewer, name)} }}")


def _node(named: GraphQLObjectType) -> Iterator[Document]:
    """An object by its id: as a whole, and each field that has arguments."""
    whole = Writer()
    yield _by_id(whole, named, whole.selection(named, 0)[1:-1])
    for name, definition in named.fields.items():
        if definition.args and named.name != "Viewer":
            part = Writer()
            yield _by_id(part, named, part.whole(named, name), f".{name}")


def _by_id(writer: Writer, named: GraphQLObjectType, selection: str, suffix: str = "") -> Document:
    query = _root("query")
    variable = writer._slot(query, "node", "id", query.fields["node"].args["id"])
    text = f"node(id: {variable}) {{ ... on {named.name} {{ {selection} }} }}"
    return writer.document("query", f"node.{named.name}{suffix}", text, named.name)


def _each_of(kind: str) -> Iterator[Document]:
    """Each root field of the kind."""
    root = _root(kind)
    for name in root.fields:
        writer = Writer()
        yield writer.document(kind, name, writer.whole(root, name))


QUERIES = tuple(_queries())
MUTATIONS = {document.name: document for document in _each_of("mutation")}
SUBSCRIPTIONS = {document.name: document for document in _each_of("subscription")}
