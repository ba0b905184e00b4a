"""Settings → Accounts: the firm's accounts, and what is posted to which."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from clients.models import TaxComponent
from core.pages import page, refusals_into, toast
from ledger.access import CLOSE_BOOKS
from ledger.forms import AccountForm, MappingForm, NewAccountForm, TaxMappingForm
from ledger.mapping import KINDS, add_account, edit_account, map_purpose
from ledger.models import Account, TaxAccount
from ledger.tax_accounts import fitting_accounts, map_tax, tax_places
from people.guards import guarded

REFRESH = {"HX-Refresh": "true"}


@guarded(CLOSE_BOOKS)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts, and the purposes with theirs."""
    rows = list(Account.objects.all())
    mapped = {account.purpose: account for account in rows if account.purpose}
    purposes = [(purpose, mapped.get(purpose)) for purpose in Account.Purpose]
    context = {"accounts": rows, "purposes": purposes, "taxes": tax_places()}
    return page(request, "ledger/accounts.html", context)


@guarded(CLOSE_BOOKS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The dialog for a new account."""
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            account = add_account(by=request.user, **form.cleaned_data)
            toast(request, f"{account} is there.")
            return HttpResponse(headers=REFRESH)
    context = {"form": form, "action": request.path}
    return page(request, "ledger/account_form.html", context, status=422 if form.errors else 200)


@guarded(CLOSE_BOOKS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog for code and name."""
    account = get_object_or_404(Account, pk=pk)
    form = AccountForm(request.POST or None, initial={"code": account.code, "name": account.name})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_account(account=account, by=request.user, **form.cleaned_data)
            toast(request, "The account is saved.")
            return HttpResponse(headers=REFRESH)
    context = {"form": form, "account": account, "action": request.path}
    return page(request, "ledger/account_form.html", context, status=422 if form.errors else 200)


@guarded(CLOSE_BOOKS)
@require_http_methods(["GET", "POST"])
def mapping(request: HttpRequest, purpose: str) -> HttpResponse:
    """The dialog that chooses the account of one purpose, among those of its kind that are free."""
    if purpose not in Account.Purpose.values:
        raise Http404
    wanted = Account.Purpose(purpose)
    fitting = Account.objects.filter(kind=KINDS[wanted], purpose__in=["", wanted])
    form = MappingForm(request.POST or None, initial={"account": fitting.filter(purpose=wanted).first()})
    form.fields["account"].queryset = fitting  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            map_purpose(purpose=wanted, by=request.user, **form.cleaned_data)
            toast(request, f"{wanted.label} is posted there from now on.")
            return HttpResponse(headers=REFRESH)
    context = {"form": form, "purpose": wanted, "action": request.path}
    return page(request, "ledger/mapping.html", context, status=422 if form.errors else 200)


@guarded(CLOSE_BOOKS)
@require_http_methods(["GET", "POST"])
def tax_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog that chooses the account on which one tax is owed."""
    component = get_object_or_404(TaxComponent.objects.select_related("code"), pk=pk)
    own = TaxAccount.objects.filter(component=component).first()
    form = TaxMappingForm(request.POST or None, initial={"account": own.account_id if own else None})
    form.fields["account"].queryset = fitting_accounts()  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            map_tax(component=component, by=request.user, **form.cleaned_data)
            toast(request, f"{component.name} is posted there from now on.")
            return HttpResponse(headers=REFRESH)
    context = {"form": form, "component": component, "action": request.path}
    return page(request, "ledger/tax_mapping.html", context, status=422 if form.errors else 200)
