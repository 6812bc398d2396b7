"""From a source and its state to documents and items; one module for each kind of source."""
