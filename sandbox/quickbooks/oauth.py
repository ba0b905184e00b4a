"""Tokens: codes, access tokens of an hour, refresh tokens whose value changes after a day and whose former value dies.

Times are seconds of the sandbox's clock. Source: integrations.md A1.
"""

import base64
import binascii
import hmac
import secrets
from urllib.parse import urlencode, urlsplit, urlunsplit

from sandbox.store import Body, Record
from sandbox.world import World

CODE, GRANT, ACCESS, TICKET = "qbo_code", "qbo_grant", "qbo_access", "qbo_ticket"
SCOPES = {
    "com.intuit.quickbooks.accounting",
    "com.intuit.quickbooks.payment",
    "project-management.project",
}
_OF_PEOPLE = {"openid", "profile", "email", "phone", "address"}
# The parameters of an authorization request.
ASKED = ("client_id", "response_type", "scope", "redirect_uri", "state")
CODE_SECONDS = 10 * 60
ACCESS_SECONDS = 3600
REFRESH_SECONDS = 8_726_400  # about 101 days, from each refresh on
ROTATION_SECONDS = 24 * 3600
HARD_SECONDS = 5 * 365 * 24 * 3600  # whatever the use, from the consent on


class TokenRefused(Exception):
    """An answer of the token endpoint other than 200."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, **({"error_description": description} if description else {})}


def check_client(world: World, authorization: str) -> None:
    """Raises TokenRefused 401 unless HTTP Basic names the registered application."""
    scheme, _, given = authorization.partition(" ")
    settings = world.settings
    right = f"{settings.quickbooks_client_id}:{settings.quickbooks_client_secret}"
    try:
        pair = base64.b64decode(given, validate=True)
    except binascii.Error:
        pair = b""
    if scheme.lower() != "basic" or not hmac.compare_digest(pair, right.encode()):
        raise TokenRefused("invalid_client", status=401)


def check_request(world: World, asked: dict[str, str]) -> None:
    """Raises TokenRefused, with words for people, for a request that must not lead back."""
    settings = world.settings
    redirect = asked.get("redirect_uri", "")
    parts = urlsplit(redirect)
    known = settings.quickbooks_redirect_urls
    scopes = set(asked.get("scope", "").split())
    problem = ""
    if asked.get("client_id") != settings.quickbooks_client_id:
        problem = "The application (client_id) is not known."
    elif parts.scheme not in ("http", "https") or not parts.netloc or (known and redirect not in known):
        problem = "The redirect_uri query parameter value is not one that the application registered."
    elif asked.get("response_type") != "code":
        problem = "The response_type query parameter must be code."
    elif not scopes & SCOPES or scopes - SCOPES - _OF_PEOPLE:
        problem = "The scope query parameter is missing or names a scope that there is not."
    elif not asked.get("state"):
        problem = "The required parameter state is missing."
    if problem:
        raise TokenRefused("invalid_request", problem)


def decide(world: World, asked: dict[str, str], *, realm: str) -> str:
    """The address to go back to: with a code for `realm`, or refused when there is none."""
    if not realm:
        return with_query(asked["redirect_uri"], {"error": "access_denied", "state": asked["state"]})
    return consent(
        world,
        realm=realm,
        redirect_uri=asked["redirect_uri"],
        scope=asked["scope"],
        state=asked["state"],
    )


def keep_way_back(world: World, back: str) -> str:
    """A ticket for the page that moves on."""
    ticket = secrets.token_urlsafe(16)
    world.store.add(TICKET, ticket, {"back": back})
    return ticket


def way_back(world: World, ticket: str) -> str | None:
    """The address that a ticket leads to."""
    found = world.store.find(TICKET, ticket)
    return str(found.body["back"]) if found else None


def consent(world: World, *, realm: str, redirect_uri: str, scope: str, state: str) -> str:
    """Somebody said yes: the address to go back to, with a code that is good once and for ten minutes."""
    code = f"AB1{secrets.token_hex(20)}"
    body = {"realm": realm, "redirect_uri": redirect_uri, "scope": scope, "is_used": False}
    world.store.add(CODE, code, {**body, "expires_at": world.clock.now() + CODE_SECONDS}, realm)
    return with_query(redirect_uri, {"code": code, "state": state, "realmId": realm})


def with_query(address: str, more: dict[str, str]) -> str:
    """`address` with more parameters."""
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode(more)) if part)
    return urlunsplit(parts._replace(query=query))


def exchange(world: World, *, code: str, redirect_uri: str) -> Body:
    """Tokens for a code. Raises TokenRefused for a code that is unknown, used, over, or of another address."""
    found = world.store.find(CODE, code)
    if found is None or found.body["is_used"] or found.body["expires_at"] <= world.clock.now():
        raise TokenRefused("invalid_grant", "Invalid authorization code")
    if found.body["redirect_uri"] != redirect_uri:
        raise TokenRefused("invalid_grant", "The redirect_uri is not the one of the authorization")
    found.body["is_used"] = True
    world.store.save(found)
    return _tokens(world, _begin(world, found.body["realm"], found.body["scope"]))


def grant(world: World, realm: str, scope: str = "com.intuit.quickbooks.accounting") -> Body:
    """Tokens without a walk through the page."""
    return _tokens(world, _begin(world, realm, scope))


def _begin(world: World, realm: str, scope: str) -> Record:
    now = world.clock.now()
    body = {"realm": realm, "scope": scope, "consented_at": now, "is_revoked": False, "rotates_next": False}
    body |= {"refresh_token": _refresh_value(), "valued_at": now, "refresh_expires_at": now + REFRESH_SECONDS}
    return world.store.add(GRANT, secrets.token_hex(8), body, realm)


def _refresh_value() -> str:
    return f"RT1-{secrets.token_urlsafe(40)}"


def refresh(world: World, token: str) -> Body:
    """New tokens for a refresh token; its value changes when it is a day old. Raises TokenRefused for a dead one."""
    now = world.clock.now()
    found = next((g for g in world.store.every(GRANT) if g.body["refresh_token"] == token), None)
    if found is None or found.body["is_revoked"]:
        raise TokenRefused("invalid_grant", "Incorrect or invalid refresh token")
    body = found.body
    if min(body["refresh_expires_at"], body["consented_at"] + HARD_SECONDS) <= now:
        raise TokenRefused("invalid_grant", "Token expired")
    if body["rotates_next"] or now - body["valued_at"] >= ROTATION_SECONDS:
        body.update(refresh_token=_refresh_value(), valued_at=now, rotates_next=False)
    body["refresh_expires_at"] = now + REFRESH_SECONDS
    world.store.save(found)
    return _tokens(world, found)


def _tokens(world: World, granted: Record) -> Body:
    access = f"eyJlbmMi.{secrets.token_urlsafe(120)}"
    now = world.clock.now()
    world.store.add(
        ACCESS, access, {"grant": granted.id, "expires_at": now + ACCESS_SECONDS}, granted.account
    )
    return {
        "token_type": "bearer",
        "access_token": access,
        "expires_in": ACCESS_SECONDS,
        "refresh_token": granted.body["refresh_token"],
        "x_refresh_token_expires_in": max(granted.body["refresh_expires_at"] - now, 0),
        "x_refresh_token_hard_expires_in": granted.body["consented_at"] + HARD_SECONDS - now,
    }


def revoke(world: World, token: str) -> None:
    """Ends a consent by either of its tokens. Raises TokenRefused for one that is unknown or dead."""
    access = world.store.find(ACCESS, token)
    for found in world.store.every(GRANT):
        is_meant = found.body["refresh_token"] == token or (access and access.body["grant"] == found.id)
        if is_meant and not found.body["is_revoked"]:
            _end(world, found)
            return
    raise TokenRefused("invalid_request", "Token is incorrect or already revoked")


def _end(world: World, granted: Record) -> None:
    granted.body["is_revoked"] = True
    world.store.save(granted)


def revoke_company(world: World, realm: str) -> int:
    """The firm disconnects the application from its side; says how many consents ended."""
    mine = [g for g in world.store.every(GRANT) if g.account == realm and not g.body["is_revoked"]]
    for found in mine:
        _end(world, found)
    return len(mine)


def rotate_next(world: World, realm: str) -> None:
    """The next refresh brings a new value, whatever the age of the present one."""
    for found in world.store.every(GRANT):
        if found.account == realm and not found.body["is_revoked"]:
            found.body["rotates_next"] = True
            world.store.save(found)


def expire_access(world: World, realm: str) -> None:
    """Every access token of a company is over."""
    for found in world.store.every(ACCESS):
        if found.account == realm:
            found.body["expires_at"] = world.clock.now()
            world.store.save(found)


def realm_of(world: World, authorization: str) -> str | None:
    """The company that a bearer token was given for; None unless the token is good now."""
    scheme, _, token = authorization.partition(" ")
    found = world.store.find(ACCESS, token) if scheme.lower() == "bearer" else None
    if found is None or found.body["expires_at"] <= world.clock.now():
        return None
    granted = world.store.find(GRANT, found.body["grant"])
    if granted is None or granted.body["is_revoked"]:
        return None
    return str(granted.body["realm"])
