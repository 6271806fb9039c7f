"""Every read of the database (credentials excepted), and the only door to each kind of row."""
