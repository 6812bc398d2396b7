"""Tests of digest.markup."""
