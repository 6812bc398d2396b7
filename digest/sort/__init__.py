"""Items become tags, stories and ranks. Values in, values out: no store, no clock, no network."""
