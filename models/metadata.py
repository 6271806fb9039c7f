"""What all tables share: the metadata with its naming of constraints, and columns that recur."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Integer, MetaData, Text, func, text

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)


def member_key(name: str = "member_id", *, primary_key: bool = True) -> Column[int]:
    """A reference to the member whose data the row is; the row goes with the member."""
    member = ForeignKey("members.id", ondelete="CASCADE")
    return Column(name, Integer, member, primary_key=primary_key, nullable=False)


def instant(name: str) -> Column[object]:
    """An instant that is the transaction's where none is given."""
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def choice(name: str, default: StrEnum) -> Column[str]:
    """A text that is one of an enum's values."""
    return Column(name, Text, nullable=False, server_default=text(f"'{default.value}'"))


def one_of(name: str, values: type[StrEnum]) -> CheckConstraint:
    """The constraint that a `choice` holds one of the enum's values."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{name} IN ({listed})", name=name)
