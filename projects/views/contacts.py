"""The dialog that says who gets a project's invoices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from core.pages import dialog_done, page, refusals_into, toast
from people.guards import staff_only
from projects.access import require_manage, visible_to
from projects.contacting import choose_contacts
from projects.forms import ContactsForm

CHANGED = "contacts-changed"


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: HttpRequest, project_id: int) -> HttpResponse:
    """Who gets the invoices instead of the client's billing contacts, and who gets copies besides."""
    project = get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
    require_manage(request.user, project)
    form = ContactsForm(request.POST if request.method == "POST" else None, project=project)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            choose_contacts(project=project, by=request.user, **form.cleaned_data)
            toast(request, "Who gets the invoices of this project is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "project": project, "action": request.path}
    return page(request, "projects/contacts.html", context, status=422 if form.errors else 200)
