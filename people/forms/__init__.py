"""Forms of people: parse and clean, never write."""

from people.forms.profile import ProfileForm

__all__ = ["ProfileForm"]
