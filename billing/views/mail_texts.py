"""Settings → Mail texts: what mails with documents say, in each language."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import MANAGE_BILLING
from billing.mail_texting import remove_mail_text, save_mail_text
from billing.models import MailText
from billing.text_forms import MailTextForm
from billing.text_samples import example_of, shown, text_rows, usual_words
from billing.wording import variables_of, why_not
from core import clock
from core.pages import page, refusals_into, toast
from people.guards import guarded
from people.models import LegalEntity

LANGUAGES = dict(settings.LANGUAGES)


def _known(kind: str, language: str) -> None:
    if kind not in MailText.Kind.values or language not in LANGUAGES:
        raise Http404


def _preview(kind: str, language: str, subject: str, text: str) -> dict[str, object]:
    """What a client would read, or what is wrong."""
    entity = get_object_or_404(LegalEntity, is_default=True)
    example = example_of(entity, language=language, on=clock.date_in(entity.time_zone, clock.now()))
    return {
        "wrong": why_not(subject, kind) or why_not(text, kind),
        "subject": " ".join(shown(subject, example).split()),
        "text": shown(text, example),
        "entity": entity,
        "language": language,
    }


@guarded(MANAGE_BILLING)
@require_GET
def mail_texts(request: HttpRequest) -> HttpResponse:
    """Each kind of mail in each language."""
    return page(request, "billing/mail_texts.html", {"rows": text_rows()})


@guarded(MANAGE_BILLING)
@require_http_methods(["GET", "POST"])
def mail_text(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Writes the firm's own words, beside what a client would read."""
    _known(kind, language)
    own = MailText.objects.filter(kind=kind, language=language).first()
    subject, text = (own.subject, own.text) if own else usual_words(kind, language)
    first = {"subject": subject, "text": text, "copies": ", ".join(own.copies) if own else ""}
    form = MailTextForm(request.POST or None, kind=kind, initial=first)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            save_mail_text(kind=kind, language=language, by=request.user, **form.cleaned_data)
            toast(request, "The words are saved. Mails say them from now on.")
            return redirect("billing:mail-texts")
    context = {
        "form": form,
        "own": own,
        "label": MailText.Kind(kind).label,
        "language_name": LANGUAGES[language],
        "kind": kind,
        "variables": variables_of(kind),
        **_preview(kind, language, subject, text),
    }
    return page(request, "billing/mail_text.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_BILLING)
@require_GET
def mail_text_preview(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """What a client would read of the words as they stand in the form."""
    _known(kind, language)
    words = _preview(kind, language, request.GET.get("subject", "")[:200], request.GET.get("text", "")[:4000])
    return page(request, "billing/mail_text_preview.html", words)


@guarded(MANAGE_BILLING)
@require_POST
def mail_text_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The usual words again."""
    remove_mail_text(text=get_object_or_404(MailText, pk=pk), by=request.user)
    toast(request, "Mails say the usual words again.")
    return redirect("billing:mail-texts")
