// Passkeys: the browser asks the person for a finger, a face or a PIN and signs the question of the server.
//   [data-passkey] in a form, with a hidden field "credential", a button [data-passkey-button] and a place [data-passkey-error] for words.
//   The question is either in the page (data-passkey-question="#id" of a JSON block) or is fetched when the button is pressed
//   (data-passkey-url). With creation_options a passkey is made, with request_options one signs. The form is sent with the answer.
import { bind } from "./bind.js";

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
};
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const keys = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

function creation({ publicKey }) {
  const user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  return { publicKey: { ...publicKey, user, challenge: bytes(publicKey.challenge), excludeCredentials: keys(publicKey.excludeCredentials) } };
}
function request({ publicKey }) {
  return { publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: keys(publicKey.allowCredentials) } };
}
function answer(credential) {
  const { response } = credential;
  const told = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    told.attestationObject = text(response.attestationObject);
    told.transports = response.getTransports?.() ?? [];
  } else {
    told.authenticatorData = text(response.authenticatorData);
    told.signature = text(response.signature);
    if (response.userHandle) told.userHandle = text(response.userHandle);
  }
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response: told,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function question(part) {
  const place = part.dataset.passkeyQuestion;
  if (place) return JSON.parse(document.querySelector(place).textContent);
  const reply = await fetch(part.dataset.passkeyUrl, { headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error(String(reply.status));
  return reply.json();
}
async function ask(part) {
  const asked = await question(part);
  if (asked.creation_options) return navigator.credentials.create(creation(asked.creation_options));
  return navigator.credentials.get(request(asked.request_options));
}
function words(error) {
  if (error.name === "NotAllowedError") return "The passkey was not used. Nothing happened; try again when you are ready.";
  if (error.name === "InvalidStateError") return "This device has a passkey for you already.";
  if (error.message === "429") return "Too many tries. Wait a minute and try again.";
  return "This browser could not use a passkey here. Try another way.";
}

bind("[data-passkey]", (part) => {
  const form = part.closest("form");
  const button = part.querySelector("[data-passkey-button]");
  const place = part.querySelector("[data-passkey-error]");
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    place.textContent = "This browser knows no passkeys.";
    place.hidden = false;
    return;
  }
  button.addEventListener("click", async () => {
    place.hidden = true;
    button.setAttribute("aria-busy", "true");
    try {
      form.elements.credential.value = JSON.stringify(answer(await ask(part)));
      form.noValidate = true;
      form.requestSubmit();
    } catch (error) {
      place.textContent = words(error);
      place.hidden = false;
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
});
