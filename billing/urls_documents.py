"""Pages about how documents look and what mails say; part of the namespace `billing`."""

from django.urls import path, re_path

from billing.views import items, mail_texts, reasons, snapshots, templates

urlpatterns = [
    path("items/", items.items, name="items"),
    path("items/new/", items.item, name="item-new"),
    path("items/<int:item_id>/", items.item, name="item"),
    path("items/<int:item_id>/prices/", items.prices, name="item-prices"),
    path("items/prices/<int:price_id>/drop/", items.price_drop, name="item-price-drop"),
    re_path(
        r"^items/(?P<item_id>\d+)/(?P<word>deactivate|reactivate)/$", items.activity, name="item-activity"
    ),
    path("reasons/", reasons.reasons, name="reasons"),
    path("reasons/offered/", reasons.offered, name="reasons-offered"),
    path("documents/", templates.templates, name="templates"),
    path("documents/new/", templates.template, name="template-new"),
    path("documents/preview/", templates.template_preview, name="template-preview"),
    path("documents/<int:pk>/", templates.template, name="template"),
    path("documents/<int:pk>/default/", templates.template_default, name="template-default"),
    path("documents/<int:pk>/remove/", templates.template_remove, name="template-remove"),
    path("drafts/<int:pk>/template/", templates.draft_template, name="draft-template"),
    path("clients/<int:pk>/documents/", templates.client_documents, name="client-documents"),
    path("mail-texts/", mail_texts.mail_texts, name="mail-texts"),
    # Before the words of a kind and a language, which would take it for one.
    path("mail-texts/<int:pk>/remove/", mail_texts.mail_text_remove, name="mail-text-remove"),
    path("mail-texts/<str:kind>/<str:language>/", mail_texts.mail_text, name="mail-text"),
    path(
        "mail-texts/<str:kind>/<str:language>/preview/",
        mail_texts.mail_text_preview,
        name="mail-text-preview",
    ),
    path("mailed/<int:pk>/", snapshots.snapshot, name="snapshot"),
    path("mailed/<int:pk>/bounced/", snapshots.bounced, name="snapshot-bounced"),
    path("credits/<int:pk>/send/", snapshots.send_credit_memo, name="credit-send"),
    path("credits/<int:pk>/send/<int:mail_pk>/undo/", snapshots.unsend_credit_memo, name="credit-unsend"),
]
