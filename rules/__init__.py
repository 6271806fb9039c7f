"""Pure decisions about members and what they may do. Standard library only, no I/O."""
