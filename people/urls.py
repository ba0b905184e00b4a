"""Pages of people."""

from django.urls import path

from people.views import profile

app_name = "people"
urlpatterns = [
    path("me/", profile.profile, name="profile"),
    path("me/theme/", profile.theme, name="theme"),
]
