"""Customers, employees, vendors, items, accounts, terms: needed fields, names, versions."""

from typing import Any

import pytest

from tests.sandbox.quickbooks.calling import Caller, code


def account(caller: Caller, type_: str) -> dict[str, str]:
    found = caller.query(f"select * from Account where AccountType = '{type_}'")["Account"][0]
    return {"value": found["Id"]}


def test_a_new_company_has_the_usual_lists(caller: Caller) -> None:
    counts = {
        entity: len(caller.query(f"select * from {entity} maxresults 1000")[entity])
        for entity in ("Account", "Term", "Item", "Customer", "Employee", "Vendor", "TaxCode")
    }
    assert counts == {
        "Account": 18,
        "Term": 4,
        "Item": 3,
        "Customer": 3,
        "Employee": 3,
        "Vendor": 2,
        "TaxCode": 2,
    }
    answer = caller.get(f"companyinfo/{caller.realm}").json()["CompanyInfo"]
    assert (answer["CompanyName"], answer["Country"]) == ("Hartwell & Moss LLC", "USA")
    prefs = caller.get("preferences").json()["Preferences"]
    assert prefs["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    assert prefs["TaxPrefs"]["PartnerTaxEnabled"] is True


def test_a_record_has_a_version_and_stamps_with_the_pacific_offset(caller: Caller) -> None:
    made = caller.customer()
    assert (made["SyncToken"], made["domain"], made["sparse"]) == ("0", "QBO", False)
    assert made["MetaData"]["CreateTime"][-6:] in ("-08:00", "-07:00")
    changed = caller.make("Customer", Id=made["Id"], SyncToken="0", sparse=True, Notes="Likes mornings")
    assert (changed["SyncToken"], changed["DisplayName"]) == ("1", "Aurora Foods")
    assert code(caller.post("customer", {"Id": made["Id"], "SyncToken": "0", "sparse": True})) == (
        400,
        "5010",
    )
    assert code(caller.post("customer", {"Id": made["Id"], "sparse": True})) == (400, "2020")
    assert code(caller.post("customer", {"Id": "9999", "SyncToken": "0"})) == (400, "610")
    assert code(caller.get("customer/9999")) == (400, "610")


def test_a_sparse_update_keeps_what_a_full_one_empties(caller: Caller) -> None:
    made = caller.make("Customer", DisplayName="Kite", Notes="n", PrimaryEmailAddr={"Address": "a@b.example"})
    sparse = caller.make("Customer", Id=made["Id"], SyncToken="0", sparse=True, CompanyName="Kite Ltd.")
    assert (sparse["Notes"], sparse["CompanyName"]) == ("n", "Kite Ltd.")
    emptied = caller.make("Customer", Id=made["Id"], SyncToken="1", sparse=True, Notes="")
    assert "Notes" not in emptied
    full = caller.make("Customer", Id=made["Id"], SyncToken="2", DisplayName="Kite")
    assert {"CompanyName", "PrimaryEmailAddr"}.isdisjoint(full)
    blank = {"Id": made["Id"], "SyncToken": "3", "sparse": True, "DisplayName": ""}
    assert code(caller.post("customer", blank)) == (400, "6080")


def test_one_pool_of_names_for_customers_vendors_and_employees(caller: Caller) -> None:
    made = caller.customer("Aurora Foods")
    for entity, facts in (
        ("customer", {"DisplayName": "AURORA foods"}),
        ("vendor", {"DisplayName": "Aurora Foods"}),
        ("employee", {"GivenName": "Aurora", "FamilyName": "Foods"}),
    ):
        answer = caller.post(entity, facts)
        assert code(answer) == (400, "6240")
        assert f"Id={made['Id']}" in answer.json()["Fault"]["Error"][0]["Detail"]


@pytest.mark.parametrize(
    ("entity", "facts", "wanted"),
    [
        ("customer", {}, "6080"),
        ("customer", {"Notes": "only notes"}, "6080"),
        ("employee", {"DisplayName": "Only shown"}, "6080"),
        ("customer", {"DisplayName": "A:B"}, "2040"),
        ("customer", {"DisplayName": "x" * 501}, "2050"),
        ("customer", {"DisplayName": "Ok", "GivenName": "x" * 101}, "2050"),
        ("customer", {"DisplayName": "Ok", "Notes": "x" * 2001}, "2050"),
        ("customer", {"DisplayName": "Ok", "Colour": "red"}, "2010"),
        ("customer", {"DisplayName": "Ok", "BillAddr": {"Street": "1 Way"}}, "2010"),
        ("customer", {"DisplayName": "Ok", "PrimaryEmailAddr": {"Address": "nobody"}}, "2210"),
        ("customer", {"DisplayName": "Ok", "Active": "perhaps"}, "2010"),
        ("customer", {"DisplayName": "Ok", "OpenBalanceDate": "31.12.2026"}, "2060"),
        ("customer", {"DisplayName": "Ok", "CreditLimit": "much"}, "2090"),
        ("customer", {"DisplayName": "Ok", "Job": True}, "6150"),
        ("customer", {"DisplayName": "Ok", "ParentRef": {"value": "9999"}}, "2500"),
        ("customer", {"DisplayName": "Ok", "SalesTermRef": {"value": "9999"}}, "2500"),
        ("customer", {"DisplayName": "Ok", "CurrencyRef": {"value": "EUR"}}, "2220"),
        ("customer", {"DisplayName": "Ok", "BillWithParent": True}, "6000"),
        ("item", {"Name": "Hours", "Type": "Service"}, "2020"),
        ("item", {"Name": "Hours", "Type": "Something"}, "2170"),
        ("item", {"Name": "consulting"}, "6240"),
        ("account", {"Name": "Fees"}, "6010"),
        ("account", {"Name": 'The "Fees"', "AccountType": "Income"}, "2040"),
        ("account", {"AccountType": "Income"}, "2020"),
        ("term", {"Name": "Net 45"}, "2020"),
        ("term", {"Name": "Net 1000", "DueDays": 1000}, "2080"),
        ("term", {"Name": "x" * 32, "DueDays": 1}, "2050"),
        ("class", {}, "2020"),
        ("taxcode", {"Name": "CA"}, "500"),
        ("preferences", {"Id": "1", "SyncToken": "0", "OtherThings": {}}, "2010"),
        ("preferences", {"Id": "1", "SyncToken": "0", "TaxPrefs": {"Mood": "good"}}, "2010"),
        ("Customer", {"DisplayName": "Ok"}, "500"),
        ("nothing", {"DisplayName": "Ok"}, "500"),
    ],
)
def test_what_is_refused(caller: Caller, entity: str, facts: dict[str, Any], wanted: str) -> None:
    if entity == "item" and "Type" not in facts:
        facts = {**facts, "IncomeAccountRef": account(caller, "Income")}
    assert code(caller.post(entity, facts)) == (400, wanted)
    assert not caller.query("select * from Customer where DisplayName = 'Ok'")


def test_the_tree_of_customers(caller: Caller) -> None:
    above = caller.customer("Group")
    for depth in range(1, 5):
        below = caller.make("Customer", DisplayName=f"Part {depth}", ParentRef={"value": above["Id"]})
        assert (below["Job"], below["Level"]) == (True, depth)
        assert below["FullyQualifiedName"].count(":") == depth
        above = below
    deeper = {"DisplayName": "Part 5", "ParentRef": {"value": above["Id"]}}
    assert code(caller.post("customer", deeper)) == (400, "6180")
    top = caller.query("select * from Customer where DisplayName = 'Group'")["Customer"][0]
    caller.make("Customer", Id=top["Id"], SyncToken="0", sparse=True, DisplayName="Holding")
    assert (
        caller.get(f"customer/{above['Id']}").json()["Customer"]["FullyQualifiedName"].startswith("Holding:")
    )
    circle = {"Id": top["Id"], "SyncToken": "1", "sparse": True, "ParentRef": {"value": above["Id"]}}
    assert code(caller.post("customer", circle)) == (400, "900")


def test_an_inactive_reference_is_refused_unless_it_was_there_before(caller: Caller) -> None:
    term = caller.query("select * from Term where Name = 'Net 15'")["Term"][0]
    reference = {"value": term["Id"]}
    made = caller.make("Customer", DisplayName="Old", SalesTermRef=reference)
    assert made["SalesTermRef"]["name"] == "Net 15"
    caller.make("Term", Id=term["Id"], SyncToken="0", sparse=True, Active=False)
    assert code(caller.post("customer", {"DisplayName": "New", "SalesTermRef": reference})) == (400, "610")
    assert caller.make("Customer", Id=made["Id"], SyncToken="0", sparse=True, Notes="still works")
    assert not caller.query("select * from Term where Name = 'Net 15'")


def test_lists_are_not_deleted(caller: Caller) -> None:
    made = caller.customer()
    answer = caller.post("customer", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    assert code(answer) == (400, "500")


def test_items_and_accounts(caller: Caller) -> None:
    income = account(caller, "Income")
    item = caller.make("Item", Name="Training", IncomeAccountRef=income, UnitPrice=99.5)
    assert (item["Type"], item["UnitPrice"], item["FullyQualifiedName"]) == ("Service", 99.5, "Training")
    bank = account(caller, "Bank")
    assert code(caller.post("item", {"Name": "Odd", "IncomeAccountRef": bank})) == (400, "6430")
    made = caller.make("Account", Name="Fees", AccountType="Income")
    assert made["Classification"] == "Revenue"
    assert caller.make("Term", Name="The 15th", DayOfMonthDue=15)["Type"] == "DATE_DRIVEN"


def test_preferences_are_merged_by_group(caller: Caller) -> None:
    wish = {"Id": "1", "SyncToken": "0", "sparse": True, "SalesFormsPrefs": {"CustomTxnNumbers": False}}
    answer = caller.post("preferences", wish).json()["Preferences"]
    assert answer["SalesFormsPrefs"]["CustomTxnNumbers"] is False
    assert answer["SalesFormsPrefs"]["AllowDiscount"] is True
    assert answer["TimeTrackingPrefs"]["UseServices"] is True


def test_what_is_no_json(caller: Caller) -> None:
    url = f"{caller.base}/customer"
    json_ = {"Content-Type": "application/json"}
    assert code(caller.session.post(url, data="{", headers=json_, timeout=9)) == (400, "2010")
    assert code(caller.session.post(url, data="[]", headers=json_, timeout=9)) == (400, "2010")
    assert code(caller.session.post(url, data='{"Balance": NaN}', headers=json_, timeout=9)) == (400, "2010")
    assert code(caller.session.post(url, data="", headers=json_, timeout=9)) == (400, "2020")
    assert code(caller.session.post(url, data=b"\xff", headers=json_, timeout=9)) == (500, "500")
    assert code(caller.session.post(url, data="x", timeout=9)) == (415, "1050")


def test_faults_are_xml_for_who_does_not_ask_for_json(caller: Caller) -> None:
    answer = caller.session.get(f"{caller.base}/customer/9999", headers={"Accept": "*/*"}, timeout=9)
    assert answer.status_code == 400
    assert '<Error code="610">' in answer.text
