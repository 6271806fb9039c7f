"""`rapport import`: members, connections and follows from CSV files."""
