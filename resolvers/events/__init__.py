"""The log of a member, as the member reads it."""
