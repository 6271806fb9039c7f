"""Connection requests, blocks, mutes, companies, messages, and the log of each member.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FUNCTIONS = """
CREATE FUNCTION make_inboxes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inboxes (member_id) SELECT id FROM made;
    RETURN NULL;
END $$;

CREATE FUNCTION forget_conversations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM conversations USING gone
    WHERE gone.id IN (low_id, high_id) AND NOT EXISTS (SELECT FROM members WHERE id IN (low_id, high_id));
    RETURN NULL;
END $$;

CREATE FUNCTION count_followers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE members SET follower_count = follower_count + change
    FROM (
        SELECT followee_id, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END AS change
        FROM changed GROUP BY followee_id
    ) AS counted
    WHERE id = followee_id;
    RETURN NULL;
END $$;

CREATE FUNCTION count_company_followers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE companies SET follower_count = follower_count + change
    FROM (
        SELECT company_id, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END AS change
        FROM changed GROUP BY company_id
    ) AS counted
    WHERE id = counted.company_id;
    RETURN NULL;
END $$;

-- The arguments name the two columns with members.
CREATE FUNCTION refuse_links_across_blocks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found integer;
BEGIN
    EXECUTE format(
        'SELECT count(*) FROM ('
        'SELECT FROM made JOIN blocks ON blocker_id = made.%1$I AND blocked_id = made.%2$I UNION ALL '
        'SELECT FROM made JOIN blocks ON blocker_id = made.%2$I AND blocked_id = made.%1$I) AS crossing',
        TG_ARGV[0], TG_ARGV[1]
    ) INTO found;
    IF found > 0 THEN
        RAISE EXCEPTION 'no link across a block' USING ERRCODE = 'check_violation', CONSTRAINT = 'no_link_across_block';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_request_across_block() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM blocks WHERE (blocker_id, blocked_id)
            IN ((NEW.sender_id, NEW.recipient_id), (NEW.recipient_id, NEW.sender_id))
    ) THEN
        RAISE EXCEPTION 'no request across a block'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_link_across_block';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_block_across_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM connections WHERE (member_id, other_id) = (NEW.blocker_id, NEW.blocked_id)
    ) OR EXISTS (
        SELECT FROM follows WHERE (follower_id, followee_id)
            IN ((NEW.blocker_id, NEW.blocked_id), (NEW.blocked_id, NEW.blocker_id))
    ) OR EXISTS (
        SELECT FROM connection_requests WHERE (sender_id, recipient_id)
            IN ((NEW.blocker_id, NEW.blocked_id), (NEW.blocked_id, NEW.blocker_id))
            AND (state = 'PENDING' OR sender_state = 'PENDING')
    ) THEN
        RAISE EXCEPTION 'no block across a link'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_link_across_block';
    END IF;
    RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER make_inboxes AFTER INSERT ON members
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION make_inboxes();

CREATE TRIGGER forget_conversations AFTER DELETE ON members
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_conversations();

CREATE TRIGGER count_new_followers AFTER INSERT ON follows
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_followers();

CREATE TRIGGER count_gone_followers AFTER DELETE ON follows
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_followers();

CREATE TRIGGER count_new_followers AFTER INSERT ON company_follows
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_company_followers();

CREATE TRIGGER count_gone_followers AFTER DELETE ON company_follows
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_company_followers();

CREATE TRIGGER no_link_across_block AFTER INSERT ON connections
    REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_links_across_blocks('member_id', 'other_id');

CREATE TRIGGER no_link_across_block AFTER INSERT ON follows
    REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_links_across_blocks('follower_id', 'followee_id');

CREATE TRIGGER no_request_across_block AFTER INSERT OR UPDATE ON connection_requests
    FOR EACH ROW WHEN (NEW.state = 'PENDING' OR NEW.sender_state = 'PENDING')
    EXECUTE FUNCTION refuse_request_across_block();

CREATE TRIGGER no_block_across_link AFTER INSERT ON blocks
    FOR EACH ROW EXECUTE FUNCTION refuse_block_across_links();
"""

FUNCTION_NAMES = (
    "make_inboxes",
    "forget_conversations",
    "count_followers",
    "count_company_followers",
    "refuse_links_across_blocks",
    "refuse_request_across_block",
    "refuse_block_across_links",
)
TRIGGERS_ON_KEPT_TABLES = (
    ("members", "make_inboxes"),
    ("members", "forget_conversations"),
    ("follows", "count_new_followers"),
    ("follows", "count_gone_followers"),
    ("follows", "no_link_across_block"),
    ("connections", "no_link_across_block"),
)

FILL = """
INSERT INTO inboxes (member_id) SELECT id FROM members WHERE closed_at IS NULL;

UPDATE members SET follower_count = counted.followers
FROM (SELECT followee_id, count(*) AS followers FROM follows GROUP BY followee_id) AS counted
WHERE id = followee_id;
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS intarray")
    op.create_table(
        "companies",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("follower_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("companies_pkey")),
        sa.UniqueConstraint("handle", name=op.f("companies_handle_key")),
    )
    op.create_table(
        "administrators",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("administrators_company_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("administrators_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "member_id", name=op.f("administrators_pkey")),
    )
    op.create_index("administrators_member_id_idx", "administrators", ["member_id"], unique=False)
    op.create_table(
        "blocks",
        sa.Column("blocker_id", sa.Integer(), nullable=False),
        sa.Column("blocked_id", sa.Integer(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "handle", sa.Text(), nullable=False, comment="Of the blocked member as they were when blocked"
        ),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("photo_url", sa.Text(), nullable=True),
        sa.CheckConstraint("blocker_id <> blocked_id", name=op.f("blocks_two_members_check")),
        sa.ForeignKeyConstraint(
            ["blocked_id"], ["members.id"], name=op.f("blocks_blocked_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["blocker_id"], ["members.id"], name=op.f("blocks_blocker_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("blocks_pkey")),
    )
    op.create_index("blocks_blocked_idx", "blocks", ["blocked_id", "blocker_id"], unique=False)
    op.create_index(
        "blocks_newest_idx",
        "blocks",
        ["blocker_id", sa.literal_column("blocked_at DESC"), "blocked_id"],
        unique=False,
    )
    op.create_table(
        "company_follows",
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("notify", sa.Text(), server_default=sa.text("'HIGHLIGHTS'"), nullable=False),
        sa.Column("is_private", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_favorite", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "notify IN ('ALL', 'HIGHLIGHTS', 'NONE')", name=op.f("company_follows_notify_check")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("company_follows_company_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["members.id"], name=op.f("company_follows_follower_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follower_id", "company_id", name=op.f("company_follows_pkey")),
    )
    op.create_index(
        "company_follows_followers_idx",
        "company_follows",
        ["company_id", sa.literal_column("followed_at DESC"), "follower_id"],
        unique=False,
    )
    op.create_index(
        "company_follows_following_idx",
        "company_follows",
        ["follower_id", sa.literal_column("followed_at DESC"), "company_id"],
        unique=False,
    )
    op.create_table(
        "connection_requests",
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'PENDING'"), nullable=False),
        sa.Column("sender_state", sa.Text(), server_default=sa.text("'PENDING'"), nullable=False),
        sa.Column("ignored", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("decline_kind", sa.Text(), nullable=True),
        sa.Column("undelivered", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("lifted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reported", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("relation_type", sa.Text(), server_default=sa.text("'UNSPECIFIED'"), nullable=False),
        sa.Column("relation_detail", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), server_default=sa.text("'PROFILE'"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sender_closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders_sent", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "reminder",
            sa.Text(),
            nullable=True,
            comment="The line of the last reminder that reached the recipient",
        ),
        sa.Column("expiry_announced", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "(sender_state = 'PENDING') = (sender_closed_at IS NULL)",
            name=op.f("connection_requests_sender_closed_at_check"),
        ),
        sa.CheckConstraint(
            "(state = 'DECLINED') = (decline_kind IS NOT NULL)",
            name=op.f("connection_requests_decline_check"),
        ),
        sa.CheckConstraint(
            "(state = 'PENDING') = (closed_at IS NULL)", name=op.f("connection_requests_closed_at_check")
        ),
        sa.CheckConstraint(
            "decline_kind IN ('NOT_NOW', 'DECLINE', 'DONT_KNOW')",
            name=op.f("connection_requests_decline_kind_check"),
        ),
        sa.CheckConstraint(
            "origin IN ('PROFILE', 'SEARCH', 'SUGGESTION', 'INTRODUCTION', 'GROUP', 'EVENT', 'THIRD_PARTY')",
            name=op.f("connection_requests_origin_check"),
        ),
        sa.CheckConstraint(
            "relation_type IN ('COLLEAGUE', 'CLASSMATE', 'CLIENT', 'VENDOR', 'BUSINESS_PARTNER', 'RECRUITER', 'MET_AT_EVENT', 'GROUP_MEMBER', 'MENTOR', 'INTRODUCED', 'FRIEND', 'OTHER', 'UNSPECIFIED')",
            name=op.f("connection_requests_relation_type_check"),
        ),
        sa.CheckConstraint(
            "sender_state IN ('PENDING', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED', 'CANCELLED')",
            name=op.f("connection_requests_sender_state_check"),
        ),
        sa.CheckConstraint(
            "state IN ('PENDING', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED', 'CANCELLED')",
            name=op.f("connection_requests_state_check"),
        ),
        sa.CheckConstraint("sender_id <> recipient_id", name=op.f("connection_requests_two_members_check")),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["members.id"],
            name=op.f("connection_requests_recipient_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["members.id"], name=op.f("connection_requests_sender_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sender_id", "recipient_id", "id", name=op.f("connection_requests_pkey")),
        comment="state and closed_at are the recipient's view, sender_state and sender_closed_at the sender's",
    )
    op.create_index(
        "connection_requests_answered_idx",
        "connection_requests",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('ACCEPTED', 'DECLINED')"),
    )
    op.create_index(
        "connection_requests_expiry_idx",
        "connection_requests",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'PENDING' OR sender_state = 'PENDING'"),
    )
    op.create_index(
        "connection_requests_pending_key",
        "connection_requests",
        [
            sa.literal_column("least(sender_id, recipient_id)"),
            sa.literal_column("greatest(sender_id, recipient_id)"),
        ],
        unique=True,
        postgresql_where=sa.text("state = 'PENDING'"),
    )
    op.create_index(
        "connection_requests_received_idx",
        "connection_requests",
        ["recipient_id", sa.literal_column("sent_at DESC"), "sender_id", "id"],
        unique=False,
    )
    op.create_index(
        "connection_requests_sender_pending_key",
        "connection_requests",
        [
            sa.literal_column("least(sender_id, recipient_id)"),
            sa.literal_column("greatest(sender_id, recipient_id)"),
        ],
        unique=True,
        postgresql_where=sa.text("sender_state = 'PENDING'"),
    )
    op.create_index(
        "connection_requests_sent_idx",
        "connection_requests",
        ["sender_id", sa.literal_column("sent_at DESC"), "recipient_id", "id"],
        unique=False,
    )
    op.create_table(
        "events",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="See rules.events.EventKind"),
        sa.Column("subject", sa.Text(), nullable=False, comment="Public id of what it is about"),
        sa.Column("cause", sa.Text(), nullable=True, comment="What was done to a connection request"),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("events_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "sequence", name=op.f("events_pkey")),
    )
    op.create_index("events_occurred_at_idx", "events", ["occurred_at"], unique=False)
    op.create_table(
        "inboxes",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("inboxes_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("inboxes_pkey")),
        comment="One for each open account, made with the member by a trigger and gone when it is closed",
    )
    op.create_table(
        "lifted_blocks",
        sa.Column("blocker_id", sa.Integer(), nullable=False),
        sa.Column("blocked_id", sa.Integer(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["blocked_id"], ["members.id"], name=op.f("lifted_blocks_blocked_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["blocker_id"], ["members.id"], name=op.f("lifted_blocks_blocker_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("lifted_blocks_pkey")),
        comment="Who may not be blocked again for a while",
    )
    op.create_index("lifted_blocks_blocked_id_idx", "lifted_blocks", ["blocked_id"], unique=False)
    op.create_table(
        "mutes",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("muted_id", sa.Integer(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("member_id <> muted_id", name=op.f("mutes_two_members_check")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("mutes_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["muted_id"], ["members.id"], name=op.f("mutes_muted_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "muted_id", name=op.f("mutes_pkey")),
    )
    op.create_index("mutes_muted_id_idx", "mutes", ["muted_id"], unique=False)
    op.create_index(
        "mutes_muted_until_idx",
        "mutes",
        ["muted_until"],
        unique=False,
        postgresql_where=sa.text("muted_until IS NOT NULL"),
    )
    op.create_index(
        "mutes_newest_idx",
        "mutes",
        ["member_id", sa.literal_column("muted_at DESC"), "muted_id"],
        unique=False,
    )
    op.create_table(
        "notifications",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="See rules.events.NotificationKind"),
        sa.Column("subject", sa.Text(), nullable=False, comment="Public id of what it is about"),
        sa.Column(
            "actor_ids",
            postgresql.ARRAY(sa.Integer()),
            nullable=False,
            comment="Members behind it, newest first",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="Of the event that tells it"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("notifications_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "id", name=op.f("notifications_pkey")),
    )
    op.create_index(
        "notifications_only_actor_idx",
        "notifications",
        [sa.literal_column("(actor_ids[1])")],
        unique=False,
        postgresql_where=sa.text("cardinality(actor_ids) = 1"),
    )
    op.create_index("notifications_subject_idx", "notifications", ["member_id", "subject"], unique=False)
    op.create_index(
        "notifications_unread_key",
        "notifications",
        ["member_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "removals",
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column("remover_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("low_id < high_id", name=op.f("removals_order_check")),
        sa.CheckConstraint("remover_id IN (low_id, high_id)", name=op.f("removals_remover_check")),
        sa.ForeignKeyConstraint(
            ["high_id"], ["members.id"], name=op.f("removals_high_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["low_id"], ["members.id"], name=op.f("removals_low_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("low_id", "high_id", name=op.f("removals_pkey")),
        comment="The last end of a connection between two members who are not connected",
    )
    op.create_index("removals_high_id_idx", "removals", ["high_id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="Public id of what is reported"),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("reports_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["members.id"], name=op.f("reports_reporter_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("reports_pkey")),
    )
    op.create_index("reports_member_id_idx", "reports", ["member_id"], unique=False)
    op.create_index("reports_reporter_id_idx", "reports", ["reporter_id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column("context", sa.Text(), server_default=sa.text("'CONNECTION'"), nullable=False),
        sa.Column(
            "sender_id", sa.Integer(), nullable=True, comment="Of the request that a REQUEST_REPLY hangs on"
        ),
        sa.Column("recipient_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("last_number", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(context = 'REQUEST_REPLY') = (request_id IS NOT NULL)", name=op.f("conversations_request_check")
        ),
        sa.CheckConstraint(
            "context IN ('CONNECTION', 'REQUEST_REPLY')", name=op.f("conversations_context_check")
        ),
        sa.CheckConstraint("low_id < high_id", name=op.f("conversations_order_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("conversations_pkey")),
    )
    op.create_index(
        "conversations_connection_key",
        "conversations",
        ["low_id", "high_id"],
        unique=True,
        postgresql_where=sa.text("context = 'CONNECTION'"),
    )
    op.create_index("conversations_high_id_idx", "conversations", ["high_id"], unique=False)
    op.create_index("conversations_low_id_idx", "conversations", ["low_id"], unique=False)
    op.create_index(
        "conversations_request_key", "conversations", ["sender_id", "recipient_id", "request_id"], unique=True
    )
    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="1, 2, 3 … in each conversation"),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("messages_author_id_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("messages_conversation_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "number", name=op.f("messages_pkey")),
    )
    op.create_index("messages_author_id_idx", "messages", ["author_id"], unique=False)
    op.create_index(
        "messages_newest_idx",
        "messages",
        ["conversation_id", sa.literal_column("sent_at DESC"), sa.literal_column("(-number)")],
        unique=False,
    )
    op.add_column(
        "follows", sa.Column("origin", sa.Text(), server_default=sa.text("'MANUAL'"), nullable=False)
    )
    op.add_column(
        "follows", sa.Column("notify", sa.Text(), server_default=sa.text("'HIGHLIGHTS'"), nullable=False)
    )
    op.add_column(
        "follows", sa.Column("is_private", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "follows", sa.Column("is_favorite", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_index(
        "follows_following_idx",
        "follows",
        ["follower_id", sa.literal_column("followed_at DESC"), "followee_id"],
        unique=False,
    )
    op.add_column(
        "idempotency_keys",
        sa.Column(
            "answer",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="What the first result was made of",
        ),
    )
    op.create_index("idempotency_keys_created_at_idx", "idempotency_keys", ["created_at"], unique=False)
    op.add_column(
        "members",
        sa.Column(
            "follower_count",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Kept by a trigger",
        ),
    )
    op.add_column(
        "members",
        sa.Column(
            "requests_restricted_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="See rules.allowances",
        ),
    )
    op.create_check_constraint(op.f("members_follower_count_check"), "members", "follower_count >= 0")
    op.create_check_constraint(op.f("follows_origin_check"), "follows", "origin IN ('MANUAL', 'CONNECTED')")
    op.create_check_constraint(
        op.f("follows_notify_check"), "follows", "notify IN ('ALL', 'HIGHLIGHTS', 'NONE')"
    )
    for script in (FUNCTIONS, TRIGGERS, FILL):
        for statement in script.split(";\n\n"):
            op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    for table, trigger in TRIGGERS_ON_KEPT_TABLES:
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    op.drop_column("members", "requests_restricted_until")
    op.drop_column("members", "follower_count")
    op.drop_index("idempotency_keys_created_at_idx", table_name="idempotency_keys")
    op.drop_column("idempotency_keys", "answer")
    op.drop_index("follows_following_idx", table_name="follows")
    op.drop_column("follows", "is_favorite")
    op.drop_column("follows", "is_private")
    op.drop_column("follows", "notify")
    op.drop_column("follows", "origin")
    op.drop_index("messages_newest_idx", table_name="messages")
    op.drop_index("messages_author_id_idx", table_name="messages")
    op.drop_table("messages")
    op.drop_index("conversations_request_key", table_name="conversations")
    op.drop_index("conversations_low_id_idx", table_name="conversations")
    op.drop_index("conversations_high_id_idx", table_name="conversations")
    op.drop_index(
        "conversations_connection_key",
        table_name="conversations",
        postgresql_where=sa.text("context = 'CONNECTION'"),
    )
    op.drop_table("conversations")
    op.drop_index("reports_reporter_id_idx", table_name="reports")
    op.drop_index("reports_member_id_idx", table_name="reports")
    op.drop_table("reports")
    op.drop_index("removals_high_id_idx", table_name="removals")
    op.drop_table("removals")
    op.drop_index(
        "notifications_unread_key", table_name="notifications", postgresql_where=sa.text("read_at IS NULL")
    )
    op.drop_index("notifications_subject_idx", table_name="notifications")
    op.drop_index(
        "notifications_only_actor_idx",
        table_name="notifications",
        postgresql_where=sa.text("cardinality(actor_ids) = 1"),
    )
    op.drop_table("notifications")
    op.drop_index("mutes_newest_idx", table_name="mutes")
    op.drop_index("mutes_muted_until_idx", table_name="mutes")
    op.drop_index("mutes_muted_id_idx", table_name="mutes")
    op.drop_table("mutes")
    op.drop_index("lifted_blocks_blocked_id_idx", table_name="lifted_blocks")
    op.drop_table("lifted_blocks")
    op.drop_table("inboxes")
    op.drop_index("events_occurred_at_idx", table_name="events")
    op.drop_table("events")
    op.drop_index("connection_requests_sent_idx", table_name="connection_requests")
    op.drop_index(
        "connection_requests_sender_pending_key",
        table_name="connection_requests",
        postgresql_where=sa.text("sender_state = 'PENDING'"),
    )
    op.drop_index("connection_requests_received_idx", table_name="connection_requests")
    op.drop_index(
        "connection_requests_pending_key",
        table_name="connection_requests",
        postgresql_where=sa.text("state = 'PENDING'"),
    )
    op.drop_index(
        "connection_requests_expiry_idx",
        table_name="connection_requests",
        postgresql_where=sa.text("state = 'PENDING' OR sender_state = 'PENDING'"),
    )
    op.drop_index(
        "connection_requests_answered_idx",
        table_name="connection_requests",
        postgresql_where=sa.text("state IN ('ACCEPTED', 'DECLINED')"),
    )
    op.drop_table("connection_requests")
    op.drop_index("company_follows_following_idx", table_name="company_follows")
    op.drop_index("company_follows_followers_idx", table_name="company_follows")
    op.drop_table("company_follows")
    op.drop_index("blocks_newest_idx", table_name="blocks")
    op.drop_index("blocks_blocked_idx", table_name="blocks")
    op.drop_table("blocks")
    op.drop_index("administrators_member_id_idx", table_name="administrators")
    op.drop_table("administrators")
    op.drop_table("companies")
    for name in FUNCTION_NAMES:
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP EXTENSION intarray")
