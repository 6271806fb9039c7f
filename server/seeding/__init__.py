"""`rapport seed`: a network that looks like a real one, the same for the same seed. All of it is made up."""
