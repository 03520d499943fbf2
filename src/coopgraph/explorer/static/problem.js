// An error of the service, shown to people: what is wrong, and where to go on.

import { el } from "./dom.js";
import { text } from "./messages.js";
import { nodeLink } from "./node.js";
import { state } from "./state.js";

/**
 * Show a problem document. `retry` offers to ask again, `place` what to do with its line and
 * column.
 */
export function problemView(document, { retry = null, place = null } = {}) {
  const zh = state.lang === "zh";
  const unreachable = document.unreachable;
  const title = unreachable ? text("unreachable") : (zh && document.title_zh) || document.title;
  const detail = unreachable ? text("unreachable_is") : (zh && document.detail_zh) || document.detail;
  const type = document.type ?? "";
  return el(
    "div",
    { class: "problem", role: "alert" },
    el("p", { class: "problem-title" }, `${title ?? ""}${document.status ? ` · ${document.status}` : ""}`),
    detail ? el("p", { class: "problem-detail" }, detail) : null,
    candidatesView(document.candidates),
    el(
      "p",
      { class: "row" },
      place && document.line
        ? el(
            "button",
            { type: "button", class: "button", onclick: () => place(document.line, document.column ?? 1) },
            text("sparql_place", { line: document.line, column: document.column ?? 1 }),
          )
        : null,
      retry ? el("button", { type: "button", class: "button", onclick: retry }, text("retry")) : null,
      type.startsWith("/problems/") ? el("a", { href: type }, text("meaning")) : null,
    ),
  );
}

function candidatesView(candidates) {
  const nodes = (candidates ?? []).filter((candidate) => candidate?.id && candidate.label);
  if (!nodes.length) return null;
  return el(
    "div",
    {},
    el("p", {}, text("candidates")),
    el("ul", { class: "chips" }, nodes.map((node) => el("li", {}, nodeLink(node)))),
  );
}
