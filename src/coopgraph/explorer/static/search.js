// The search box: an ARIA combobox over the service's own search.

import { ask, callOf, Problem } from "./api.js";
import { el } from "./dom.js";
import { mark } from "./mark.js";
import { count, text } from "./messages.js";
import { say, sayOther } from "./names.js";
import { typeOf } from "./node.js";
import { problemView } from "./problem.js";
import { go, scope } from "./state.js";

const WAIT_MS = 120;
const LIMIT = 8;

/** Fill the host with the search box; return a function that redraws its words. */
export function searchBox(host) {
  let hits = [];
  let active = -1;
  let timer = 0;
  let asking = null;

  const label = el("label", { class: "spoken", for: "q" });
  const input = el("input", {
    id: "q", type: "search", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "hits",
    "aria-describedby": "search-keys", enterkeyhint: "search", maxlength: "200",
  });
  const key = el("kbd", { "aria-hidden": "true" }, "/");
  const list = el("ul", { id: "hits", role: "listbox" });
  const note = el("p", { class: "search-note", role: "status" });
  const drop = el("div", { class: "drop", hidden: true }, list, note);
  const keys = el("p", { id: "search-keys", class: "hint" });
  host.replaceChildren(label, el("div", { class: "box" }, input, key, drop), keys);

  function close() {
    clearTimeout(timer);
    asking?.abort();
    drop.hidden = true;
    input.setAttribute("aria-expanded", "false");
    setActive(-1);
  }

  function setActive(index) {
    active = index;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    const option = list.children[index];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function choose(hit) {
    input.value = "";
    hits = [];
    list.replaceChildren();
    close();
    go({ of: hit.id, type: null });
  }

  function show(problem, more) {
    list.replaceChildren(...hits.map(optionView));
    const none = text("search_none", { q: input.value.trim() });
    const some = more ? text("search_more", { n: hits.length }) : count("search_one", "search_count", hits.length);
    note.replaceChildren(problem ? problemView(problem) : hits.length ? some : none);
    drop.hidden = false;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    setActive(-1);
  }

  function optionView(hit, i) {
    const beside = [sayOther(hit.label), typeOf(hit.type)].filter(Boolean).join(" · ");
    return el(
      "li",
      {
        id: `hit-${i}`, role: "option", "aria-selected": "false",
        // Before the input loses the focus.
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => choose(hit),
      },
      mark(hit.type),
      el("span", { class: "node-name" }, say(hit.label, hit.id)),
      el("span", { class: "beside" }, beside),
    );
  }

  async function look() {
    asking?.abort();
    const q = input.value.trim();
    if (!q) return close();
    const mine = (asking = new AbortController());
    try {
      const answer = await ask(callOf("/search", [["q", q], ["limit", LIMIT], ...scope()]), mine.signal);
      if (mine.signal.aborted) return;
      hits = answer.data;
      show(null, answer.meta.truncated);
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      hits = [];
      show(error.document);
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  input.addEventListener("focus", () => {
    if (hits.length && input.value.trim()) look();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // An input method is still at work.
    const open = !drop.hidden && hits.length > 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return void look();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive(active < 0 && step < 0 ? hits.length - 1 : (active + step + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const name = input.value.trim();
      if (open && active >= 0) choose(hits[active]);
      else if (name) choose({ id: name });
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (drop.hidden) input.value = "";
      close();
    }
  });
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || busy || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });

  return function redraw() {
    label.textContent = text("search");
    input.placeholder = `${text("search")} — ${text("search_hint")}`;
    keys.textContent = text("search_keys");
    list.setAttribute("aria-label", text("search_results"));
    close();
  };
}
