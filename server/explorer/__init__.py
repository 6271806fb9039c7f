"""The explorer at `/`: GraphiQL, where a person reads the schema and tries operations.

GraphiQL 4.1.2, because it is the newest release with everything in one script: version 5 ships unbundled
modules, which need a bundler and web workers; 3.8.3 is one script too, but three times as large. It takes
React as a global, and React 18 is the last release that has such a script. Neither evaluates text as code,
so the page's Content-Security-Policy does without `unsafe-eval`.

Subscriptions are event streams, through `graphql-sse`. GraphiQL has a client for sockets inside, but that one
tries a token that is no good again for half a minute before it says so.
"""

from server.explorer.page import routes

__all__ = ["routes"]
