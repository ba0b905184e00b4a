"""The addresses of entities: what is read and written, sent and printed."""

from sandbox.quickbooks import entities, printing
from sandbox.quickbooks.call import Answer, Call
from sandbox.quickbooks.faults import Fault, broken, unsupported
from sandbox.store import Body


def answered(call: Call, entity: str, body: Body) -> Answer:
    """A record as it goes out."""
    return Answer.of({entity: body, "time": call.company.stamp()})


def read(call: Call) -> Answer:
    """GET /{entity}/{id}"""
    entity = entities.named(call.ids["entity"])
    return answered(call, entity, entities.read(call.company, entity, call.ids["id"]))


def read_company(call: Call) -> Answer:
    """GET /companyinfo/{realm}"""
    return answered(call, "CompanyInfo", entities.read(call.company, "CompanyInfo", "1"))


def read_preferences(call: Call) -> Answer:
    """GET /preferences"""
    return answered(call, "Preferences", entities.read(call.company, "Preferences", "1"))


def write(call: Call) -> Answer:
    """POST /{entity}: create, update, delete, void."""
    entity = entities.named(call.ids["entity"])
    if "json" not in call.content_type:
        raise Fault("1050", "Unsupported content type", "Content-Type must be application/json.", status=415)
    return answered(call, entity, entities.write(call.company, entity, call.json(), call.params))


def send(call: Call) -> Answer:
    """POST /invoice/{id}/send[?sendTo=]: nothing leaves the stand-in, but the invoice says that it was sent."""
    entity = entities.named(call.ids["entity"])
    if entity not in ("Invoice", "CreditMemo"):
        raise unsupported(f"{entity} cannot be sent.")
    record = entities.read(call.company, entity, call.ids["id"])
    address = call.params.get("sendTo") or record.get("BillEmail", {}).get("Address", "")
    if not address:
        detail = "An e-mail address is needed to send by e-mail."
        raise Fault("6420", "E-mail address missing", f"Business Validation Error: {detail}", "BillEmail")
    if "@" not in address or len(address) > 100:
        detail = f"Email Address : {address} is invalid"
        raise Fault("2210", "Invalid Email Address format", detail, "sendTo")
    if record.get("PrivateNote", "").startswith("Voided"):
        raise broken("A void transaction is not sent.")
    record["BillEmail"] = {"Address": address}
    record["EmailStatus"] = "EmailSent"
    record["DeliveryInfo"] = {"DeliveryType": "Email", "DeliveryTime": call.company.stamp()}
    call.company.store(entity, record, "Emailed")
    return answered(call, entity, entities.read(call.company, entity, record["Id"]))


def print_(call: Call) -> Answer:
    """GET /invoice/{id}/pdf"""
    entity = entities.named(call.ids["entity"])
    if entity not in ("Invoice", "CreditMemo"):
        raise unsupported(f"{entity} cannot be printed.")
    record = entities.read(call.company, entity, call.ids["id"])
    return Answer(200, printing.pdf(call.company.name, entity, record), "application/pdf")
