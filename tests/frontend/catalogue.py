"""A small site that shows every piece of furniture once, for tests in a real browser and for looking at it.

Rooms' pages have their own tests; here are base, shell, door, client page, fields, dialogs, toasts and pickers
alone, without a database: the person and the menu are made up.
"""

import datetime
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import include, path
from django.utils import timezone

from core.errors import Conflict
from core.forms import AmountField
from core.pages import problem

CLIENTS = ["City of Larkspur", "Northgate Transit Authority", "Okafor Holdings", "Augusta Biotech"]
calls: list[dict[str, Any]] = []


@dataclass
class Person:
    name: str = "Kemi Ogundipe"
    is_authenticated: bool = True
    hours_style: str = "decimal"


class ProjectForm(forms.Form):
    name = forms.CharField(max_length=80)
    client = forms.ChoiceField(
        choices=[
            ("", "Choose"),
            ("Recent", [(c, c) for c in CLIENTS[:2]]),
            ("All", [(c, c) for c in CLIENTS[2:]]),
        ]
    )
    lead = forms.CharField(required=False, widget=forms.Select(attrs={"data-picker-url": "/people"}))
    tags = forms.MultipleChoiceField(required=False, choices=[(t, t) for t in ("Water", "Road", "Bridge")])
    fee = AmountField(help_text="Without tax.", currency="USD", least=Decimal(0))
    start = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    method = forms.ChoiceField(
        choices=[("tm", "Time and materials"), ("fixed", "Fixed fee")],
        widget=forms.RadioSelect,
        label="Billed by",
    )
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    is_billable = forms.BooleanField(required=False, label="Billable", help_text="Time can be invoiced.")

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("name") == "Taken":
            raise forms.ValidationError("A project of this name exists already.")
        return self.cleaned_data


def menu(request: HttpRequest) -> dict[str, Any]:
    """What psa.context.shell gives in the product."""

    def item(url: str, icon: str, label: str, count: int = 0, kind: str = "") -> dict[str, Any]:
        here = request.path == url
        return {
            "url": url,
            "icon": icon,
            "label": label,
            "count": count,
            "count_kind": kind,
            "is_current": here,
        }

    home, bills = item("/list", "home", "Home"), item("/form", "stack-2", "Ready to bill", 31)
    sync = item("/empty", "refresh", "QuickBooks", 4, "bad")
    groups = [
        {"label": "", "items": [home, item("/week", "clock-hour-4", "Timesheet")]},
        {"label": "Money", "items": [bills, item("/detail", "file-invoice", "Invoices", 9), sync]},
    ]
    if "nobody" in request.GET:
        return {"menu": []}
    request.user = cast(Any, Person())
    return {
        "theme": request.GET.get("theme", "auto"),
        "firm_name": "Hartwell & Moss",
        "firm_initials": "HM",
        "person_title": "Finance",
        "firm_address_line": "Hartwell & Moss, 410 Harbor Street, Larkspur, CA",
        "menu": groups,
        "tabs": [home, bills, groups[1]["items"][1], sync],
    }


def rows() -> list[dict[str, Any]]:
    kinds = [
        ("ok", "circle-check", "Paid"),
        ("bad", "alert-circle", "Overdue 12 d"),
        ("wait", "send", "Sent"),
    ]
    return [
        {
            "number": f"HM-2026-04{18 + at}",
            "client": CLIENTS[at % 4],
            "amount": Decimal("18240.00") + at * Decimal("1033.37"),
            "minutes": 90 * at,
            "due_on": datetime.date(2026, 12, 1 + at),
            "state": kinds[at % 3],
            "parts": [(40, "3"), (30 + at, "2"), (10, "1")],
        }
        for at in range(9)
    ]


FIGURES = [
    {
        "label": "Ready to bill",
        "value": "$1,234,567.89",
        "note": "31 projects",
        "url": "/list",
        "why": "Approved",
    },
    {"label": "Older than 60 days", "value": "$96,210.00", "note": "7.8 %", "url": "/list", "kind": "warn"},
    {"label": "DSO", "value": "41", "unit": "days", "note": "−3 on October"},
    {
        "label": "QuickBooks",
        "value": "4",
        "unit": "to fix",
        "note": "7 pending",
        "url": "/list",
        "kind": "bad",
    },
]


def show(name: str, **context: Any) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        status = int(request.GET.get("status", 200))
        return render(request, name, {**context, "now": timezone.now()}, status=status)

    return view


def form_page(request: HttpRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        messages.success(request, "Project saved.", extra_tags="/undo")
        return redirect("/list")
    return render(request, "catalogue/form.html", {"form": form}, status=422 if form.errors else 200)


def dialog(request: HttpRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None)
    if request.method == "POST":
        calls.append({"dialog": request.POST.dict()})
        if "name" not in form.errors:
            done = {"psa:close-dialog": True, "psa:toast": {"text": "Saved.", "undo": "/undo"}}
            return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(done)})
    context = {"form": form, "action": "/dialog"}
    return render(request, "catalogue/dialog.html", context, status=422 if form.errors else 200)


def undo(request: HttpRequest) -> HttpResponse:
    calls.append({"undo": True})
    return HttpResponse(
        status=204, headers={"HX-Trigger": json.dumps({"psa:toast": {"text": "Taken back."}})}
    )


def refuse(request: HttpRequest) -> HttpResponse:
    return problem(request, Conflict("November is closed."))


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<h1>Server error</h1>", status=500)


def people(request: HttpRequest) -> JsonResponse:
    asked = request.GET.get("q", "").lower()
    names = [
        ("1", "Dana Ruiz", "Engineering lead"),
        ("2", "Wei Chen", "Engineer"),
        ("3", "Noor <b>Kaur</b>", "Surveyor"),
    ]
    found = [{"value": v, "text": t, "sub": s, "group": "team"} for v, t, s in names if asked in t.lower()]
    return JsonResponse({"options": found, "groups": [{"value": "team", "label": "My team"}]})


def door(request: HttpRequest) -> HttpResponse:
    return render(request, "catalogue/door.html", {"form": ProjectForm({"name": ""})})


def theme(request: HttpRequest) -> HttpResponse:
    calls.append({"theme": request.POST["theme"]})
    return HttpResponse(status=204)


names = ([path("theme", theme, name="theme"), path("profile", theme, name="profile")], "people")
urlpatterns = [
    path("people/", include(names)),
    path("sign-out", theme, name="account_logout"),
    path("list", show("catalogue/list.html", rows=rows(), figures=FIGURES)),
    path("detail", show("catalogue/detail.html", rows=rows())),
    path("empty", show("catalogue/empty.html")),
    path("form", form_page),
    path("dialog", dialog),
    path("undo", undo),
    path("refuse", refuse),
    path("broken", broken),
    path("people", people),
    path("door", door),
    path("pay", show("catalogue/pay.html")),
    path("mail", show("catalogue/mail.html")),
    path("400", show("400.html")),
    path("403", show("403.html", message="This page is for Finance", reference="7Q2M-XK4D")),
    path("403csrf", show("403_csrf.html")),
    path("404", show("404.html", reference="7Q2M-XK4D")),
    path("500", show("500.html")),
    path("refused", show("core/refusal.html", message="November is closed.", status=409)),
]
