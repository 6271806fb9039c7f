"""People whom the viewer may know: found by `candidates`, shown by `lists`."""
