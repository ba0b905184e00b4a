"""Tags and filters of every page: icons, fields, states, bars, amounts, hours, days. A builtin, no load tag needed."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, Form, widgets
from django.template.context import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from core.icons import icon_svg
from core.locales import active_locale, written_day, written_moment
from core.minutes import format_clock, format_decimal
from core.money import format_amount, format_number, format_rate, places

register = template.Library()

BLANK = "–"
# Filters take "" too: a template turns a missing name into an empty text.


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """{% icon "note" %} draws the icon; css="ic" adds classes, label="Has a note" gives it a voice."""
    return icon_svg(name, css=css, label=label)


# ---- amounts, hours, days ----------------------------------------------------------------------------------------


@register.filter
def money(value: Decimal | int | str | None, currency: str) -> str:
    """{{ 1234.5|money:"USD" }} → $1,234.50; negative amounts carry a true minus; nothing is a dash.

    As the active language writes it: staff screens in US English, a client's pages in the client's language.
    """
    if value is None or value == "":
        return BLANK
    return format_amount(Decimal(value), currency, active_locale()).replace("-", "−")


@register.filter
def rate(value: Decimal | None, currency: str) -> str:
    """A price for an hour, with as many decimals as it has: {{ 152.375|rate:"USD" }} → $152.375; nothing is a dash."""
    return BLANK if value is None else format_rate(value.normalize(), currency)


@register.filter
def amount(value: Decimal | int | str | None, currency: str = "USD") -> str:
    """The number alone, for columns whose head names the currency: {{ 1234.5|amount:"USD" }} → 1,234.50."""
    return (
        BLANK
        if value is None or value == ""
        else format_number(Decimal(value), places(currency)).replace("-", "−")
    )


@register.filter
def number(value: Decimal | None) -> str:
    """Without zeros at its end: {{ quantity|number }} → 12.5 for 12.5000, 30 for 30.00; nothing is a dash."""
    return BLANK if value is None else f"{value.normalize():f}"


@register.filter
def hours(minutes: int | str | None, style: Any = "decimal") -> str:
    """{{ 90|hours }} → 1.50, {{ 90|hours:"clock" }} → 1:30, {{ 90|hours:request.user }} as that person prefers."""
    if minutes is None or isinstance(minutes, str):
        return BLANK
    wanted = style if isinstance(style, str) else getattr(style, "hours_style", "decimal")
    return _hours(minutes, wanted.lower() == "clock")


@lru_cache(maxsize=4096)
def _hours(minutes: int, is_clock: bool) -> SafeString:
    """Digits and signs alone, so there is nothing to escape. Pages and answers write the same few numbers all day."""
    text = format_clock(abs(minutes)) if is_clock else f"{Decimal(format_decimal(abs(minutes))):,}"
    return SafeString(f"−{text}" if minutes < 0 else text)


DAY_STYLES = {
    "day": "{0:%a} {0.day}",
    "month": "{0:%a} {0.day} {0:%b}",
    "date": "{0.day} {0:%b} {0.year}",
    "full": "{0:%A} {0.day} {0:%B} {0.year}",
}


@register.filter
def day(value: datetime.date | datetime.datetime | None, style: str = "day") -> str:
    """Wed 25; "month" Wed 25 Nov; "date" 25 Nov 2026; "full" Wednesday 25 November 2026. An instant is read in the
    person's time zone."""
    if not value:
        return BLANK
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return DAY_STYLES[style].format(value)


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """25 Nov 2026, 14:05, in the person's time zone."""
    if not value:
        return BLANK
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{DAY_STYLES['date'].format(local)}, {local:%H:%M}"


@register.filter
def written(value: datetime.date | None, style: str = "long") -> str:
    """A date for clients, in their language: {{ invoice.due_on|written }}; "medium" is shorter, "full" adds the day of
    the week. An instant comes with its time."""
    if not value:
        return BLANK
    if isinstance(value, datetime.datetime):
        return written_moment(value)
    return written_day(value, style if style in ("medium", "full") else "long")  # type: ignore[arg-type]


@register.filter
def initials(name: str) -> str:
    """Tomás Almeida → TA, Hartwell & Moss → HM, Northgate → NO."""
    words = [word for word in str(name or "").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]).upper()


@register.filter
def first_word(text: str) -> str:
    """Dana Ruiz → Dana, for greetings."""
    return next(iter(str(text or "").split()), "")


# ---- states and bars ---------------------------------------------------------------------------------------------


@register.inclusion_tag("core/state.html")
def state(kind: str, icon: str, words: str, bare: bool = False) -> dict[str, Any]:
    """{% state "ok" "check" "Approved" %}; kind is "", "wait", "ok", "warn" or "bad"; bare=True leaves the pill out."""
    return {"kind": kind, "icon_name": icon, "words": words, "bare": bare}


def percent(value: Any, whole: Any) -> Decimal:
    """The share of `value` in `whole`, between 0 and 100, two places (cut, not rounded: it is a width)."""
    value, whole = Decimal(value or 0), Decimal(whole or 0)
    if whole <= 0:
        return Decimal(100) if value > 0 else Decimal(0)
    share = max(Decimal(0), min(Decimal(100), value * 100 / whole))
    return Decimal(int(share * 100)) / 100


def segment(start: Decimal, width: Decimal, fill: str) -> dict[str, str]:
    """One rectangle; its numbers are texts, because a template would write them in the reader's language."""
    return {"start": str(start), "width": str(width), "fill": fill}


@register.inclusion_tag("core/bar.html")
def bar(value: Any, whole: Any, label: str, fill: str = "1", css: str = "") -> dict[str, Any]:
    """{% bar used budget label="Budget used" fill="warn" %}: one rectangle; fill is 1 to 4, ok, warn or bad."""
    return {
        "segments": [segment(Decimal(0), percent(value, whole), fill)],
        "label": label,
        "css": css,
    }


@register.inclusion_tag("core/bar.html")
def bars(parts: Iterable[tuple[Any, str]], whole: Any, label: str, css: str = "") -> dict[str, Any]:
    """{% bars parts whole label="Age" %}: stacked rectangles; parts are (value, fill) pairs, left to right."""
    segments: list[dict[str, str]] = []
    start = Decimal(0)
    for value, fill in parts:
        width = min(percent(value, whole), 100 - start)
        if width > 0:
            segments.append(segment(start, width, fill))
            start += width
    return {"segments": segments, "label": label, "css": css}


# ---- fields ------------------------------------------------------------------------------------------------------

SELECTS = (widgets.Select, widgets.SelectMultiple)
CHOICES = (widgets.RadioSelect, widgets.CheckboxSelectMultiple)


def control_css(widget: widgets.Widget) -> str:
    """The class of the control itself."""
    if isinstance(widget, (*CHOICES, widgets.CheckboxInput)):
        return "form-check-input"
    return "form-select" if isinstance(widget, SELECTS) else "form-control"


def control_attrs(bound: BoundField, options: dict[str, Any], described_by: str) -> dict[str, Any]:
    """Attributes for the control: class, state of the error, links to hint and error, what the tag was given."""
    widget = bound.field.widget
    css = [str(widget.attrs.get("class", "")), control_css(widget), "is-invalid" if bound.errors else ""]
    attrs: dict[str, Any] = {"class": " ".join(part for part in css if part)}
    if described_by:
        attrs["aria-describedby"] = described_by
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if options.get("picker"):
        attrs["data-picker"] = ""
        if empty := options.get("placeholder") or getattr(bound.field, "empty_label", ""):
            attrs["data-picker-placeholder"] = str(empty)
    if options.get("money"):
        attrs.update({"data-money": "", "inputmode": "decimal", "autocomplete": "off"})
    for name in ("autofocus", "readonly", "disabled"):
        if options.get(name):
            attrs[name] = True
    for name in ("placeholder", "autocomplete", "inputmode"):
        if options.get(name):
            attrs[name] = options[name]
    return attrs


@register.inclusion_tag("core/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """{% field form.name %}: label, control, hint or error.

    Options: label, hint, prefix, suffix (words beside the control), picker=True, money=True, placeholder,
    autocomplete, inputmode, autofocus, readonly, disabled, optional=False (hides the mark), hide_label=True.
    """
    if not isinstance(bound, BoundField):
        raise template.TemplateSyntaxError(f"{{% field %}} needs a field of a form, not {bound!r}.")
    widget = bound.field.widget
    hint = options.get("hint", bound.help_text)
    has_error = bool(bound.errors)
    described_by = f"{bound.auto_id}_error" if has_error else f"{bound.auto_id}_hint" if hint else ""
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=control_attrs(bound, options, described_by)),
        "label": options.get("label", bound.label),
        "hint": hint,
        "prefix": options.get("prefix", ""),
        "suffix": options.get("suffix", ""),
        "hide_label": options.get("hide_label", False),
        "is_optional": options.get("optional", not bound.field.required),
        "is_choices": isinstance(widget, CHOICES),
        "is_check": isinstance(widget, widgets.CheckboxInput),
        "is_hidden": bound.is_hidden,
        "choices_attrs": {"class": "form-check-input"},
    }


@register.simple_tag(takes_context=True)
def ids_of_a_dialog(context: Context) -> str:
    """Fields of a dialog are named apart from those of the page behind it, on which the same field may stand."""
    form = context.get("form")
    if isinstance(form, BaseForm) and form.auto_id == "id_%s":
        form.auto_id = "dialog_%s"
    return ""


@register.inclusion_tag("core/form_errors.html")
def form_errors(form: Form) -> dict[str, Any]:
    """{% form_errors form %}: what belongs to no single field, and hidden fields' errors, as a notice."""
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    return {"errors": [*form.non_field_errors(), *hidden]}


@register.simple_tag(takes_context=True)
def current(context: Context, url: str) -> str:
    """The attribute of a link to the page one is on: <a {% current url %}>."""
    request = context.get("request")
    is_here = request is not None and request.path == url
    return SafeString('aria-current="page"') if is_here else ""
