"""How documents look, what mails say, and what was mailed."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from billing.access import DRAFT_INVOICES, ISSUE_INVOICES, MANAGE_BILLING, VIEW_BILLING
from billing.api.invoices import find
from billing.api.payments import SendWish, Sent, UnsendWish
from billing.api.schemas import InvoiceAnswer, invoice_answer
from billing.delivering_credits import send_credit, unsend_credit
from billing.letters import first_credit_message
from billing.mail_texting import remove_mail_text, save_mail_text
from billing.models import ClientDocuments, CreditMemo, DocumentTemplate, MailText, Snapshot
from billing.recipients import mailed_to
from billing.snapshot_noting import note_returned
from billing.snapshots import Sending, sendings_of
from billing.templating import (
    choose_template,
    edit_client_documents,
    make_default,
    remove_template,
    save_template,
)
from clients.models import Client
from core import clock
from core.api import Id, Routes, Row, Wish, words_of
from core.files import PDF
from core.mail import UNDO_SECONDS
from core.models import Mail
from core.responses import file_response
from people.guards import guarded

routes = Routes("billing")

Layout = Annotated[DocumentTemplate.Layout, words_of(DocumentTemplate.Layout)]
Electronic = Annotated[ClientDocuments.Electronic, words_of(ClientDocuments.Electronic)]
MailKind = Annotated[MailText.Kind, words_of(MailText.Kind)]
MailState = Annotated[Mail.State, words_of(Mail.State)]
Color = Annotated[
    str, Field(pattern="^(#[0-9a-fA-F]{6})?$", description="#rrggbb; empty is the color of the company.")
]
Language = Literal["en", "de"]


class DocumentTemplateRow(Row):
    """A look of documents. What it does not show is left out; issued documents keep theirs."""

    id: int
    name: str
    layout: Layout
    color: str
    shows_logo: bool
    shows_hours: bool
    shows_rates: bool
    shows_sums: bool
    shows_remittance: bool
    shows_people: bool
    shows_reasons: bool
    footer: str
    is_default: bool


class DocumentTemplateWish(Wish):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    layout: Layout = DocumentTemplate.Layout.PLAIN
    color: Color = ""
    shows_logo: bool = True
    shows_hours: bool = True
    shows_rates: bool = True
    shows_sums: bool = True
    shows_remittance: bool = True
    shows_people: bool = True
    shows_reasons: bool = False
    footer: Annotated[str, Field(max_length=400)] = ""


class ClientDocumentsRow(Row):
    """What one client gets other than the firm's usual."""

    document_template_id: int | None
    electronic: Electronic
    buyer_reference: str


class ClientDocumentsWish(Wish):
    document_template_id: Id | None = None
    electronic: Electronic = ClientDocuments.Electronic.USUAL
    buyer_reference: Annotated[str, Field(max_length=60)] = ""


class DraftTemplateWish(Wish):
    document_template_id: Id | None = Field(None, description="Empty: as the client's other documents.")


class MailTextRow(Row):
    """The firm's own words of a kind of mail in a language."""

    id: int
    kind: MailKind
    language: str
    subject: str
    text: str
    copies: list[str]


class MailTextWish(Wish):
    subject: Annotated[str, Field(min_length=1, max_length=200)]
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    copies: Annotated[list[str], Field(default_factory=list, max_length=20)]


class SendingRow(Schema):
    """A mail that brought a document; `snapshot_id` is the PDF as it went out."""

    snapshot_id: int
    mail_id: int
    state: MailState
    to: list[str]
    cc: list[str]
    words: str
    mailed_at: datetime
    sent_at: datetime | None
    bounced_at: datetime | None


def _sending(one: Sending) -> SendingRow:
    mail = one.mail
    return SendingRow(
        snapshot_id=one.snapshot.pk,
        mail_id=mail.pk,
        state=Mail.State(mail.state),
        to=mail.to,
        cc=mail.cc,
        words=one.words,
        mailed_at=one.snapshot.made_at,
        sent_at=mail.sent_at,
        bounced_at=mail.bounced_at,
    )


def _template(pk: int | None) -> DocumentTemplate | None:
    return get_object_or_404(DocumentTemplate, pk=pk) if pk is not None else None


def _credit(credit_id: int) -> CreditMemo:
    return get_object_or_404(CreditMemo.objects.select_related("client", "entity", "invoice"), pk=credit_id)


@routes.read("/document-templates", list[DocumentTemplateRow])
@guarded(VIEW_BILLING)
def list_document_templates(request: HttpRequest) -> Any:
    """The templates of documents."""
    return DocumentTemplate.objects.all()


@routes.write("/document-templates", DocumentTemplateRow, status=201)
@guarded(MANAGE_BILLING)
def create_document_template(request: HttpRequest, wish: DocumentTemplateWish) -> DocumentTemplate:
    """Adds a template."""
    return save_template(template=None, by=request.user, **wish.model_dump())


@routes.write("/document-templates/{int:document_template_id}", DocumentTemplateRow, method="PUT")
@guarded(MANAGE_BILLING)
def edit_document_template(
    request: HttpRequest, document_template_id: int, wish: DocumentTemplateWish
) -> DocumentTemplate:
    """Changes a template; drafts show it at once."""
    found = get_object_or_404(DocumentTemplate, pk=document_template_id)
    return save_template(template=found, by=request.user, **wish.model_dump())


@routes.write("/document-templates/{int:document_template_id}/default", DocumentTemplateRow)
@guarded(MANAGE_BILLING)
def make_document_template_default(request: HttpRequest, document_template_id: int) -> DocumentTemplate:
    """Makes it the firm's usual one."""
    return make_default(
        template=get_object_or_404(DocumentTemplate, pk=document_template_id), by=request.user
    )


@routes.write("/document-templates/{int:document_template_id}", method="DELETE")
@guarded(MANAGE_BILLING)
def delete_document_template(request: HttpRequest, document_template_id: int) -> None:
    """Removes a template that nothing uses."""
    remove_template(template=get_object_or_404(DocumentTemplate, pk=document_template_id), by=request.user)


@routes.write("/invoices/{int:invoice_id}/template", InvoiceAnswer, method="PUT")
@guarded(DRAFT_INVOICES)
def choose_draft_template(request: HttpRequest, invoice_id: int, wish: DraftTemplateWish) -> InvoiceAnswer:
    """Sets one draft in another template."""
    choose_template(invoice=find(invoice_id), template=_template(wish.document_template_id), by=request.user)
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.read("/clients/{int:client_id}/documents", ClientDocumentsRow)
@guarded(VIEW_BILLING)
def show_client_documents(request: HttpRequest, client_id: int) -> ClientDocumentsRow:
    """What a client gets other than the usual."""
    client = get_object_or_404(Client, pk=client_id)
    return _documents(ClientDocuments.objects.filter(client=client).first() or ClientDocuments())


@routes.write("/clients/{int:client_id}/documents", ClientDocumentsRow, method="PUT")
@guarded(MANAGE_BILLING)
def edit_documents_of_client(
    request: HttpRequest, client_id: int, wish: ClientDocumentsWish
) -> ClientDocumentsRow:
    """Changes it, for coming documents."""
    own = edit_client_documents(
        client=get_object_or_404(Client, pk=client_id),
        template=_template(wish.document_template_id),
        electronic=wish.electronic,
        buyer_reference=wish.buyer_reference,
        by=request.user,
    )
    return _documents(own)


def _documents(own: ClientDocuments) -> ClientDocumentsRow:
    return ClientDocumentsRow(
        document_template_id=own.template_id,
        electronic=ClientDocuments.Electronic(own.electronic),
        buyer_reference=own.buyer_reference,
    )


@routes.read("/mail-texts", list[MailTextRow])
@guarded(MANAGE_BILLING)
def list_mail_texts(request: HttpRequest) -> Any:
    """The firm's own words of mails; what is not listed goes out in the usual words."""
    return MailText.objects.all()


@routes.write("/mail-texts/{str:kind}/{str:language}", MailTextRow, method="PUT")
@guarded(MANAGE_BILLING)
def put_mail_text(request: HttpRequest, kind: MailKind, language: Language, wish: MailTextWish) -> MailText:
    """Writes the firm's own words; an unknown variable is refused beside its field."""
    return save_mail_text(kind=kind, language=language, by=request.user, **wish.model_dump())


@routes.write("/mail-texts/{str:kind}/{str:language}", method="DELETE")
@guarded(MANAGE_BILLING)
def delete_mail_text(request: HttpRequest, kind: MailKind, language: Language) -> None:
    """The usual words again."""
    remove_mail_text(text=get_object_or_404(MailText, kind=kind, language=language), by=request.user)


@routes.read("/invoices/{int:invoice_id}/mails", list[SendingRow])
@guarded(VIEW_BILLING)
def list_invoice_mails(request: HttpRequest, invoice_id: int) -> list[SendingRow]:
    """The mails that brought an invoice, the latest first, and where each stands."""
    return [_sending(one) for one in sendings_of(find(invoice_id))]


@routes.read("/credit-memos/{int:credit_id}/mails", list[SendingRow])
@guarded(VIEW_BILLING)
def list_credit_mails(request: HttpRequest, credit_id: int) -> list[SendingRow]:
    """The mails that brought a credit memo, the latest first."""
    return [_sending(one) for one in sendings_of(_credit(credit_id))]


@routes.write("/credit-memos/{int:credit_id}/send", Sent)
@guarded(ISSUE_INVOICES)
def send_credit_memo(request: HttpRequest, credit_id: int, wish: SendWish) -> Sent:
    """Mails an issued credit memo with its PDF; by default to the client's billing contacts."""
    credit = _credit(credit_id)
    usual = mailed_to(credit)
    sent = send_credit(
        credit=credit,
        to=usual.to if wish.to is None else wish.to,
        cc=usual.cc if wish.cc is None else wish.cc,
        message=first_credit_message(credit) if wish.message is None else wish.message,
        by=request.user,
        at=clock.now(),
    )
    return Sent(mail_id=sent.pk, to=sent.to, cc=sent.cc, subject=sent.subject, leaves_in_seconds=UNDO_SECONDS)


@routes.write("/credit-memos/{int:credit_id}/unsend")
@guarded(ISSUE_INVOICES)
def unsend_credit_memo(request: HttpRequest, credit_id: int, wish: UnsendWish) -> None:
    """Takes a mail back that has not left yet."""
    credit = _credit(credit_id)
    mails = Mail.objects.filter(related_kind="billing.creditmemo", related_id=str(credit.pk))
    unsend_credit(
        sent=get_object_or_404(mails, pk=wish.mail_id), credit=credit, by=request.user, at=clock.now()
    )


@routes.file("/snapshots/{int:snapshot_id}/pdf", PDF)
@guarded(VIEW_BILLING)
def download_snapshot(request: HttpRequest, snapshot_id: int) -> FileResponse:
    """A PDF as it was mailed."""
    return file_response(get_object_or_404(Snapshot, pk=snapshot_id).file, download=True)


@routes.write("/snapshots/{int:snapshot_id}/bounced")
@guarded(ISSUE_INVOICES)
def note_snapshot_bounced(request: HttpRequest, snapshot_id: int) -> None:
    """Notes that the mail came back."""
    kept = get_object_or_404(Snapshot.objects.select_related("mail"), pk=snapshot_id)
    note_returned(snapshot=kept, by=request.user, at=clock.now())
