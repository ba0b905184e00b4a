"""The firm as its mails and client pages show it."""

from people.models import LegalEntity


def letterhead(entity: LegalEntity | None = None) -> dict[str, str]:
    """`firm_name`, `firm_initials` and `firm_address_line` for mail/base.html and client.html."""
    entity = entity or LegalEntity.objects.filter(is_default=True).first()
    if entity is None:
        return {"firm_name": "", "firm_initials": "", "firm_address_line": ""}
    lines = [entity.name, *entity.address.splitlines()]
    return {
        "firm_name": entity.name,
        "firm_initials": entity.mark,
        "firm_address_line": ", ".join(line.strip() for line in lines if line.strip()),
    }
