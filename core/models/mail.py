"""Mail: at most once for (kind, person, subject, day)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from core.models.files import StoredFile


class MailQuerySet(models.QuerySet["Mail"]):
    def to_look_at(self) -> "MailQuerySet":
        """Mails that a person must decide about. A reminder that may have left is dropped silently."""
        return self.filter(
            models.Q(state=Mail.State.FAILED) | models.Q(state=Mail.State.UNSURE, is_reminder=False)
        )

    def about(self, thing: models.Model) -> "MailQuerySet":
        """Mails that belong to one thing, the latest first."""
        return self.filter(related_kind=thing._meta.label_lower, related_id=str(thing.pk)).order_by("-id")


class Mail(models.Model):
    """One mail. It is claimed and committed before SMTP: claimed and never confirmed is *unsure*, not sent again."""

    class State(models.TextChoices):
        QUEUED = "QUEUED", "Waiting"
        CLAIMED = "CLAIMED", "Sending"
        SENT = "SENT", "Sent"
        UNSURE = "UNSURE", "Not sure that it left"
        FAILED = "FAILED", "Refused"
        CANCELED = "CANCELED", "Canceled"

    kind = models.CharField(max_length=60)
    to = ArrayField(models.EmailField())
    cc = ArrayField(models.EmailField(), default=list)
    reply_to = ArrayField(models.EmailField(), default=list)
    from_name = models.CharField(max_length=120, blank=True)
    person_key = models.CharField(max_length=320)
    subject_key = models.CharField(max_length=160)
    day = models.DateField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.ManyToManyField(StoredFile, related_name="+")
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    is_reminder = models.BooleanField(default=False)
    # Holds a link that lets somebody in: its words are not kept once it has left.
    is_secret = models.BooleanField(default=False, db_default=False)
    not_before = models.DateTimeField()
    generation = models.PositiveIntegerField(default=1)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    # It left, and came back: the far side's words.
    bounced_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=400, blank=True, default="", db_default="")
    related_kind = models.CharField(max_length=80, blank=True)
    related_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = MailQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "person_key", "subject_key", "day"], name="core_mail_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["QUEUED", "CLAIMED", "SENT", "UNSURE", "FAILED", "CANCELED"]),
                name="core_mail_state",
            ),
            models.CheckConstraint(condition=models.Q(to__len__gt=0), name="core_mail_has_recipient"),
            models.CheckConstraint(
                condition=models.Q(bounced_at=None) | models.Q(state__in=["SENT", "UNSURE"]),
                name="core_mail_bounced_has_left",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["related_kind", "related_id", "-id"], name="core_mail_related"),
            models.Index(
                fields=["state"],
                condition=models.Q(state__in=["UNSURE", "FAILED"]),
                name="core_mail_to_look_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {', '.join(self.to)}"
