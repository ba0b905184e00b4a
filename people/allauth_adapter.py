"""allauth's door: public sign-up is closed, people join by invitation; mails leave through core.mail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core import clock, hosts
from core.compiled import Compiled
from people.models import User
from people.reminding import send_reset_link
from people.warning import tell_of_change

PERSON: Compiled[User] = Compiled(
    lambda user_id: User.objects.select_related("staff__job_title").filter(pk=user_id), user_id=int
)


class SignIn(AuthenticationBackend):
    """Signs in by e-mail. Whoever a session belongs to comes with their staff member, which every page asks for."""

    def get_user(self, user_id: int) -> User | None:
        user = PERSON.first(user_id=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-mail and password do not match.",
        "enter_current_password": "This is not your present password.",
        "incorrect_password": "This is not your present password.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, or reset your password.",
        "invalid_password_reset": "This link was used already or is too old.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only this firm's own host. allauth would allow every host of ours, and so other firms'."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={self.request.get_host()})

    def get_reset_password_from_key_url(self, key: str) -> str:
        # Not from the request's Host header: the firm's own address, whoever asks.
        return hosts.firm_url(f"/account/password/reset/key/{key}/")

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        send_reset_link(person=user, url=context["password_reset_url"], at=clock.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing else is mailed: not to addresses that nobody here has, and no notice of sign-ins."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:profile")


def tell_of_password(sender: object, user: User, **facts: Any) -> None:
    """Receiver of allauth's facts about passwords: whoever has another one is told."""
    tell_of_change(sender, user, "Your password was changed", user, clock.now())
