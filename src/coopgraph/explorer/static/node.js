// A node, written as its mark and its name, leading to its relations.

import { el, spoken } from "./dom.js";
import { text } from "./messages.js";
import { mark } from "./mark.js";
import { say, typeName } from "./names.js";
import { addressOf, go } from "./state.js";

/** The name of a node's type; a plain resource is "other". */
export function typeOf(type) {
  return typeName(type, type === "Resource" ? text("other") : type);
}

/** A link that shows a node on this page, and in another tab where asked to. */
export function nodeLink(node, { hollow = false } = {}) {
  const changes = { of: node.id, type: null };
  return el(
    "a",
    {
      class: "node",
      href: addressOf(changes),
      title: typeOf(node.type),
      onclick: (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
        event.preventDefault();
        go(changes);
      },
    },
    mark(node.type, { hollow }),
    el("span", { class: "node-name" }, say(node.label, node.id)),
    spoken(` (${typeOf(node.type)})`),
  );
}
