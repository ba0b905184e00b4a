"""The sign-in identity."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.crypto import salted_hmac

from people.models.reading import HoursStyle
from people.models.roles import Role

if TYPE_CHECKING:
    from people.models.staff import StaffMember


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail; e-mail addresses are compared without case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Who signs in. A User without a StaffMember sees no staff page."""

    class Theme(models.TextChoices):
        AUTO = "auto", "As the system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    HoursStyle = HoursStyle

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    roles = models.ManyToManyField(Role, related_name="users", blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    hours_style = models.CharField(max_length=10, choices=HoursStyle.choices, default=HoursStyle.DECIMAL)
    # Part of what a session is signed with: raising it ends all sessions of the person, for good.
    session_generation = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects: ClassVar = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="people_user_email_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        signed = f"{self.password}:{self.session_generation}"
        return salted_hmac("people.User.session", signed, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def rights(self) -> frozenset[str]:
        """All rights of the person's roles; read once for each loaded user."""
        return frozenset(right for role in self.roles.all() for right in role.rights)

    @cached_property
    def is_owner(self) -> bool:
        """Whether the person holds the owner's role."""
        return any(role.is_owner for role in self.roles.all())

    @cached_property
    def staff_member(self) -> "StaffMember | None":
        """The staff member that signs in as this user, with job title, or None. One query, none if loaded along."""
        related = User._meta.get_field("staff")
        if related.is_cached(self):
            return getattr(self, "staff", None)
        members = cast("models.QuerySet[StaffMember]", related.related_model._default_manager.all())
        return members.select_related("job_title").filter(user=self).first()
