"""How the expenses of a contract line are billed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from billing.access import VIEW_BILLING
from billing.views.contract import CHANGED, METHODS, find
from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from projects.access import require_manage
from projects.agreeing import agree_on_expenses
from projects.expense_term_forms import ExpenseTermsForm


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def line_expenses(request: HttpRequest, line_id: int) -> HttpResponse:
    """Asks how they are billed, and saves it."""
    line = find(request, line_id)
    require_manage(request.user, line.project)
    form = ExpenseTermsForm(request.POST if request.method == "POST" else None, line=line)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            agree_on_expenses(line=line, by=request.user, **form.wish())
            toast(request, f"Expenses of {line.name} are saved.")
            return dialog_done(CHANGED)
    context = {
        "form": form,
        "title": f"Expenses of {line.name}",
        "button": "Save",
        "note": "Expenses without a task go with the project’s first line.",
        "action": request.path,
    }
    return page(request, "billing/contract_dialog.html", context, status=422 if form.errors else 200)
