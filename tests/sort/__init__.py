"""Tests of the sort stage."""
