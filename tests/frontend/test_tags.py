"""Tags and filters of the templates, and the form fields that read money and hours."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, Engine
from django.test import override_settings

from core.forms import AmountField, MinutesField
from core.icons import UnknownIcon, icon_svg
from core.templatetags import psa

ENGINE = Engine.get_default


def rendered(source: str, **context: Any) -> str:
    return ENGINE().from_string(source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('{{ amount|money:"USD" }}', "$1,234.50"),
        ('{{ less|money:"USD" }}', "−$720.00"),
        ('{{ amount|money:"JPY" }}', "¥1,235"),
        ("{{ amount|amount }}", "1,234.50"),
        ('{{ nothing|money:"USD" }}', "–"),
        ("{{ 90|hours }}", "1.50"),
        ('{{ 90|hours:"clock" }}', "1:30"),
        ("{{ 90|hours:person }}", "1:30"),
        ("{{ minus|hours }}", "−1.00"),
        ("{{ on|day }}", "Wed 25"),
        ('{{ on|day:"month" }}', "Wed 25 Nov"),
        ('{{ on|day:"date" }}', "25 Nov 2026"),
        ('{{ on|day:"full" }}', "Wednesday 25 November 2026"),
        ("{{ at|moment }}", "25 Nov 2026, 14:05"),
        ('{{ "Tomás Almeida"|initials }}', "TA"),
        ('{{ "Hartwell & Moss"|initials }}', "HM"),
        ('{{ "Northgate"|initials }}', "NO"),
        ('{{ ""|initials }}', "?"),
    ],
)
def test_words_and_numbers(source: str, shown: str) -> None:
    class Person:
        hours_style = "clock"

    at = datetime.datetime(2026, 11, 25, 14, 5, tzinfo=datetime.UTC)
    context = {"amount": Decimal("1234.5"), "less": Decimal(-720), "minus": -60, "on": at.date(), "at": at}
    assert rendered(source, person=Person(), **context) == shown


def test_state_has_icon_words_and_colour() -> None:
    html = rendered('{% state "bad" "alert-circle" words %}', words="Overdue <12 d>")
    assert 'class="state state-bad"' in html
    assert "ti-alert-circle" in html
    assert "Overdue &lt;12 d&gt;" in html


def test_bar_stays_within_its_frame() -> None:
    assert 'width="100"' not in rendered('{% bar 118 100 label="Used" fill="bad" %}')
    assert 'width="100%"' in rendered('{% bar 118 100 label="Used" fill="bad" %}')
    html = rendered('{% bars parts 100 label="Age" %}', parts=[(70, "3"), (20, "2"), (30, "1")])
    assert [part in html for part in ('x="70%"', 'x="90%" width="10%"')] == [True, True]
    assert psa.percent(1, 3) == Decimal("33.33")


@override_settings(LANGUAGE_CODE="de")
def test_widths_speak_no_language() -> None:
    assert 'width="12.5%"' in rendered('{% bar 1 8 label="Used" %}')


def test_icons() -> None:
    assert 'aria-hidden="true"' in icon_svg("note")
    assert 'role="img" aria-label="Has a &quot;note&quot;"' in icon_svg("note", label='Has a "note"')
    assert 'stroke-width="1.5"' in icon_svg("note")
    for name in ("no-such-icon", "../../package", ""):
        with pytest.raises(UnknownIcon):
            icon_svg(name)
    with override_settings(PRODUCTION=True):
        assert icon_svg("no-such-icon") == ""


class Sample(forms.Form):
    name = forms.CharField(help_text="As on the <contract>.")
    note = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(
        choices=[("a", "A")], widget=forms.CheckboxSelectMultiple, required=False
    )
    secret = forms.CharField(widget=forms.HiddenInput)
    fee = AmountField(currency="USD", least=Decimal(0), required=False)
    yen = AmountField(currency="JPY", required=False)
    time = MinutesField(required=False)


def test_field_links_label_hint_and_error() -> None:
    html = rendered("{% field form.name %}", form=Sample())
    assert '<label class="form-label" for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name_hint"' in html
    assert '<p class="form-hint" id="id_name_hint">As on the &lt;contract&gt;.</p>' in html
    html = rendered("{% field form.name %}", form=Sample({"name": ""}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert "id_name_hint" not in html


def test_field_marks_what_is_optional_and_groups_choices() -> None:
    form = Sample({"kind": "b", "secret": ""})
    assert '<span class="optional">optional</span>' in rendered("{% field form.note %}", form=form)
    assert "optional" not in rendered("{% field form.note optional=False %}", form=form)
    html = rendered("{% field form.kind %}", form=form)
    assert "<legend>Kind</legend>" in html
    assert html.count('type="radio"') == 2
    assert html.index('value="b"') < html.index("checked")
    assert rendered("{% field form.secret %}", form=form).startswith('<input type="hidden"')
    assert "This field is required." in rendered("{% form_errors form %}", form=form)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1,234.50", Decimal("1234.50")), ("", None), (".5", Decimal("0.5")), ("0", Decimal(0))],
)
def test_amounts_are_read_as_they_are_shown(typed: str, amount: Decimal | None) -> None:
    form = Sample({"fee": typed})
    assert "fee" not in form.errors
    assert form.cleaned_data["fee"] == amount


@pytest.mark.parametrize("typed", ["-1", "1,5", "abc", "1.234"])
def test_wrong_amounts_are_refused_in_words(typed: str) -> None:
    assert Sample({"fee": typed}).errors["fee"]


def test_stored_amounts_and_hours_are_shown_as_people_type_them() -> None:
    form = Sample(initial={"fee": Decimal("1234.5"), "yen": Decimal(1500), "time": 90})
    assert 'value="1,234.50"' in str(form["fee"])
    assert 'value="1,500"' in str(form["yen"])
    assert 'data-places="0"' in str(form["yen"])
    assert 'value="1.50"' in str(form["time"])


def test_hours_are_read_in_every_form() -> None:
    assert Sample({"time": "1h30m"}).fields["time"].clean("1h30m") == 90
    assert MinutesField(required=False).clean("") is None
    with pytest.raises(forms.ValidationError):
        MinutesField().clean("0")
    with pytest.raises(forms.ValidationError):
        MinutesField(required=False).clean("1:75")
