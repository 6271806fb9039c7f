"""The root of all reads."""

import strawberry

from executor.fields import Argument
from resolvers import companies, members, nodes, search
from resolvers import policy as policy_resolver
from rules.search import MemberSearchOrder
from schema.companies import CompanyConnection
from schema.fields import field, paged
from schema.interfaces import Node
from schema.pages import MemberConnection
from schema.policy import NetworkPolicy
from schema.refs import CompanyRef, MemberRef, ViewerRef
from schema.search import MemberSearchFilter


@strawberry.type(description="Read operations.")
class Query:
    """What can be asked."""

    node: Node | None = field(
        "Refetch any object. Null when it does not exist or is not visible to the viewer (the two are "
        "indistinguishable).",
        root=nodes.node,
        arguments={"id": Argument(strawberry.ID, "Global id.")},
    )
    nodes: list[Node | None] = field(
        "Refetch up to 100 objects, same order as `ids`, null holes for what is missing or hidden.",
        root=nodes.nodes,
        arguments={"ids": Argument(list[strawberry.ID], "Global ids, at most 100.")},
        multipliers=("ids",),
    )
    viewer: ViewerRef | None = field(
        "Everything that belongs to the signed-in member. Null for anonymous requests.", root=members.viewer
    )
    member: MemberRef | None = field(
        "A member by id or by handle (exactly one of the two).",
        root=members.member,
        arguments={
            "id": Argument(strawberry.ID | None, "Global id."),
            "handle": Argument(str | None, "Unique URL name."),
        },
    )
    member_search: MemberConnection | None = paged(
        "Search members. Blocked pairs and members who opted out of search never appear. Null for anonymous "
        "requests; `totalCount` is null where there are too many to look at all of them.",
        arguments={
            "query": Argument(str | None, "Words to look for."),
            "filter": Argument(MemberSearchFilter | None, "What to keep."),
            "order_by": Argument(MemberSearchOrder, "Order of the list.", MemberSearchOrder.RELEVANCE),
        },
        root=search.members,
        weight=5,
    )
    company: CompanyRef | None = field(
        "A company by id or by handle (exactly one of the two).",
        root=companies.company,
        arguments={
            "id": Argument(strawberry.ID | None, "Global id."),
            "handle": Argument(str | None, "Unique URL name."),
        },
    )
    company_search: CompanyConnection | None = paged(
        "Search companies by name.",
        arguments={"query": Argument(str, "Words to look for.")},
        root=search.companies,
        weight=3,
    )
    policy: NetworkPolicy = field(
        "The network rules of this deployment, so that no client hard-codes a limit or waiting time.",
        root=policy_resolver.policy,
    )
