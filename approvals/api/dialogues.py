"""What was asked and answered, as the routes of every room show and take it."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from approvals.asking import LONGEST
from approvals.history import Dialogue
from core.api import Wish

Text = Annotated[str, Field(max_length=LONGEST)]


class SaidRow(Schema):
    """A question of an approver, an answer or reply of the owner, or the reason of the latest return."""

    kind: Literal["question", "answer", "return"]
    by_name: str
    at: datetime
    text: str


class TextWish(Wish):
    text: Text


def said_rows(dialogue: Dialogue) -> list[SaidRow]:
    """The dialogue, as it came."""
    return [SaidRow.model_validate(said, from_attributes=True) for said in dialogue.said]
