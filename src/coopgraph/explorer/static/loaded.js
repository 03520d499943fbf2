// What is loaded: how much, in which layers, of which classes.

import { ask, callOf } from "./api.js";
import { el } from "./dom.js";
import { layerView } from "./edge.js";
import { live } from "./live.js";
import { mark } from "./mark.js";
import { number, text } from "./messages.js";
import { typeOf } from "./node.js";
import { scope, state } from "./state.js";

const LAYERS = ["stated", "background", "analyst"];

/** Return a function that shows it anew. */
export function loadedPart(host) {
  return live(host, async (signal) => {
    const [all, asked] = await Promise.all([
      ask(callOf("/stats"), signal),
      state.layers ? ask(callOf("/stats", scope()), signal) : null,
    ]);
    const { data, meta } = asked ?? all;
    return [
      el(
        "dl",
        { class: "figures" },
        figure("nodes", data.nodes),
        figure("edges", data.edges),
        figure("generation", meta.generation),
      ),
      el("ul", { class: "layers" }, LAYERS.map((layer) => layerCard(layer, all.data.layers[layer], meta.layers))),
      el("h3", {}, text("classes")),
      classesView(data.classes),
    ];
  });
}

function figure(key, value) {
  return el("div", {}, el("dt", {}, text(key)), el("dd", {}, number(value)));
}

function layerCard(layer, size, asked) {
  const chosen = asked.includes(layer);
  const much = size?.triples
    ? `${text("layer_edges", { n: number(size.edges) })} · ${text("layer_triples", { n: number(size.triples) })}`
    : text("layer_empty");
  return el(
    "li",
    { class: chosen ? "card" : "card card-off" },
    el("p", {}, layerView(layer), chosen ? null : el("span", { class: "quiet" }, ` ${text("layer_unasked")}`)),
    el("p", {}, text(`${layer}_is`)),
    el("p", { class: "quiet" }, much),
  );
}

function classesView(classes) {
  const most = Math.max(1, ...Object.values(classes));
  return el(
    "ul",
    { class: "classes" },
    Object.entries(classes).map(([type, n]) =>
      el(
        "li",
        {},
        mark(type),
        el("span", { class: "class-name" }, typeOf(type)),
        el("span", { class: "bar", style: `--share:${n / most}`, "aria-hidden": "true" }),
        el("b", {}, number(n)),
      ),
    ),
  );
}
