"""One-way subscriptions of a member to another, or to a company."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    text,
)

from models.companies import company_key
from models.database import Row, Statement
from models.metadata import choice, instant, member_key, metadata, one_of
from rules.terms import FollowNotifyLevel, FollowOrigin

follows = Table(
    "follows",
    metadata,
    member_key("follower_id"),
    member_key("followee_id"),
    instant("followed_at"),
    choice("origin", FollowOrigin.MANUAL),
    choice("notify", FollowNotifyLevel.HIGHLIGHTS),
    Column("is_private", Boolean, nullable=False, server_default=text("false")),
    Column("is_favorite", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("follower_id <> followee_id", name="two_members"),
    one_of("origin", FollowOrigin),
    one_of("notify", FollowNotifyLevel),
    Index("follows_followers_idx", "followee_id", text("followed_at DESC"), "follower_id"),
    Index("follows_following_idx", "follower_id", text("followed_at DESC"), "followee_id"),
)

company_follows = Table(
    "company_follows",
    metadata,
    member_key("follower_id"),
    company_key(),
    instant("followed_at"),
    choice("notify", FollowNotifyLevel.HIGHLIGHTS),
    Column("is_private", Boolean, nullable=False, server_default=text("false")),
    Column("is_favorite", Boolean, nullable=False, server_default=text("false")),
    one_of("notify", FollowNotifyLevel),
    Index("company_follows_followers_idx", "company_id", text("followed_at DESC"), "follower_id"),
    Index("company_follows_following_idx", "follower_id", text("followed_at DESC"), "company_id"),
)


class FollowedRow(Row):
    """A follow that was written."""

    follower_id: int
    followee_id: int


class FollowedCompanyRow(Row):
    """A follow of a company that was written."""

    follower_id: int
    company_id: int


NOW = bindparam("now", type_=DateTime(timezone=True))
FOLLOWER = bindparam("follower_id", type_=Integer)
DIRECTION = (FOLLOWER, bindparam("followee_id", type_=Integer))
TO_COMPANY = (FOLLOWER, bindparam("company_id", type_=Integer))
PAIR = (bindparam("one", type_=Integer), bindparam("other", type_=Integer))
NOTIFY, PRIVATE = bindparam("notify", type_=Text), bindparam("is_private", type_=Boolean)

FOLLOW = Statement(
    text("""
    INSERT INTO follows (follower_id, followee_id, origin, notify, is_private, followed_at)
    VALUES (:follower_id, :followee_id, :origin, :notify, :is_private, :now)
    ON CONFLICT DO NOTHING RETURNING follower_id, followee_id
    """).bindparams(*DIRECTION, bindparam("origin", type_=Text), NOTIFY, PRIVATE, NOW),
    FollowedRow,
)
"""No row where the member follows already: then nothing changes."""
FOLLOW_EACH_OTHER = Statement(
    text("""
    INSERT INTO follows (follower_id, followee_id, origin, followed_at)
    SELECT follower_id, followee_id, 'CONNECTED', :now
    FROM (VALUES (:one, :other, :one_follows), (:other, :one, :other_follows))
        AS direction (follower_id, followee_id, wanted)
    WHERE wanted
    ON CONFLICT DO NOTHING RETURNING follower_id, followee_id
    """).bindparams(
        *PAIR, bindparam("one_follows", type_=Boolean), bindparam("other_follows", type_=Boolean), NOW
    ),
    FollowedRow,
)
"""What connecting makes: `one_follows` and `other_follows` say which of the two directions."""
END_CONNECTED = Statement(
    text("""
    WITH kept AS (
        UPDATE follows SET origin = 'MANUAL'
        WHERE follower_id = :keeper AND followee_id = ANY (:others) AND origin = 'CONNECTED'
    )
    DELETE FROM follows WHERE ((follower_id = :one AND followee_id = ANY (:others))
        OR (follower_id = ANY (:others) AND followee_id = :one))
    AND origin = 'CONNECTED' AND follower_id IS DISTINCT FROM :keeper
    RETURNING follower_id, followee_id
    """).bindparams(
        bindparam("one", type_=Integer),
        bindparam("others", type_=ARRAY(Integer)),
        bindparam("keeper", type_=Integer),
    ),
    FollowedRow,
)
"""What removing connections ends; the follows by `keeper`, `one` or null, go on as made by hand."""
END_ALL = Statement(
    text("""
    DELETE FROM follows WHERE (follower_id, followee_id) IN ((:one, :other), (:other, :one))
    RETURNING follower_id, followee_id
    """).bindparams(*PAIR),
    FollowedRow,
)
CHANGES = (NOTIFY, PRIVATE, bindparam("is_favorite", type_=Boolean), NOW)

# Dated anew when it turns private: its old date, that of a connection perhaps, would name the follower.
CHANGE = """
    SET notify = coalesce(:notify, notify),
        is_favorite = coalesce(:is_favorite, is_favorite),
        is_private = coalesce(:is_private, is_private),
        followed_at = CASE WHEN :is_private AND NOT is_private THEN :now ELSE followed_at END
"""
CHANGE_FOLLOW = Statement(
    text(f"""
    UPDATE follows {CHANGE} WHERE (follower_id, followee_id) = (:follower_id, :followee_id)
    RETURNING follower_id, followee_id
    """).bindparams(*DIRECTION, *CHANGES),
    FollowedRow,
)
"""What is null stays as it is."""
UNFOLLOW = Statement(
    text("""
    DELETE FROM follows WHERE (follower_id, followee_id) = (:follower_id, :followee_id)
    RETURNING follower_id, followee_id
    """).bindparams(*DIRECTION),
    FollowedRow,
)
# A private follow stays: that it ended would tell who it was.
REMOVE_FOLLOWER = Statement(
    text("""
    DELETE FROM follows
    WHERE (follower_id, followee_id) = (:follower_id, :followee_id) AND NOT is_private
    RETURNING follower_id, followee_id
    """).bindparams(*DIRECTION),
    FollowedRow,
)

FOLLOW_COMPANY = Statement(
    text("""
    INSERT INTO company_follows (follower_id, company_id, notify, is_private, followed_at)
    VALUES (:follower_id, :company_id, :notify, :is_private, :now)
    ON CONFLICT DO NOTHING RETURNING follower_id, company_id
    """).bindparams(*TO_COMPANY, NOTIFY, PRIVATE, NOW),
    FollowedCompanyRow,
)
CHANGE_COMPANY_FOLLOW = Statement(
    text(f"""
    UPDATE company_follows {CHANGE} WHERE (follower_id, company_id) = (:follower_id, :company_id)
    RETURNING follower_id, company_id
    """).bindparams(*TO_COMPANY, *CHANGES),
    FollowedCompanyRow,
)
UNFOLLOW_COMPANY = Statement(
    text("""
    DELETE FROM company_follows WHERE (follower_id, company_id) = (:follower_id, :company_id)
    RETURNING follower_id, company_id
    """).bindparams(*TO_COMPANY),
    FollowedCompanyRow,
)
