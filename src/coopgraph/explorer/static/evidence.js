// Where it says so: the quotation, its document and paragraph.

import { callOf } from "./api.js";
import { el, languageOf, outsideLink } from "./dom.js";
import { text } from "./messages.js";
import { nameOf, say } from "./names.js";

/** Show one piece of evidence. */
export function evidenceView(piece) {
  const place = piece.paragraph === null ? null : text("paragraph", { n: piece.paragraph });
  return el(
    "figure",
    { class: "evidence" },
    piece.quote === null
      ? null
      : el("blockquote", { lang: languageOf(piece.quote) }, `“${piece.quote}”`),
    el(
      "figcaption",
      {},
      documentLink(piece.document),
      place ? [" · ", el("span", { class: "paragraph" }, place)] : null,
      piece.quote === null ? ` · ${text("whole")}` : null,
    ),
  );
}

function documentLink(id) {
  if (id.includes("://")) return outsideLink(id, nameOf(id));
  return el("a", { href: callOf(`/nodes/${id}`) }, nameOf(id));
}

/** Show what something rests on: the first two pieces, the rest folded. */
export function evidenceList(pieces) {
  if (!pieces.length) return el("p", { class: "quiet" }, text("no_source"));
  const shown = pieces.slice(0, 2).map(evidenceView);
  const rest = pieces.slice(2).map(evidenceView);
  if (!rest.length) return shown;
  return [...shown, el("details", {}, el("summary", {}, text("more_sources", { n: rest.length })), rest)];
}

/** Show how open words were read, folded: a reading is not what the source says. */
export function readingList(readings) {
  if (!readings.length) return null;
  return el(
    "details",
    { class: "readings" },
    el("summary", {}, text("readings", { n: readings.length })),
    el("ul", {}, readings.map(readingView)),
  );
}

function readingView({ reading, rationale, by }) {
  const who = by.map(({ id, label }) => say(label, id)).join(text("comma"));
  return el(
    "li",
    {},
    el("p", {}, say(reading)),
    el("p", { class: "quiet" }, `${text("rationale")}${text("colon")}${say(rationale)}`),
    who ? el("p", { class: "quiet" }, `${text("read_by")}${text("colon")}${who}`) : null,
  );
}
