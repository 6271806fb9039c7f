"""Who is asking, and who may see what."""
