"""Whether fields of one response name can be merged, in nearly linear time.

The rule of the specification compares all pairs of fields and of fragments, which a short document turns
into seconds. Here the fields of one response name are compared with the first of them, and the selections
below them are merged into one set which is looked at once. Two questions are asked of each set, as in
section 5.3.2 of the specification: do all fields of a name have the same shape, and are those that may
apply to the same object the same field with the same arguments? Both verdicts are the specification's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLOutputType,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    get_named_type,
    is_composite_type,
    is_interface_type,
    is_leaf_type,
    is_object_type,
    print_ast,
    type_from_ast,
)
from graphql.utilities.sort_value_node import sort_value_node

from executor.errors import RequestError

# Merged sets may overlap in exponentially many ways. What people write needs about one step a field.
MAX_STEPS = 50_000


@dataclass(eq=False)
class Field:
    """A field of the document with its parent type and its own type, None where the schema knows none."""

    node: FieldNode
    parent: GraphQLNamedType | None
    type: GraphQLOutputType | None

    @cached_property
    def response_name(self) -> str:
        """The key of the field in the response."""
        return (self.node.alias or self.node.name).value

    @cached_property
    def shape(self) -> str | None:
        """Its list and non-null wrappers and its leaf type; any two composite types have the same shape."""
        if self.type is None:
            return None
        named = get_named_type(self.type)
        return str(self.type) if is_leaf_type(named) else str(self.type).replace(named.name, "{}")

    @cached_property
    def arguments(self) -> list[tuple[str, str]]:
        """Its arguments in an order of their own, so that equal lists mean equal arguments."""
        return sorted(map(_argument, self.node.arguments or ()))


def _argument(node: ArgumentNode) -> tuple[str, str]:
    return node.name.value, print_ast(sort_value_node(node.value))


Group = Sequence[Field]
Selections = tuple[Sequence[Field], Sequence[str]]


class _TooManySteps(Exception):  # noqa: N818 - it ends the rule, nobody is told of it
    pass


class MergeableFieldsRule(ValidationRule):
    """The replacement of `OverlappingFieldsCanBeMergedRule`; refuses what takes more than `MAX_STEPS`."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.steps = 0
        self.selections: dict[int, Selections] = {}
        self.reported: set[frozenset[Field]] = set()
        self.seen: tuple[set[frozenset[Field]], set[frozenset[Field]]] = set(), set()

    def enter_document(self, document: DocumentNode, *_: object) -> None:
        """Check all operations. A fragment that none of them uses is refused by another rule."""
        try:
            for node in document.definitions:
                if isinstance(node, OperationDefinitionNode):
                    self._operation(node)
        except _TooManySteps:
            message = "The fields of the document overlap in too many ways."
            self.report_error(RequestError("OVERLAP_LIMIT_EXCEEDED", message, limit=MAX_STEPS))

    def _operation(self, node: OperationDefinitionNode) -> None:
        root = self.context.schema.get_root_type(node.operation)
        fields = self._expanded([self._selections(root, node.selection_set)])
        self._check(fields, lambda group: [group], self._same_shape, self.seen[0])
        self._check(fields, _applying_together, self._same_field, self.seen[1])

    def _check(
        self,
        fields: Group,
        split: Callable[[Group], Iterable[Group]],
        same: Callable[[Field, Field], str | None],
        seen: set[frozenset[Field]],
    ) -> None:
        """Compare the fields of each group with its first, and go on with the selections below the group."""
        waiting = [fields]
        while waiting:
            for named in _by_response_name(waiting.pop()):
                for group in split(named):
                    key = frozenset(group)
                    if key not in seen and self._all_same(group, same):
                        waiting.append(self._below(group))
                    seen.add(key)

    def _all_same(self, group: Group, same: Callable[[Field, Field], str | None]) -> bool:
        self._spend(len(group))
        for field in group[1:]:
            if reason := same(group[0], field):
                self._report(group[0], field, reason)
                return False
        return True

    def _report(self, first: Field, second: Field, reason: str) -> None:
        if frozenset((first, second)) in self.reported:
            return
        self.reported.add(frozenset((first, second)))
        message = (
            f"Fields '{first.response_name}' conflict because {reason}."
            " Use different aliases on the fields to fetch both if this was intentional."
        )
        self.report_error(GraphQLError(message, [first.node, second.node]))

    @staticmethod
    def _same_shape(first: Field, second: Field) -> str | None:
        if first.shape == second.shape or first.shape is None or second.shape is None:
            return None
        return f"they return conflicting types '{first.type}' and '{second.type}'"

    @staticmethod
    def _same_field(first: Field, second: Field) -> str | None:
        names = first.node.name.value, second.node.name.value
        if names[0] != names[1]:
            return f"'{names[0]}' and '{names[1]}' are different fields"
        return None if first.arguments == second.arguments else "they have differing arguments"

    def _below(self, group: Group) -> Group:
        """The merged selections of some fields."""
        return self._expanded(
            self._selections(get_named_type(field.type), field.node.selection_set)
            for field in group
            if field.node.selection_set
        )

    def _expanded(self, sets: Iterable[Selections]) -> Group:
        """All fields of some selection sets, each fragment's once."""
        fields: dict[Field, None] = {}
        spreads: dict[str, None] = {}
        waiting = list(sets)
        while waiting:
            own, names = waiting.pop()
            self._spend(1 + len(own) + len(names))
            fields.update(dict.fromkeys(own))
            waiting += [self._fragment(name) for name in names if name not in spreads]
            spreads.update(dict.fromkeys(names))
        return list(fields)

    def _fragment(self, name: str) -> Selections:
        definition = self.context.get_fragment(name)
        if definition is None:
            return (), ()
        return self._selections(self._type(definition.type_condition), definition.selection_set)

    def _selections(self, parent: GraphQLNamedType | None, node: SelectionSetNode) -> Selections:
        """The fields and spreads of a selection set; its inline fragments are looked through."""
        if id(node) not in self.selections:
            fields: list[Field] = []
            spreads: dict[str, None] = {}
            self._gather(parent, node, fields, spreads)
            self.selections[id(node)] = fields, list(spreads)
        return self.selections[id(node)]

    def _gather(
        self,
        parent: GraphQLNamedType | None,
        node: SelectionSetNode,
        fields: list[Field],
        spreads: dict[str, None],
    ) -> None:
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                fields.append(Field(selection, parent, self._field_type(parent, selection)))
            elif isinstance(selection, FragmentSpreadNode):
                spreads[selection.name.value] = None
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self._type(condition) if condition else parent
                self._gather(inner, selection.selection_set, fields, spreads)

    def _field_type(self, parent: GraphQLNamedType | None, node: FieldNode) -> GraphQLOutputType | None:
        definition = None
        if is_object_type(parent) or is_interface_type(parent):
            definition = parent.fields.get(node.name.value)
        return definition.type if definition else None

    def _type(self, node: NamedTypeNode) -> GraphQLNamedType | None:
        named = type_from_ast(self.context.schema, node)
        return named if is_composite_type(named) else None

    def _spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise _TooManySteps


def _by_response_name(fields: Group) -> Iterable[Group]:
    """The groups that there is something to compare in, or below."""
    groups: dict[str, list[Field]] = defaultdict(list)
    for field in fields:
        groups[field.response_name].append(field)
    return (group for group in groups.values() if len(group) > 1 or group[0].node.selection_set)


def _applying_together(fields: Group) -> Iterator[Group]:
    """Split fields by object type: two object types never apply at once, an abstract one may with any."""
    abstract: list[Field] = []
    objects: dict[str, list[Field]] = defaultdict(list)
    for field in fields:
        if is_object_type(field.parent):
            objects[field.parent.name].append(field)
        else:
            abstract.append(field)
    for own in objects.values() or [[]]:
        yield abstract + own
