"""What a person signs in with besides the password."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from allauth.mfa.models import Authenticator

from people.models import Role, User


@dataclass(frozen=True)
class Passkey:
    """A key of a device or a password manager."""

    pk: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class SecondFactors:
    """Everything of one person. Recovery codes alone are none: they stand in for what was lost."""

    app: Authenticator | None = None
    passkeys: Sequence[Passkey] = field(default_factory=tuple)
    codes_left: int = 0

    @property
    def has_any(self) -> bool:
        return self.app is not None or bool(self.passkeys)

    @property
    def count(self) -> int:
        return len(self.passkeys) + (self.app is not None)

    @property
    def words(self) -> str:
        """What there is, in words; empty without any."""
        parts = ["authenticator app"] if self.app else []
        if self.passkeys:
            parts.append("1 passkey" if len(self.passkeys) == 1 else f"{len(self.passkeys)} passkeys")
        return " and ".join(parts)


def factors_of(user: User) -> SecondFactors:
    """The second factors of one person. One statement."""
    found = list(Authenticator.objects.filter(user=user).order_by("pk"))
    by_type = {row.type: row for row in found}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return SecondFactors(
        app=by_type.get(Authenticator.Type.TOTP),
        passkeys=[
            Passkey(row.pk, row.data["name"], row.created_at, row.last_used_at)
            for row in found
            if row.type == Authenticator.Type.WEBAUTHN
        ],
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
    )


def has_passkey(user: User) -> bool:
    """Whether the person can sign with a passkey. One statement."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()


def has_second_factor(user: User) -> bool:
    """Whether signing in takes a second step. One statement."""
    others = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return others.filter(user=user).exists()


def requiring_role(user: User) -> Role | None:
    """The role for whose sake the person needs a second factor, if any."""
    return Role.objects.filter(users=user, requires_second_factor=True).first()


def is_missing(user: User) -> bool:
    """Whether a role of the person asks for a second factor that they have not set up."""
    return requiring_role(user) is not None and not has_second_factor(user)
