"""What an operation is compiled to, and how that runs: whole levels of rows become levels of the response."""
