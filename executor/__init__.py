"""Runs GraphQL operations level by level; knows GraphQL and Strawberry, and nothing of the domain."""
