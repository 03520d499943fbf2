// An edge in words: relation, direction, status, days, layer.

import { el, spoken } from "./dom.js";
import { text } from "./messages.js";
import { nameOf, say } from "./names.js";

/** The relation as it is seen from one of its ends. */
export function relationView(edge, from) {
  const outwards = edge.source === from;
  const arrow = edge.directed ? (outwards ? "→" : "←") : "↔";
  return el(
    "span",
    { class: "relation" },
    el("span", { class: "arrow", "aria-hidden": "true" }, arrow),
    el("span", {}, say(edge.label, edge.relation)),
    edge.directed ? spoken(` (${text(outwards ? "outwards" : "inwards")})`) : null,
    edge.status ? el("span", { class: "status" }, nameOf(edge.status)) : null,
  );
}

/** From when to when it holds, planned or actual. */
export function validView({ from, to }) {
  const day = (value) => el("time", { datetime: value, class: "day" }, value);
  if (from && to) return el("span", { class: "days" }, day(from), " – ", day(to));
  if (from) return el("span", {}, text("from_day", { from }));
  if (to) return el("span", {}, text("to_day", { to }));
  return el("span", { class: "quiet" }, text("undated"));
}

/** The layer it is in. */
export function layerView(layer) {
  return el("span", { class: `layer layer-${layer}` }, text(layer));
}
