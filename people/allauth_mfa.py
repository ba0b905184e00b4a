"""allauth's second factors: secrets encrypted at rest, the firm's name and host on authenticators."""

from allauth.mfa.adapter import DefaultMFAAdapter

from core import secrets
from people.models import LegalEntity


class SecondFactorAdapter(DefaultMFAAdapter):
    """Passkeys belong to the firm's own host: another firm's page cannot ask for them."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This did not match. Take the code that is shown now, or try another way.",
    }

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        entity = LegalEntity.objects.filter(is_default=True).only("name").first()
        return entity.name if entity else super()._get_site_name()
