"""What clients may ask: types, inputs, enums and errors. Declarations that read like SDL."""
