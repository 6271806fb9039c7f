"""Conversations and messages: reading them, writing, changing, and telling that one has read or types.

Every message is written by `writing.write`, whichever mutation it comes with.
"""
