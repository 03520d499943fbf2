// A path, drawn as a chain of nodes and labelled steps, each step with its source.

import { layerView, relationView, validView } from "./edge.js";
import { el } from "./dom.js";
import { evidenceList, readingList } from "./evidence.js";
import { count, text } from "./messages.js";
import { nodeLink } from "./node.js";

/** Show paths, or that none is recorded. */
export function pathsView(paths) {
  if (!paths.length) return el("p", { class: "empty" }, text("paths_none"));
  return paths.map((path) => [
    el("p", { class: "quiet" }, count("paths_step", "paths_steps", path.length)),
    chainView(path),
  ]);
}

function chainView({ nodes, edges }) {
  const links = nodes.flatMap((node, i) => [
    el("li", { class: "chain-node" }, nodeLink(node)),
    i < edges.length ? stepView(edges[i], node.id) : null,
  ]);
  return el("ol", { class: nodes.length <= 3 ? "chain chain-wide" : "chain" }, links);
}

function stepView(edges, from) {
  return el(
    "li",
    { class: "chain-step" },
    edges.map((edge) =>
      el(
        "div",
        { class: "step" },
        el("p", { class: `step-line step-${directionOf(edge, from)}` }, relationView(edge, from)),
        el("p", { class: "step-facts" }, validView(edge.valid), layerView(edge.layer)),
        evidenceList(edge.evidence),
        readingList(edge.interpretations),
      ),
    ),
  );
}

function directionOf(edge, from) {
  if (!edge.directed) return "both";
  return edge.source === from ? "on" : "back";
}
