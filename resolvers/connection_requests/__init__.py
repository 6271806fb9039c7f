"""Connection requests: sending one, every other move of its life, and reading them.

A move locks both members, reads the request as it is then, lets `rules.connection_requests` decide, and
writes the change, what follows from it and who is told of it in the same transaction.
"""
