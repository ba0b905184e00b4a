"""The pages of a firm's host."""

from django.urls import include, path

from psa import views_firm
from psa.api.assembly import api_urls

urlpatterns = [
    path("", include("reports.urls")),
    path("account/", include("psa.urls_account")),
    path("hand-over/<str:ticket>/", views_firm.hand_over, name="hand-over"),
    path("people/", include("people.urls")),
    path("clients/", include("clients.urls")),
    path("projects/", include("projects.urls")),
    path("time/", include("timesheets.urls")),
    path("time-off/", include("staffing.urls")),
    path("billing/", include("billing.urls")),
    path("ledger/", include("ledger.urls")),
    path("pay/", include("billing.urls_pay")),
    path("connections/", include("integrations.urls")),
    path("delegation/", include("approvals.urls")),
    path("api/v1/", api_urls),
    path("", include("core.urls")),
]
handler400 = "core.views.bad_request"
handler403 = "core.views.no_access"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
