"""Forms about accounts. They clean and never write."""

from django import forms

from ledger.models import Account


class AccountForm(forms.Form):
    """Code and name of an account."""

    code = forms.CharField(label="Code", max_length=10)
    name = forms.CharField(label="Name", max_length=80)


class NewAccountForm(AccountForm):
    """A new account, with its kind."""

    kind = forms.ChoiceField(label="Kind", choices=Account.Kind.choices)


class TaxMappingForm(forms.Form):
    """On which account one tax is owed."""

    account = forms.ModelChoiceField(
        Account.objects.all(), label="Account", required=False, empty_label="That of all taxes"
    )


class MappingForm(forms.Form):
    """To which account operations of one purpose post."""

    account = forms.ModelChoiceField(Account.objects.all(), label="Account", empty_label=None)
