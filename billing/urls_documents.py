"""Pages about how documents look and what mails say; part of the namespace `billing`."""

from django.urls import path

from billing.views import templates

urlpatterns = [
    path("documents/", templates.templates, name="templates"),
    path("documents/new/", templates.template, name="template-new"),
    path("documents/preview/", templates.template_preview, name="template-preview"),
    path("documents/<int:pk>/", templates.template, name="template"),
    path("documents/<int:pk>/default/", templates.template_default, name="template-default"),
    path("documents/<int:pk>/remove/", templates.template_remove, name="template-remove"),
    path("drafts/<int:pk>/template/", templates.draft_template, name="draft-template"),
    path("clients/<int:pk>/documents/", templates.client_documents, name="client-documents"),
]
