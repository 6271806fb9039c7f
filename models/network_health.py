"""The goals that members set themselves for their networks."""

from sqlalchemy import Column, Date, Integer, Table, Text, bindparam, text

from models.database import Row, Statement
from models.metadata import member_key, metadata

network_goals = Table(
    "network_goals",
    metadata,
    member_key(),
    Column("target_connections", Integer),
    Column("weekly_requests", Integer),
    Column("purpose", Text),
    Column("due_on", Date),
)

GOAL_COLUMNS = ("target_connections", "weekly_requests", "purpose", "due_on")
MEMBER = bindparam("member_id", type_=Integer)
SET_GOAL = Statement(
    text("""
    INSERT INTO network_goals (member_id, target_connections, weekly_requests, purpose, due_on)
    VALUES (:member_id, :target_connections, :weekly_requests, :purpose, :due_on)
    ON CONFLICT (member_id) DO UPDATE SET
        target_connections = excluded.target_connections, weekly_requests = excluded.weekly_requests,
        purpose = excluded.purpose, due_on = excluded.due_on
    """).bindparams(MEMBER, *(bindparam(name, type_=network_goals.c[name].type) for name in GOAL_COLUMNS)),
    Row,
)
CLEAR_GOAL = Statement(text("DELETE FROM network_goals WHERE member_id = :member_id").bindparams(MEMBER), Row)
