"""How the viewer's network does: benchmark, goal, rates, and candidates for pruning."""

from datetime import date, timedelta

import strawberry

from auth.identity import OAuthScope
from executor.fields import Argument
from loaders.connections import own_columns
from loaders.members import MemberRow
from resolvers import network_health
from schema.errors import UserError
from schema.fields import field, given, input_of, mutation, paged, payload
from schema.policy import NetworkBenchmark
from schema.refs import FollowConnectionRef, NetworkConnectionRef, ViewerRef

REQUESTS_READ = [OAuthScope.REQUESTS_READ]
LONG = "How long without any interaction, at most 100 years."


@strawberry.type(description="A goal the viewer set.")
class NetworkGoal:
    """What the viewer wants of the network."""

    target_connections: int | None = field("Target number of connections.")
    weekly_requests: int | None = field("New requests a week.")
    purpose: str | None = field("What it is for.")
    due_on: date | None = field("Day to reach it by.")


@strawberry.type(description="Career benchmark, goals and pruning.")
class NetworkHealth:
    """What tells the viewer whether the network serves them."""

    connection_count: int = field(
        "The viewer's connections.",
        batch=network_health.connection_counts,
        reads_elsewhere={MemberRow: ["network_size"]},
    )
    benchmark: NetworkBenchmark | None = field(
        "The benchmark of the viewer's career level; null where that is not known.",
        batch=network_health.benchmarks,
        reads_elsewhere={MemberRow: ["career_level"]},
    )
    goal: NetworkGoal | None = field("The viewer's own goal.", batch=network_health.goals)
    acceptance_rate: float | None = field(
        "Share of the requests that the viewer sent in the last 90 days that were accepted, 0-1. Null where "
        "there were none.",
        batch=network_health.acceptance_rates,
        scopes=REQUESTS_READ,
    )
    personalised_share: float | None = field(
        "Share of the requests that the viewer sent in the last 90 days that had a note, 0-1. Null where "
        "there were none.",
        batch=network_health.personalised_shares,
        scopes=REQUESTS_READ,
    )
    inactive_connections: NetworkConnectionRef | None = paged(
        "Connections without any interaction for the given time, oldest first: candidates for a check-in or "
        "for removal. Where there was none at all, it counts from the connection on.",
        arguments={"inactive_for": Argument(timedelta, LONG, timedelta(days=365))},
        batch=network_health.inactive_connections,
        reads_elsewhere={MemberRow: own_columns},
    )
    inactive_follows: FollowConnectionRef | None = paged(
        "Follows at least as old as the given time and without any interaction in it, oldest first: "
        "candidates to unfollow, or to convert into a request.",
        arguments={"inactive_for": Argument(timedelta, LONG, timedelta(days=180))},
        batch=network_health.inactive_follows,
    )
    never_contacted: NetworkConnectionRef | None = paged(
        "Accepted connections never contacted since, oldest first.",
        batch=network_health.never_contacted,
        reads_elsewhere={MemberRow: own_columns},
    )


@input_of("setNetworkGoal")
class SetNetworkGoalInput:
    """The whole goal: absent parts are none."""

    target_connections: int | None = given("Size to reach, 1 to 100,000.", optional=True)
    weekly_requests: int | None = given("New requests a week, 1 to 1,000.", optional=True)
    purpose: str | None = given("What it is for, at most 500 characters.", optional=True)
    due_on: date | None = given("Day to reach it by.", optional=True)


@payload("setNetworkGoal")
class SetNetworkGoalPayload:
    """Whose goal it is."""

    viewer: ViewerRef | None = field("The viewer; the goal is in `networkHealth`.")
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class NetworkHealthMutations:
    """Setting goals."""

    set_network_goal: SetNetworkGoalPayload | None = mutation(
        "Set the viewer's networking goal in place of the one before; all null clears it.",
        network_health.set_network_goal,
        SetNetworkGoalInput,
        scopes=[OAuthScope.NETWORK_WRITE],
    )
