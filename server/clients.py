"""What a request says of the client that sent it."""

from starlette.requests import HTTPConnection

from loaders.context import KnownClient
from rules.languages import Language, preferred


class RequestClient:
    """A client by the headers of its request, which are read when they are asked for."""

    __slots__ = ("_request",)

    def __init__(self, request: HTTPConnection) -> None:
        self._request = request

    @property
    def address(self) -> str:
        """Its IP address, or that which a trusted proxy tells; empty on a socket of the file system."""
        sender = self._request.scope.get("client")
        return sender[0] if sender else ""

    @property
    def user_agent(self) -> str | None:
        """What it calls itself."""
        return self._request.headers.get("user-agent")

    @property
    def language(self) -> Language:
        """The language in which it wants texts that are ready to show."""
        return preferred(self._request.headers.get("accept-language"))

    def known(self) -> KnownClient:
        """The same for a client that stays connected, without the request."""
        return KnownClient(self.address, self.user_agent, self.language)
