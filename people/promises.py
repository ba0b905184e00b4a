"""What the database refuses in this room, in words."""

from core.promises import register

register(
    "people_no_manager_circle",
    "They would end up managing themselves. Choose another manager.",
    field="manager",
)
register(
    "people_nobody_manages_themselves", "Nobody manages themselves. Choose another manager.", field="manager"
)
register(
    "people_keep_an_owner",
    "A firm needs an owner. Give somebody else the owner's role first.",
    field="roles",
)
register("people_one_open_invitation", "This person is invited already.", field="email")
register("people_user_email_once", "Somebody else signs in with this e-mail.", field="email")
register("people_user_email_key", "Somebody else signs in with this e-mail.", field="email")
register("people_starts_before_it_ends", "The last day is before the first.", field="ends_on")
register("people_employee_number_once", "Somebody else has this employee number.", field="employee_number")
register("people_holiday_once", "This day is a holiday there already.", field="on")
register("people_mark_color_is_hex", "Choose a color.", field="mark_color")
register("people_currency_is_a_code", "Choose a currency of the list.", field="currency")
for _table in ("role", "workingpattern", "office", "department", "jobtitle"):
    register(f"people_{_table}_name_key", "There is one of this name already.", field="name")
register("people_pattern_once_a_day", "Other hours begin on this day already.", field="starts_on")
register("people_subdivision_needs_country", "Choose the country first.", field="subdivision")
register("people_entity_country_is_a_code", "Choose a country of the list.", field="country")
register(
    "people_iban_is_one", "This is not an IBAN. It begins with two letters and two digits.", field="iban"
)
register("people_entity_name_once", "Another legal entity has this name already.", field="name")
register(
    "people_default_entity_is_active",
    "This is the default, which bills every client without another. Make another one the default first.",
)
register("people_one_default_entity", "Somebody else changed the default just now. Look at what is there.")
register(
    "people_entities_share_a_currency",
    "The firm keeps its books in one currency, so all of its legal entities have it.",
    field="currency",
)
