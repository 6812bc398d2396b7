"""sources.yaml -> Config. An error names file, line, key and what was expected."""
