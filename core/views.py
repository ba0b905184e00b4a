"""Progress of long work, and the pages that answer instead of a page."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template import loader
from django.views.decorators.http import require_GET, require_POST

from core import clock, jobs
from core.models import Job
from core.pages import is_fragment, page

View = Callable[..., HttpResponse]


def starter_only(view: View) -> View:
    """Marks the guard of these views: they find a job only for the person who started it."""
    view.guard = "the person who started the job"  # type: ignore[attr-defined]
    return view


@starter_only
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress of one job."""
    return page(request, "core/job.html", {"job": own_job(request, pk)})


@starter_only
@require_GET
def job_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part that asks for itself again each second until the job is over."""
    return page(request, "core/job.html#progress", {"job": own_job(request, pk)})


@starter_only
@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stops the job at its next step; what was done stays done."""
    canceled = jobs.cancel(own_job(request, pk), at=clock.now())
    if is_fragment(request):
        return page(request, "core/job.html#progress", {"job": canceled})
    return redirect("core:job", pk=pk)


def own_job(request: HttpRequest, pk: int) -> Job:
    """The job if this person started it; 404 else, as if it did not exist."""
    return get_object_or_404(Job, pk=pk, started_by_id=request.user.pk)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, "400.html", status=400)


def no_access(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, "403.html", {"message": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Something is broken, perhaps the database: no context processors, nothing that could break again.
    return HttpResponse(loader.get_template("500.html").render(), status=500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(request, "403_csrf.html", status=403)
