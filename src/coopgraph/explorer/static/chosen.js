// The chosen node with its relations.

import { ask, callOf } from "./api.js";
import { el } from "./dom.js";
import { live } from "./live.js";
import { mark } from "./mark.js";
import { count, number, text } from "./messages.js";
import { learnDocuments, say, sayOther } from "./names.js";
import { typeOf } from "./node.js";
import { relationsTable, rowsOf } from "./relations_table.js";
import { addressOf, go, scope, state } from "./state.js";

const PAGE = 50;

/** Return a function that shows what the state names, or nothing. */
export function chosenPanel(host) {
  const refresh = live(host, draw, () => el("p", { class: "chosen-close" }, closeButton()));
  return function show() {
    host.hidden = !state.of;
    if (state.of) return refresh();
    host.replaceChildren();
    document.title = text("title");
    return Promise.resolve();
  };
}

async function draw(signal) {
  document.title = `${state.of} · ${text("title")}`;
  const base = [["of", state.of], ...scope()];
  const narrow = state.type ? [["type", state.type]] : [];
  const [whole, answer] = await Promise.all([
    state.type ? ask(callOf("/neighbours", [...base, ["limit", 1]]), signal) : null,
    ask(callOf("/neighbours", [...base, ...narrow, ["limit", PAGE]]), signal),
  ]);
  await learnFrom(answer.data);
  const { node } = answer.data;
  document.title = `${say(node.label, node.id)} · ${text("title")}`;
  return [headView(node), typesView((whole ?? answer).data), linksView(node, [...base, ...narrow]), bodyView(answer)];
}

function learnFrom({ neighbours }) {
  return learnDocuments(neighbours.flatMap((n) => n.edges).flatMap((edge) => edge.evidence));
}

function headView(node) {
  const other = sayOther(node.label);
  return el(
    "div",
    { class: "chosen-head" },
    mark(node.type),
    el(
      "div",
      {},
      el("h2", { id: "chosen-title", tabindex: "-1" }, say(node.label, node.id)),
      el("p", { class: "quiet" }, [other, typeOf(node.type), node.id].filter(Boolean).join(" · ")),
    ),
    closeButton(),
  );
}

function closeButton() {
  const close = () => go({ of: null, type: null });
  return el("button", { type: "button", class: "button", onclick: close }, text("chosen_close"));
}

function typesView({ total, counts }) {
  const types = Object.entries(counts);
  if (!types.length) return null;
  const chip = (type, name, n) =>
    el(
      "li",
      {},
      el(
        "a",
        {
          class: "chip",
          href: addressOf({ type }),
          "aria-current": (state.type ?? null) === type ? "true" : null,
          onclick: (event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            go({ type });
          },
        },
        type ? mark(type) : null,
        `${name} `,
        el("b", {}, number(n)),
      ),
    );
  return el(
    "ul",
    { class: "chips", "aria-label": text("chosen_types") },
    chip(null, text("chosen_all"), total),
    types.map(([type, n]) => chip(type, typeOf(type), n)),
  );
}

function linksView(node, parameters) {
  const around = [["format", "graphml"], ["focus", node.id], ["lang", state.lang], ...scope()];
  return el(
    "ul",
    { class: "links" },
    el("li", {}, el("a", { href: callOf("/neighbours", parameters) }, text("json_neighbours"))),
    el("li", {}, el("a", { href: callOf(`/nodes/${node.id}`, scope()) }, text("json_node"))),
    el("li", {}, el("a", { href: callOf("/export", around), download: "" }, text("graphml_around"))),
  );
}

function bodyView(answer) {
  const { node, neighbours, total } = answer.data;
  if (!neighbours.length) return el("p", { class: "empty" }, text("chosen_empty"));
  const caption = text("chosen_table", { name: say(node.label, node.id) });
  const table = relationsTable(rowsOf(answer.data), caption);
  const shown = el("p", { class: "quiet", role: "status" }, count("chosen_one", "chosen_count", total));
  const more = el("div", {});
  offerMore(more, table.tBodies[0], answer.meta.next, total - neighbours.length, caption);
  return [shown, table, more];
}

function offerMore(host, body, next, left, caption) {
  if (!next) return host.replaceChildren();
  const load = live(host, async (signal) => {
    const answer = await ask(next, signal);
    await learnFrom(answer.data);
    body.append(...relationsTable(rowsOf(answer.data), caption).tBodies[0].children);
    queueMicrotask(() =>
      offerMore(host, body, answer.meta.next, left - answer.data.neighbours.length, caption),
    );
    return [];
  });
  host.replaceChildren(
    el("button", { type: "button", class: "button", onclick: load }, text("chosen_more", { n: Math.min(PAGE, left) })),
  );
}
