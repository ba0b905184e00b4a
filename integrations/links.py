"""One of our records and the one record of a vendor that it belongs to."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from core import promises
from core.errors import Refusal
from integrations.models import ExternalLink

State = ExternalLink.State


class LinkedAlready(Refusal):
    """The vendor's record belongs to another of ours; `facts` hold its `local_kind` and `local_id`."""

    status = 409
    sentence = "That record is linked with another one of yours already. Cut that link first."


promises.register("integrations_local_once", "Somebody else linked this just now. Look at what is there.")
promises.register("integrations_remote_once", LinkedAlready)


def links_of(
    provider: str, account_id: str, local_kind: str, ids: Collection[int] | None = None
) -> dict[int, ExternalLink]:
    """The links in use, by our ids. One statement."""
    links = ExternalLink.objects.filter(
        provider=provider, account_id=account_id, local_kind=local_kind, state=State.ACTIVE
    )
    if ids is not None:
        links = links.filter(local_id__in=ids)
    return {link.local_id: link for link in links}


def link(
    *,
    provider: str,
    account_id: str,
    local_kind: str,
    local_id: int,
    remote_type: str,
    remote_id: str,
    version: str = "",
    image: Mapping[str, Any] | None = None,
) -> ExternalLink:
    """Links the two, in the caller's transaction or its own; repeating it keeps the newest image.

    A link of ours with another record is cut. Raises LinkedAlready for a record that belongs to another of ours.
    """
    with promises.promises(), transaction.atomic():
        mine = ExternalLink.objects.select_for_update().filter(provider=provider, account_id=account_id)
        found = mine.filter(remote_type=remote_type, remote_id=remote_id).first()
        if found is None:
            found = ExternalLink(
                provider=provider, account_id=account_id, remote_type=remote_type, remote_id=remote_id
            )
        elif found.state in (State.ACTIVE, State.INACTIVE) and not _is_for(found, local_kind, local_id):
            raise LinkedAlready(local_kind=found.local_kind, local_id=found.local_id)
        mine.filter(
            local_kind=local_kind, local_id=local_id, state__in=[State.ACTIVE, State.INACTIVE]
        ).exclude(pk=found.pk).update(state=State.SEVERED)
        found.local_kind, found.local_id, found.state = local_kind, local_id, State.ACTIVE
        keep_image(found, version, image or {})
        found.save()
    return found


def keep_image(link: ExternalLink, version: str, image: Mapping[str, Any]) -> None:
    """Sets the record as it is there now on the link, and keeps how it was before; the caller saves."""
    if link.pk and link.remote_image and version != link.remote_version:
        link.prior_image = link.remote_image
    link.remote_version, link.remote_image = version, dict(image)


def _is_for(link: ExternalLink, local_kind: str, local_id: int) -> bool:
    return (link.local_kind, link.local_id) == (local_kind, local_id)
