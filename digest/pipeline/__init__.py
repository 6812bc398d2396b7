"""The imperative shell, a module for each verb: ask the store, call a stage, write the store."""
