"""GET and POST /query."""

from sandbox.quickbooks import query
from sandbox.quickbooks.call import Answer, Call
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, missing
from sandbox.quickbooks.weather import strike
from sandbox.store import Body


def ask(call: Call) -> Answer:
    """Raises Fault 2020 without a sentence, 1050 for a body that says it is something else, 4000 and 4001."""
    if call.method == "POST" and "query" not in call.params:
        if call.content_type.partition(";")[0].strip().lower() not in {"application/text", "text/plain", ""}:
            detail = f"A query is sent as application/text, not as {call.content_type}."
            raise Fault("1050", "Invalid Content Type", detail)
        try:
            sentence = call.content.decode()
        except UnicodeDecodeError as error:
            raise Fault("500", "Unsupported Operation", "The query is not UTF-8.", status=500) from error
    else:
        sentence = call.params.get("query", "")
    if not sentence.strip():
        raise missing("query")
    return Answer.of({"QueryResponse": response(call.company, sentence), "time": call.company.stamp()})


def response(company: Company, sentence: str) -> Body:
    """What stands in QueryResponse. Raises Fault 4000 and 4001."""
    try:
        asked = query.parse(sentence)
        strike(company.world.faults.take(f"QUERY {asked.entity}"))
        return query.run(asked, company.all(asked.entity))
    except query.QueryError as error:
        raise Fault(str(error.code), error.message, error.detail) from error
