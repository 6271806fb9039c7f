"""Introductions: asking for one, every other move of its life, and reading them.

A move locks all three, whom the public id names, reads the introduction as it is then, lets
`rules.introductions` decide, and writes the change and who is told of it in the same transaction.
"""
