"""What people see at QuickBooks: the question whether an application may connect, companies, records."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.quickbooks import founding, oauth
from sandbox.quickbooks.company import Company
from sandbox.rendering import page, posted
from sandbox.store import Body
from sandbox.world import World

BASE = "/quickbooks"
_SHOWN = 50
# What a page names a record by, and what stands beside it.
_NAMES = ("DisplayName", "DocNumber", "Name", "CompanyName")
_ORDER = (
    "Invoice",
    "Payment",
    "TimeActivity",
    "CreditMemo",
    "Customer",
    "Employee",
    "Vendor",
    "Item",
    "Term",
)


class QuickBooksPages:
    """Authorization by hand, the token endpoints, and a look into companies."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.routes = [
            Route(f"{BASE}/discovery", self.discovery, methods=["GET"]),
            Route(f"{BASE}/connect/oauth2", self.question, methods=["GET"]),
            Route(f"{BASE}/connect/oauth2", self.decide, methods=["POST"]),
            Route(f"{BASE}/connect/decided/{{ticket}}", self.decided, methods=["GET"]),
            Route(f"{BASE}/oauth2/v1/tokens/bearer", self.tokens, methods=["POST"]),
            Route(f"{BASE}/oauth2/v1/tokens/revoke", self.revoke, methods=["POST"]),
            Route(f"{BASE}/userinfo", self.user, methods=["GET"]),
            Route(f"{BASE}/jwks", self.keys, methods=["GET"]),
            Route(BASE, self.companies, methods=["GET"]),
            Route(f"{BASE}/company/{{realm}}", self.company, methods=["GET"]),
            Route(f"{BASE}/company/{{realm}}/{{entity}}/{{id}}", self.record, methods=["GET"]),
        ]

    # --- OAuth 2.0

    async def discovery(self, request: Request) -> Response:
        """The discovery document, with addresses as the asking client reaches them."""
        base = f"{str(request.base_url).rstrip('/')}{BASE}"
        return JSONResponse(
            {
                "issuer": base,
                "authorization_endpoint": f"{self.world.settings.public_url}{BASE}/connect/oauth2",
                "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
                "userinfo_endpoint": f"{base}/userinfo",
                "revocation_endpoint": f"{base}/oauth2/v1/tokens/revoke",
                "jwks_uri": f"{base}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile", *sorted(oauth.SCOPES)],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
            }
        )

    async def question(self, request: Request) -> Response:
        """May this application see this company?"""
        asked = dict(request.query_params)
        try:
            oauth.check_request(self.world, asked)
        except oauth.TokenRefused as refusal:
            return page("quickbooks_refused.html", why=refusal.body["error_description"], status=400)
        return self._question(asked)

    def _question(self, asked: dict[str, str], error: str = "") -> Response:
        return page(
            "quickbooks_connect.html",
            asked=asked,
            host=urlsplit(asked["redirect_uri"]).netloc,
            companies=founding.companies(self.world),
            error=error,
            status=422 if error else 200,
        )

    async def decide(self, request: Request) -> Response:
        """The answer leads to a page of our own, since browsers follow no form to another host."""
        fields = await posted(request)
        asked = {name: fields.get(name, "") for name in oauth.ASKED}
        try:
            oauth.check_request(self.world, asked)
        except oauth.TokenRefused as refusal:
            return page("quickbooks_refused.html", why=refusal.body["error_description"], status=400)
        is_allowed = fields.get("answer") == "allow"
        realm = fields.get("realm", "")
        if is_allowed and realm not in {company.realm for company in founding.companies(self.world)}:
            return self._question(asked, "Choose a company.")
        back = oauth.decide(self.world, asked, realm=realm if is_allowed else "")
        ticket = oauth.keep_way_back(self.world, back)
        self.world.store.commit()
        return RedirectResponse(f"{BASE}/connect/decided/{ticket}", 303)

    async def decided(self, request: Request) -> Response:
        back = oauth.way_back(self.world, request.path_params["ticket"])
        if back is None:
            return page("no_session.html", status=404)
        return page("quickbooks_decided.html", back=back, is_allowed="error=access_denied" not in back)

    async def tokens(self, request: Request) -> Response:
        """A code or a refresh token for tokens."""
        try:
            oauth.check_client(self.world, request.headers.get("authorization", ""))
            fields = {**request.query_params, **await posted(request)}
            if fields.get("grant_type") == "authorization_code":
                redirect = fields.get("redirect_uri", "")
                body = oauth.exchange(self.world, code=fields.get("code", ""), redirect_uri=redirect)
            elif fields.get("grant_type") == "refresh_token":
                body = oauth.refresh(self.world, fields.get("refresh_token", ""))
            else:
                raise oauth.TokenRefused("unsupported_grant_type")
        except oauth.TokenRefused as refusal:
            return JSONResponse(refusal.body, refusal.status)
        finally:
            self.world.store.commit()
        asked = request.headers.get("x-include-refresh-token-hard-expires-in", "")
        if (asked or fields.get("includeRefreshTokenHardExpiresIn", "")).lower() != "true":
            body.pop("x_refresh_token_hard_expires_in")
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    async def revoke(self, request: Request) -> Response:
        """200 and an empty body; both tokens are dead."""
        try:
            oauth.check_client(self.world, request.headers.get("authorization", ""))
            oauth.revoke(self.world, await _token_in(request))
        except oauth.TokenRefused as refusal:
            return JSONResponse(refusal.body, refusal.status)
        finally:
            self.world.store.commit()
        return Response(status_code=200)

    async def user(self, request: Request) -> Response:
        """Who said yes; the same person in every company."""
        realm = oauth.realm_of(self.world, request.headers.get("authorization", ""))
        if realm is None:
            return JSONResponse({"error": "invalid_token"}, 401)
        person = {"sub": f"person-{realm}", "email": "owner@example.com", "emailVerified": True}
        return JSONResponse({**person, "givenName": "Company", "familyName": "Owner"})

    async def keys(self, request: Request) -> Response:
        """No identity tokens are signed here."""
        return JSONResponse({"keys": []})

    # --- companies

    async def companies(self, request: Request) -> Response:
        return page("quickbooks_companies.html", companies=founding.companies(self.world))

    def _company(self, request: Request) -> Company | None:
        realm = request.path_params["realm"]
        return next((each for each in founding.companies(self.world) if each.realm == realm), None)

    async def company(self, request: Request) -> Response:
        company = self._company(request)
        if company is None:
            return page("no_session.html", status=404)
        types = sorted(
            company.records, key=lambda type_: (_ORDER.index(type_) if type_ in _ORDER else 99, type_)
        )
        groups = [
            {
                "type": type_,
                "records": [_row(each) for each in every[: -_SHOWN - 1 : -1]],
                "count": len(every),
            }
            for type_ in types
            if (every := company.all(type_))
        ]
        return page("quickbooks_company.html", company=company, groups=groups)

    async def record(self, request: Request) -> Response:
        company = self._company(request)
        types = {type_.lower(): type_ for type_ in company.records} if company else {}
        type_ = types.get(request.path_params["entity"].lower(), "")
        found = company.read(type_, request.path_params["id"]) if company and type_ else None
        if company is None or found is None:
            return page("no_session.html", status=404)
        return page(
            "quickbooks_record.html",
            company=company,
            type=type_,
            row=_row(found),
            lines=_lines(found),
            sums=_sums(found),
            facts=_facts(found),
        )


async def _token_in(request: Request) -> str:
    """The token of a revocation, as JSON or as a form."""
    if "json" not in request.headers.get("content-type", ""):
        return (await posted(request)).get("token", "")
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("token"), str):
        raise oauth.TokenRefused("invalid_request", "A token is wanted.")
    return str(body["token"])


def _row(record: Body) -> Body:
    name = next((record[word] for word in _NAMES if record.get(word)), "")
    who = next(
        (record[word]["name"] for word in ("CustomerRef", "EmployeeRef", "VendorRef") if word in record), ""
    )
    amount = record.get("TotalAmt", record.get("Balance"))
    if "Hours" in record:
        amount = f"{record['Hours']}:{record['Minutes']:02}"
    return {
        "id": record["Id"],
        "name": name or record.get("TxnDate", "") or record["Id"],
        "who": who if who != name else "",
        "on": record.get("TxnDate", ""),
        "amount": f"{amount:,.2f}" if isinstance(amount, (int, float)) else amount or "",
        "is_active": record.get("Active", True),
        "is_void": str(record.get("PrivateNote", "")).startswith("Voided"),
        "is_paid": record.get("Balance") == 0 and bool(record.get("TotalAmt")),
    }


def _lines(record: Body) -> list[Body]:
    """What a transaction is about, line by line; a payment's lines name what they pay."""
    shown = []
    for line in record.get("Line", []):
        inner = line.get(line.get("DetailType", ""), {})
        item = next((inner[word]["name"] for word in ("ItemRef", "AccountRef") if inner.get(word)), "")
        paid = " ".join(f"{link['TxnType']} {link['TxnId']}" for link in line.get("LinkedTxn", []))
        text = line.get("Description", "")
        names = {"SubTotalLineDetail": "Subtotal", "DiscountLineDetail": "Discount"}
        name = item or paid or names.get(line.get("DetailType", ""), "") or text
        amount = f"{line['Amount']:,.2f}" if line.get("Amount") is not None else ""
        shown.append({"name": name, "text": text if text != name else "", "amount": amount})
    return shown


def _sums(record: Body) -> list[tuple[str, str]]:
    """The figures below the lines."""
    tax = record.get("TxnTaxDetail", {}).get("TotalTax")
    sums = [("Tax", tax), ("Total", record.get("TotalAmt"))]
    words = {"Balance": "Still open", "UnappliedAmt": "Not applied", "RemainingCredit": "Credit left"}
    sums += [(word, record.get(name)) for name, word in words.items()]
    return [(word, f"{value:,.2f}") for word, value in sums if value is not None]


def _facts(node: object, path: str = "") -> list[tuple[str, str]]:
    """Every value of a record with the way to it, in order."""
    if isinstance(node, dict):
        return [fact for name, value in node.items() for fact in _facts(value, f"{path}.{name}".strip("."))]
    if isinstance(node, list):
        return [fact for place, value in enumerate(node, 1) for fact in _facts(value, f"{path} {place}")]
    return [(path, "" if node is None else str(node))]
