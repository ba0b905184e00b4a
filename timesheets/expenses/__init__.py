"""Expenses: recording, submitting, deciding, paying back, and what their pages read."""
