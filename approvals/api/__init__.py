"""Policies and delegations for programs, and how dialogues look in the routes of every room."""

from approvals.api.policies import routes as routes
