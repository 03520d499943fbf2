// The two choices of the page: its language and the layers that are asked.

import { el } from "./dom.js";
import { text } from "./messages.js";
import { addressOf, go, state } from "./state.js";

/** The language switch: links, so that each language has its address. */
export function languageSwitch(host) {
  return function redraw() {
    const link = (lang, name) =>
      el(
        "a",
        {
          href: addressOf({ lang }), lang, hreflang: lang,
          "aria-current": state.lang === lang ? "true" : null,
          onclick: (event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            go({ lang });
            host.querySelector("[aria-current]").focus();
          },
        },
        name,
      );
    host.setAttribute("aria-label", text("language"));
    host.replaceChildren(link("zh", "中"), link("en", "EN"));
  };
}

/** The choice of layers: all, or what documents say and nothing else. */
export function layerSwitch(host) {
  return function redraw() {
    const option = (value, key) =>
      el(
        "label",
        {},
        el("input", {
          type: "radio", name: "layers", checked: state.layers === value,
          onchange: () => go({ layers: value }),
        }),
        el("span", {}, text(key)),
      );
    const focused = host.contains(document.activeElement);
    host.replaceChildren(
      el(
        "fieldset",
        { class: "choice", "aria-describedby": "layers-hint" },
        el("legend", {}, text("layers")),
        el("div", { class: "switch" }, option(null, "layers_all"), option("stated", "layers_stated")),
      ),
      el("p", { id: "layers-hint", class: "hint" }, text("layers_hint")),
    );
    if (focused) host.querySelector("input:checked").focus();
  };
}
