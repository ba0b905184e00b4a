// Searchable pickers: <select data-picker> becomes a Tom Select. Without scripts it stays a select.
//   data-picker-url="…"        asks the server: GET ?q=text → {"options": [{"value", "text", "sub", "why", "group", "disabled"}]}
//   data-picker-placeholder    words in the empty field
//   option data-sub="…"        second line · data-why="…" at the right ("No labor code yet") · <optgroup> is a group
import { bind } from "./bind.js";

let loading = null;
function tomSelect() {
  loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = document.querySelector('meta[name="tom-select"]').content;
    script.onload = () => done(window.TomSelect);
    script.onerror = failed;
    document.head.append(script);
  });
  return loading;
}

const html = (strings, ...values) => strings.reduce((text, part, at) => text + part + (values[at] ?? ""), "");
function optionMarkup(item, escape) {
  const sub = item.sub ? html`<span class="sub">${escape(item.sub)}</span>` : "";
  const why = item.why ? html`<span class="label-sm">${escape(item.why)}</span>` : "";
  return html`<div><span class="grow"><span>${escape(item.text)}</span>${sub}</span>${why}</div>`;
}
function remote(select) {
  const url = select.dataset.pickerUrl;
  if (!url) return {};
  let answered = null; // the query that the options on show are the answer to
  return {
    preload: "focus",
    loadThrottle: 200,
    shouldLoad: () => true,
    load(query, answer) {
      const address = new URL(url, location.href);
      address.searchParams.set("q", query);
      fetch(address, { headers: { Accept: "application/json" } })
        .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
        .then((found) => { answered = query; this.clearOptions((option) => this.items.includes(option.value)); answer(found.options.map((option) => ({ ...option, optgroup: option.group })), found.groups ?? []); })
        .catch(() => answer());
    },
    score(query) { // the server has searched and sorted; until it answers, what is there is searched here
      return query === answered ? () => 1 : this.sifter.getScoreFunction(query, this.getSearchOptions());
    },
  };
}
function options(select) {
  const isMany = select.multiple;
  return {
    allowEmptyOption: false,
    maxOptions: 200,
    searchField: ["text", "sub"],
    lockOptgroupOrder: true,
    placeholder: select.dataset.pickerPlaceholder ?? "",
    hidePlaceholder: true,
    closeAfterSelect: !isMany,
    clearAfterSelect: isMany,
    refreshThrottle: 0, // Enter right after typing takes what was typed for, not what stood first before
    plugins: isMany ? { remove_button: { title: "Remove" } } : {},
    render: {
      option: optionMarkup,
      item: (item, escape) => html`<div>${escape(item.text)}</div>`,
      no_results: () => '<div class="no-results">Nothing matches</div>',
      loading: () => '<div class="picker-loading"><span class="spin"></span>Searching</div>',
      optgroup_header: (group, escape) => html`<div class="optgroup-header">${escape(group.label)}</div>`,
    },
    onInitialize() { dress(this, select); },
    onChange() { select.dispatchEvent(new Event("picker:change", { bubbles: true })); },
    ...remote(select),
  };
}
// Names and states for screen readers, and the keys under the list.
function dress(picker, select) {
  const input = picker.control_input;
  select.setAttribute("aria-hidden", "true"); // the combobox speaks for it
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  if (select.required) input.setAttribute("aria-required", "true");
  const label = select.getAttribute("aria-label") ?? select.labels?.[0]?.firstChild?.textContent?.trim() ?? "";
  if (label) {
    input.setAttribute("aria-label", label);
    picker.dropdown_content.setAttribute("aria-label", label);
  }
  const foot = document.createElement("p");
  foot.className = "picker-foot hide-narrow";
  foot.innerHTML = "<kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>Enter</kbd> take it <kbd>Esc</kbd> close";
  picker.dropdown.append(foot);
}
bind("select[data-picker]", async (select) => {
  const TomSelect = await tomSelect();
  if (!select.isConnected || select.tomselect) return;
  const hadFocus = document.activeElement === select;
  const picker = new TomSelect(select, options(select));
  if (hadFocus) { // the wrong field of a form: the focus, not yet the list
    picker.settings.openOnFocus = false;
    picker.focus();
    setTimeout(() => { picker.settings.openOnFocus = true; }, 100);
  }
});
// A swapped-out select takes its picker along.
document.addEventListener("htmx:beforeCleanupElement", (event) => event.detail.elt.tomselect?.destroy());
