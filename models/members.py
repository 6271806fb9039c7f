"""Members, the sections of their profiles and the keys that must be unique."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from models.metadata import choice, instant, member_key, metadata, one_of
from rules.audiences import ConnectionsVisibility, FollowAudience, ProfileViewMode, RequestAudience
from rules.terms import CareerLevel

members = Table(
    "members",
    metadata,
    Column("id", Integer, Identity(always=False), primary_key=True),
    Column("handle", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("headline", Text),
    Column("photo_url", Text),
    Column("summary", Text),
    Column("location", Text),
    Column("industry", Text),
    Column("career_level", Text),
    Column("languages", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("accomplishments", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("contact_email", Text),
    Column("phone", Text),
    Column("websites", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("preferred_channel", Text),
    Column("connection_count", Integer, nullable=False, server_default=text("0")),
    Column("follower_count", Integer, nullable=False, server_default=text("0"), comment="Kept by a trigger"),
    Column("requests_restricted_until", DateTime(timezone=True), comment="See rules.allowances"),
    Column("audiences", JSONB, comment="Audiences that differ from the default, by section"),
    Column("notifications", JSONB, comment="Kinds switched on or off against the default"),
    choice("connections_visibility", ConnectionsVisibility.CONNECTIONS),
    choice("who_can_request", RequestAudience.ANYONE),
    Column("require_note", Boolean, nullable=False, server_default=text("false")),
    choice("who_can_follow", FollowAudience.ANYONE),
    Column("follow_first", Boolean, nullable=False, server_default=text("false")),
    choice("profile_view_mode", ProfileViewMode.FULL),
    Column("discoverable", Boolean, nullable=False, server_default=text("true")),
    Column("read_receipts", Boolean, nullable=False, server_default=text("true")),
    Column("broadcast_activity", Boolean, nullable=False, server_default=text("true")),
    Column("version", Integer, nullable=False, server_default=text("1")),
    instant("joined_at"),
    Column("closed_at", DateTime(timezone=True)),
    CheckConstraint("connection_count >= 0", name="connection_count"),
    CheckConstraint("follower_count >= 0", name="follower_count"),
    one_of("career_level", CareerLevel),
    one_of("connections_visibility", ConnectionsVisibility),
    one_of("who_can_request", RequestAudience),
    one_of("who_can_follow", FollowAudience),
    one_of("profile_view_mode", ProfileViewMode),
    Index("members_closed_at_idx", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
)

handles = Table(
    "handles",
    metadata,
    Column("handle", Text, primary_key=True),
    member_key(primary_key=False),
    Index("handles_member_id_idx", "member_id"),
)

emails = Table(
    "emails",
    metadata,
    Column("email", Text, primary_key=True, comment="Normalised, see rules.accounts"),
    member_key(primary_key=False),
    Index("emails_member_id_idx", "member_id"),
)

positions = Table(
    "positions",
    metadata,
    member_key(),
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("title", Text, nullable=False),
    Column("company_name", Text, nullable=False),
    Column("company_id", Integer, ForeignKey("companies.id", ondelete="SET NULL")),
    Column("company_key", Text, Computed("search_key(company_name)", persisted=True)),
    Column("started_on", Date),
    Column("ended_on", Date),
    Column("description", Text),
    CheckConstraint("ended_on >= started_on", name="period"),
    Index("positions_company_idx", text("lower(company_name)"), "member_id"),
    Index("positions_company_id_idx", "company_id"),
    Index("positions_company_key_idx", "company_key", "member_id"),
)

educations = Table(
    "educations",
    metadata,
    member_key(),
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("school", Text, nullable=False),
    Column("degree", Text),
    Column("started_on", Date),
    Column("ended_on", Date),
    CheckConstraint("ended_on >= started_on", name="period"),
    Index("educations_school_idx", text("lower(school)"), "member_id"),
)

skills = Table(
    "skills",
    metadata,
    member_key(),
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("name", Text, nullable=False),
    Column("rank", SmallInteger, nullable=False, comment="Place in the owner's order, from 0"),
    Index("skills_member_id_name_key", "member_id", text("lower(name)"), unique=True),
)
