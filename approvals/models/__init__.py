"""Who decides on what: policies with steps, requests with seats, decisions, dialogues, certifications, delegations.

This room knows subjects only as (kind, id); the rooms that own them call down and write their own state.
"""

from approvals.models.delegations import Delegation
from approvals.models.policies import Policy, Step
from approvals.models.requests import Certification, Decision, Message, Request, RequestQuerySet, Seat

__all__ = [
    "Certification",
    "Decision",
    "Delegation",
    "Message",
    "Policy",
    "Request",
    "RequestQuerySet",
    "Seat",
    "Step",
]
