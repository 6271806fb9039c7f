"""How a field gets its values and how a mutation is carried out: gather, ask the rule, write."""
