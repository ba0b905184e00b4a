"""The legal entities of the firm: the default one, and those among which one chooses."""

from people.models import LegalEntity


def default_entity() -> LegalEntity:
    """The one that bills where no other was chosen. One statement."""
    return LegalEntity.objects.order_by("-is_default", "pk")[0]


def like_the_default() -> LegalEntity:
    """What a form for another one begins with; not saved. One statement."""
    usual = default_entity()
    return LegalEntity(
        currency=usual.currency, time_zone=usual.time_zone, paper=usual.paper, country=usual.country
    )


def active_entities() -> list[LegalEntity]:
    """Those that bill, the default one first. One statement."""
    return list(LegalEntity.objects.filter(is_active=True).order_by("-is_default", "name"))


def all_entities() -> list[LegalEntity]:
    """All, also those that bill no more, the default one first. One statement."""
    return list(LegalEntity.objects.order_by("-is_default", "-is_active", "name"))


def entities_to_choose() -> list[LegalEntity]:
    """What a list is narrowed by: all where the firm has several, else none. One statement."""
    found = all_entities()
    return found if len(found) > 1 else []
