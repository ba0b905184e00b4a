"""Sign-in, sign-out and passwords by allauth; public sign-up and e-mail management are closed."""

from allauth.account import views
from allauth.mfa.base import views as second_step
from django.urls import path, re_path

from people.guards import before_second_factor, open_page, signed_in
from people.views.confirm import passkey_sign_in

# Whoever asks for these is not signed in yet, or not any more; allauth limits how often.
door = open_page("sign-in, sign-out and forgotten passwords; limited by allauth")

urlpatterns = [
    path("sign-in/", door(views.login), name="account_login"),
    path("sign-out/", door(views.logout), name="account_logout"),
    path("second-step/", door(second_step.authenticate), name="mfa_authenticate"),
    path("passkey/", door(passkey_sign_in), name="mfa_login_webauthn"),
    path(
        "password/change/",
        before_second_factor(signed_in(views.password_change)),
        name="account_change_password",
    ),
    path("password/reset/", door(views.password_reset), name="account_reset_password"),
    path("password/reset/sent/", door(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        door(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        door(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("inactive/", door(views.account_inactive), name="account_inactive"),
]
