"""Pages of billing."""

from django.urls import include, path

from billing.views import draft, invoices, issue, lines, rates, ready, review, rules

app_name = "billing"
urlpatterns = [
    path("ready/", ready.ready, name="ready"),
    path("ready/draft/", ready.draft, name="draft-projects"),
    path("ready/drafted/<int:pk>/", ready.drafted, name="drafted"),
    path("ready/drafted/<int:pk>/undo/", ready.undo, name="undo-drafts"),
    path("rate-cards/<int:card_id>/rates/new/", rates.add, name="rate-new"),
    path("rate-cards/<int:card_id>/re-rate/", rates.rerate_card, name="rate-card-rerate"),
    path("rates/<int:rule_id>/change/", rates.change, name="rate-change"),
    path("rates/<int:rule_id>/end/", rates.end, name="rate-end"),
    path("rules/", rules.rules, name="rules"),
    path("unrated/", ready.unrated, name="unrated"),
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/<int:pk>/", invoices.invoice, name="invoice"),
    path("invoices/<int:pk>/pdf/", invoices.pdf, name="pdf"),
    path("invoices/<int:pk>/void/", issue.void, name="void"),
    path("drafts/<int:pk>/", draft.draft, name="draft"),
    path("drafts/<int:pk>/edit/", draft.edit, name="draft-edit"),
    path("drafts/<int:pk>/changes/", draft.changes, name="changes"),
    path("drafts/<int:pk>/delete/", draft.delete, name="delete-draft"),
    path("review/", review.review, name="review"),
    path("review/<int:pk>/", review.review_invoice, name="review-invoice"),
    path("review/<int:pk>/approve/", review.approve, name="review-approve"),
    path("review/<int:pk>/return/", review.give_back, name="review-return"),
    path("review/<int:pk>/ask/", review.ask, name="review-ask"),
    path("review/<int:pk>/question/", review.question, name="review-question"),
    path("drafts/<int:pk>/review/", review.submit, name="draft-review"),
    path("drafts/<int:pk>/issue/", issue.issue, name="issue"),
    path("drafts/<int:pk>/lines/new/", lines.new, name="line-new"),
    path("lines/<int:pk>/", lines.edit, name="line"),
    path("lines/<int:pk>/remove/", lines.remove, name="line-remove"),
    path("lines/<int:pk>/why/", lines.why, name="why"),
    path("lines/<int:pk>/entries/", lines.entries, name="line-entries"),
    path("", include("billing.urls_contracts")),
    path("", include("billing.urls_credits")),
    path("", include("billing.urls_documents")),
    path("", include("billing.urls_collections")),
    path("", include("billing.urls_payments")),
    path("", include("billing.urls_retainers")),
]
