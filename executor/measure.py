"""One pass over an operation, before anything else looks at it, that says how large it is.

Each selection of the document is visited at most once, however often its fragment is used: a fragment's
counts are added where it is spread. Nothing here requires a valid document. What the schema does not know
is counted as far as it can be, and what closes a cycle of fragments counts nothing; validation refuses both.
"""

from collections import Counter
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from executor.fields import NO_SPEC, spec_of
from executor.introspection import Lengths
from executor.limits import limit_exceeded
from executor.page_sizes import NodeCount, Size, page_size

# Far above what a depth of 12 needs, and far below Python's own limit of recursion.
NESTING = 100

Scopes = frozenset[frozenset[str]]


@dataclass(slots=True)
class Counts:
    """What a selection set holds, its fragments included: those of `Limits`, and the nodes below sizes.

    `introspection` estimates the fields about the schema; `of_each_type` does for a selection below `types`.
    `repeated` is what `same_name` is the largest of; `sized` are sizes with the level of `NodeCount` that
    they multiply, and `level` is the one this selection set got itself.
    """

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    longest_alias: int = 0
    directives: int = 0
    introspection: float = 0
    of_each_type: float = 0
    repeated: int = 0
    same_name: int = 0
    nodes: int = 0
    cost: int = 0
    sized: list[tuple[Size, int]] = field(default_factory=list)
    level: int | None = None

    def include(self, other: "Counts") -> None:
        """Add what counts the same at any level."""
        self.fields += other.fields
        self.aliases += other.aliases
        self.directives += other.directives
        self.same_name = max(self.same_name, other.same_name)
        self.longest_alias = max(self.longest_alias, other.longest_alias)


@dataclass(frozen=True, slots=True)
class Measured:
    """The size of an operation and the scopes it needs, each an any-of set: of all fields, of the root's."""

    counts: Counts
    nodes: NodeCount
    scopes: Scopes
    root_scopes: Scopes
    visits: int


class Measurement:
    """The pass over one operation.

    `lengths` are those of the schema's introspection lists. Raises `DEPTH_LIMIT_EXCEEDED` if selections
    nest so deep that Python's recursion would end.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        lengths: Lengths,
        default_page_size: int,
    ) -> None:
        definitions = (node for node in document.definitions if isinstance(node, FragmentDefinitionNode))
        self.fragments = {definition.name.value: definition for definition in definitions}
        self.schema = schema
        self.lengths = lengths
        self.default_page_size = default_page_size
        self.known: dict[str, Counts] = {}
        self.nodes = NodeCount()
        self.scopes: set[frozenset[str]] = set()
        self.root_scopes: set[frozenset[str]] = set()
        self.root: GraphQLCompositeType | None = None
        self.nesting = 0
        self.visits = 0

    def run(self, operation: OperationDefinitionNode) -> Measured:
        """Measure the operation."""
        self.root = self.schema.get_root_type(operation.operation)
        counts = self._selections(self.root, operation.selection_set)
        counts.directives += len(operation.directives or ())
        counts.directives += sum(len(node.directives or ()) for node in operation.variable_definitions or ())
        self._level(counts)
        return Measured(counts, self.nodes, frozenset(self.scopes), frozenset(self.root_scopes), self.visits)

    def _selections(self, parent: GraphQLCompositeType | None, node: SelectionSetNode) -> Counts:
        counts, names = Counts(), Counter[str]()
        self._gather(parent, node, counts, names)
        counts.repeated += max(names.values(), default=0)
        counts.same_name = max(counts.same_name, counts.repeated)
        return counts

    def _gather(
        self,
        parent: GraphQLCompositeType | None,
        node: SelectionSetNode,
        counts: Counts,
        names: Counter[str],
    ) -> None:
        self.nesting += 1
        if self.nesting > NESTING:
            raise limit_exceeded("DEPTH", "levels of selections", NESTING, self.nesting)
        for selection in node.selections:
            self.visits += 1
            counts.directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                names[(selection.alias or selection.name).value] += 1
                self._field(parent, selection, counts)
            elif isinstance(selection, FragmentSpreadNode):
                self._spread(selection.name.value, counts)
            elif isinstance(selection, InlineFragmentNode):
                condition = self._type(selection.type_condition) if selection.type_condition else parent
                self._gather(condition, selection.selection_set, counts, names)
        self.nesting -= 1

    def _type(self, condition: NamedTypeNode) -> GraphQLCompositeType | None:
        return _composite(self.schema.get_type(condition.name.value))

    def _spread(self, name: str, counts: Counts) -> None:
        if name not in self.fragments:
            return
        fragment = self._fragment(name)
        counts.include(fragment)
        counts.depth = max(counts.depth, fragment.depth)
        counts.introspection += fragment.introspection
        counts.of_each_type += fragment.of_each_type
        counts.repeated += fragment.repeated
        self._multiply(counts, 1, fragment)

    def _fragment(self, name: str) -> Counts:
        if name not in self.known:
            # A spread inside of itself finds these empty counts, which ends the cycle.
            self.known[name] = Counts()
            definition = self.fragments[name]
            counts = self._selections(self._type(definition.type_condition), definition.selection_set)
            counts.directives += len(definition.directives or ())
            self.known[name] = counts
        return self.known[name]

    def _field(self, parent: GraphQLCompositeType | None, node: FieldNode, counts: Counts) -> None:
        definition = self.schema.get_field(parent, node.name.value) if parent else None
        below = Counts()
        if node.selection_set:
            named = _composite(get_named_type(definition.type)) if definition else None
            below = self._selections(named, node.selection_set)
        counts.fields += 1
        if node.alias:
            counts.aliases += 1
            counts.longest_alias = max(counts.longest_alias, len(node.alias.value))
        counts.include(below)
        if parent and definition and _is_introspection(parent, node):
            self._about_schema(node.name.value, counts, below)
        else:
            self._own_field(parent, node, definition, counts, below)

    def _about_schema(self, name: str, counts: Counts, below: Counts) -> None:
        each = below.of_each_type if name == "types" else below.introspection
        counts.introspection += 1 + self.lengths.referred.get(name, 1) * each
        counts.of_each_type += 1 + self.lengths.overall.get(name, 1) * each

    def _own_field(
        self,
        parent: GraphQLCompositeType | None,
        node: FieldNode,
        definition: GraphQLField | None,
        counts: Counts,
        below: Counts,
    ) -> None:
        counts.depth = max(counts.depth, 1 + below.depth)
        spec = spec_of(definition) if definition else NO_SPEC
        if spec.scopes is not None:
            self.scopes.add(spec.scopes)
            self.root_scopes |= {spec.scopes} if parent is self.root else set()
        if not node.selection_set:
            # Leaves are free, unless somebody said what they cost.
            counts.cost += spec.weight if spec.weight > 1 else 0
            return
        size: Size = spec.assumed_size
        if definition and spec.multipliers:
            size = page_size(node, definition, spec.multipliers, self.default_page_size)
        if definition and size != 1 and is_list_type(get_nullable_type(definition.type)):
            below.nodes += 1
            below.cost += spec.weight
        else:
            counts.nodes += 1
            counts.cost += spec.weight
        self._multiply(counts, size, below)

    def _multiply(self, counts: Counts, size: Size, below: Counts) -> None:
        if below.sized or ((below.nodes or below.cost) and not isinstance(size, int)):
            counts.sized.append((size, self._level(below)))
        elif isinstance(size, int):
            counts.nodes += size * below.nodes
            counts.cost += size * below.cost

    def _level(self, counts: Counts) -> int:
        if counts.level is None:
            counts.level = self.nodes.add(counts.nodes, counts.cost, counts.sized)
        return counts.level


def _composite(type: GraphQLNamedType | None) -> GraphQLCompositeType | None:
    return type if is_composite_type(type) else None


def _is_introspection(parent: GraphQLCompositeType, node: FieldNode) -> bool:
    return parent.name.startswith("__") or node.name.value in {"__schema", "__type"}
