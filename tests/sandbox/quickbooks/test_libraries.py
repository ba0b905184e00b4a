"""Another client than ours: python-quickbooks with intuit-oauth, as they come."""

import datetime

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.batch import batch_create
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException, ValidationException
from quickbooks.objects.base import LinkedTxn
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.employee import Employee
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.payment import Payment, PaymentLine
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.term import Term
from quickbooks.objects.timeactivity import TimeActivity
from quickbooks.objects.vendor import Vendor

from tests.stand_ins import Sandbox


@pytest.fixture
def books(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> QuickBooks:
    """The library's client of the first company; it gets its access token by itself, from the refresh token."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    granted = sandbox.control("quickbooks/companies/first/tokens")

    class Books(QuickBooks):
        api_url_v3 = f"{sandbox.http_url}/quickbooks/v3"

    discovery = f"{sandbox.http_url}/quickbooks/discovery"
    auth = AuthClient("sandbox-client", "sandbox-secret", "http://localhost:8000/oauth/quickbooks", discovery)
    return Books(
        auth_client=auth,
        refresh_token=granted["refresh_token"],
        company_id=granted["realmId"],
        minorversion=75,
    )


def new_customer(books: QuickBooks, name: str = "O'Neill & Sons") -> Customer:
    customer = Customer()
    customer.DisplayName = name
    return customer.save(qb=books)


def new_invoice(books: QuickBooks, customer: Customer, number: str = "L-1") -> Invoice:
    line = SalesItemLine()
    line.Amount = 100
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = Item.all(qb=books)[0].to_ref()
    invoice = Invoice()
    invoice.CustomerRef = customer.to_ref()
    invoice.DocNumber = number
    invoice.Line.append(line)
    return invoice.save(qb=books)


def test_its_objects_pass_the_rules(books: QuickBooks) -> None:
    customer = new_customer(books)
    found = Customer.filter(qb=books, DisplayName="O'Neill & Sons")
    assert [each.Id for each in found] == [customer.Id]
    invoice = new_invoice(books, customer)
    assert (invoice.TotalAmt, invoice.Balance) == (100, 100)
    assert invoice.download_pdf(qb=books).startswith(b"%PDF-")
    assert invoice.send(qb=books, send_to="ap@oneill.example")["Invoice"]["EmailStatus"] == "EmailSent"
    link = LinkedTxn()
    link.TxnId, link.TxnType = invoice.Id, "Invoice"
    line = PaymentLine()
    line.Amount = 60
    line.LinkedTxn.append(link)
    payment = Payment()
    payment.CustomerRef = customer.to_ref()
    payment.TotalAmt = 60
    payment.Line.append(line)
    payment.save(qb=books)
    assert Invoice.get(invoice.Id, qb=books).Balance == 40


def test_people_terms_and_time(books: QuickBooks) -> None:
    employee = Employee()
    employee.GivenName, employee.FamilyName = "Ada", "Moor"
    employee = employee.save(qb=books)
    vendor = Vendor()
    vendor.DisplayName = "Moor Consulting"
    assert vendor.save(qb=books).Vendor1099 is False
    term = Term()
    term.Name, term.DueDays = "Net 21", 21
    assert term.save(qb=books).Type == "STANDARD"
    time = TimeActivity()
    time.NameOf = "Employee"
    time.EmployeeRef = employee.to_ref()
    time.ItemRef = Item.all(qb=books)[0].to_ref()
    time.Hours, time.Minutes, time.BillableStatus = 2, 15, "NotBillable"
    made = time.save(qb=books)
    assert (made.Hours, made.Minutes) == (2, 15)
    assert made.delete(qb=books)["TimeActivity"]["status"] == "Deleted"
    assert CompanyInfo.get(1, qb=books).CompanyName == "Hartwell & Moss LLC"
    assert Preferences.get(qb=books).SalesFormsPrefs.CustomTxnNumbers is True


def test_its_faults_are_told_apart(books: QuickBooks) -> None:
    customer = new_customer(books)
    with pytest.raises(QuickbooksException) as taken:
        new_customer(books)
    assert taken.value.error_code == 6240
    new_invoice(books, customer)
    with pytest.raises(QuickbooksException) as duplicate:
        new_invoice(books, customer)
    assert duplicate.value.error_code == 6140
    with pytest.raises(ObjectNotFoundException):
        Customer.get("9999", qb=books)
    with pytest.raises(ValidationException):
        Customer.query("select * from Nothing", qb=books)
    customer.save(qb=books)
    with pytest.raises(QuickbooksException) as stale:
        customer.save(qb=books)  # the library keeps the old SyncToken
    assert stale.value.error_code == 5010


def test_a_repeated_request_id_makes_one_record(books: QuickBooks) -> None:
    customer = Customer()
    customer.DisplayName = "Once Only"
    first = customer.save(qb=books, request_id="a-1")
    again = Customer()
    again.DisplayName = "Once Only"
    assert again.save(qb=books, request_id="a-1").Id == first.Id


def test_voiding_batches_and_changes(books: QuickBooks, sandbox: Sandbox) -> None:
    customer = new_customer(books)
    invoice = new_invoice(books, customer)
    invoice.void(qb=books)
    assert Invoice.get(invoice.Id, qb=books).TotalAmt == 0
    wishes = []
    for name in ("One", "Two", "One"):
        each = Customer()
        each.DisplayName = name
        wishes.append(each)
    outcome = batch_create(wishes, qb=books)
    assert (len(outcome.successes), len(outcome.faults)) == (2, 1)
    since = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)).isoformat()
    changes = change_data_capture([Customer, Invoice], since, qb=books)
    assert "One" in {each.DisplayName for each in changes.Customer}
    assert changes.Invoice[0].Id == invoice.Id
