"""Pages of people and of the firm's settings."""

from django.urls import path

from people.views import firm, lists, person, profile, roles, team, tokens

app_name = "people"
urlpatterns = [
    path("", team.people, name="people"),
    path("invite/", team.invite, name="invite"),
    path("invitations/<int:pk>/resend/", team.resend, name="resend"),
    path("invitations/<int:pk>/revoke/", team.revoke, name="revoke"),
    path("join/<str:token>/", team.accept, name="accept-invitation"),
    path("me/", profile.profile, name="profile"),
    path("me/tokens/", tokens.tokens, name="tokens"),
    path("me/tokens/new/", tokens.new, name="token-new"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
    path("me/theme/", profile.theme, name="theme"),
    path("<int:pk>/", person.person, name="person"),
    path("<int:pk>/roles/", person.roles, name="person-roles"),
    path("<int:pk>/deactivate/", person.deactivation, name="deactivate"),
    path("<int:pk>/reactivate/", person.reactivation, name="reactivate"),
    path("logo/", firm.logo, name="logo"),
    path("firm/", firm.firm, name="firm"),
    path("firm/logo/", firm.logo_upload, name="logo-upload"),
    path("firm/hours/", firm.patterns, name="patterns"),
    path("firm/hours/new/", firm.pattern, name="pattern-new"),
    path("firm/hours/<int:pk>/", firm.pattern, name="pattern"),
    path("firm/hours/<int:pk>/remove/", firm.pattern_removal, name="pattern-removal"),
    path("firm/holidays/", firm.holidays, name="holidays"),
    path("firm/holidays/<int:pk>/remove/", firm.holiday_removal, name="holiday-removal"),
    path("firm/roles/", roles.roles, name="roles"),
    path("firm/roles/new/", roles.role, name="role-new"),
    path("firm/roles/<int:pk>/", roles.role, name="role"),
    path("firm/roles/<int:pk>/remove/", roles.role_removal, name="role-removal"),
    path("firm/lists/", lists.lists, name="lists"),
    path("firm/lists/<slug:kind>/", lists.lists, name="list-add"),
    path("firm/lists/<slug:kind>/<int:pk>/rename/", lists.renaming, name="list-rename"),
    path("firm/lists/<slug:kind>/<int:pk>/remove/", lists.removal, name="list-removal"),
]
