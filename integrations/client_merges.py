"""What links with vendors' records say before two clients become one."""

from collections.abc import Sequence

from clients.models import Client
from clients.ports import Reference
from integrations.models import ExternalLink, Mapping

KIND = "clients.client"
NAMES = {"quickbooks": "QuickBooks", "stripe": "Stripe"}


def refusals(source_id: int, target_id: int) -> Sequence[str]:
    """Both are linked with a record of the same vendor: one client has one there, and what is posted stays posted."""
    links = ExternalLink.objects.filter(local_kind=KIND, state=ExternalLink.State.ACTIVE)
    theirs = set(links.filter(local_id=target_id).values_list("provider", "account_id"))
    both = theirs & set(links.filter(local_id=source_id).values_list("provider", "account_id"))
    if not both:
        return []
    names = dict(Client.objects.filter(pk__in=[source_id, target_id]).values_list("pk", "name"))
    return [
        f"{names[source_id]} and {names[target_id]} are two customers in {NAMES.get(provider, provider)}. "
        f"Merge them there, then cut the link of {names[source_id]}."
        for provider, _ in sorted(both)
    ]


def references(source_id: int, target_id: int) -> Sequence[Reference]:
    """Links and mappings of the source; a link that was cut stays as the history that it is."""
    links = ExternalLink.objects.filter(local_kind=KIND, local_id=source_id).exclude(
        state__in=[ExternalLink.State.SEVERED, ExternalLink.State.DELETED]
    )
    known = Mapping.objects.filter(local_kind=KIND, local_id=target_id)
    taken = set(known.values_list("provider", "account_id"))
    mappings = [
        mapping.pk
        for mapping in Mapping.objects.filter(local_kind=KIND, local_id=source_id)
        if (mapping.provider, mapping.account_id) not in taken
    ]
    return [
        Reference(
            "integrations_externallink",
            "local_id",
            list(links.values_list("pk", flat=True)),
            "links with vendors",
        ),
        Reference("integrations_mapping", "local_id", mappings, "mappings"),
    ]


def undo_refusals(merge_id: int) -> Sequence[str]:
    """Nothing: a link that changed since stays as it is now."""
    return []


def take_along(merge_id: int) -> None:
    """Nothing: links name the rows themselves."""
