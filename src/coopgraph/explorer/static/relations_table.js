// Relations as a table: neighbour, relation, days, layer, source.

import { layerView, relationView, validView } from "./edge.js";
import { el } from "./dom.js";
import { evidenceList, readingList } from "./evidence.js";
import { text } from "./messages.js";
import { nodeLink, typeOf } from "./node.js";

const COLUMNS = ["neighbour", "relation", "valid", "layer", "source"];

/**
 * Make the table. Each row is `{nodes, edge, from}`: neighbours that one edge, or several that say
 * the same, join to `from`. Roles are written out because narrow screens lay rows out as blocks.
 */
export function relationsTable(rows, caption) {
  return el(
    "table",
    { class: "relations", role: "table", "aria-label": caption },
    el(
      "thead",
      { role: "rowgroup" },
      el("tr", { role: "row" }, COLUMNS.map((key) => el("th", { role: "columnheader", scope: "col" }, text(key)))),
    ),
    el("tbody", { role: "rowgroup" }, rows.map(rowView)),
  );
}

function rowView({ nodes, edge, from }) {
  const several = nodes.length > 1;
  const first = el(
    "th",
    { role: "rowheader", scope: "row", "data-label": text("neighbour") },
    several
      ? el("ul", { class: "chips" }, nodes.map((node) => el("li", {}, nodeLink(node))))
      : nodeLink(nodes[0]),
    el("span", { class: "type" }, typeOf(nodes[0].type) + (several ? ` × ${nodes.length}` : "")),
  );
  const source = [evidenceList(edge.evidence), readingList(edge.interpretations)];
  const rest = [relationView(edge, from), validView(edge.valid), layerView(edge.layer), source];
  return el(
    "tr",
    { role: "row" },
    first,
    rest.map((content, i) =>
      el("td", { role: "cell", "data-label": text(COLUMNS[i + 1]) }, content),
    ),
  );
}

/** One row for each edge of each neighbour. */
export function rowsOf({ node, neighbours }) {
  return neighbours.flatMap((neighbour) =>
    neighbour.edges.map((edge) => ({ nodes: [neighbour.node], edge, from: node.id })),
  );
}

/** Put together rows that differ in nothing but the neighbour. */
export function mergeRows(rows) {
  const merged = new Map();
  for (const row of rows) {
    const { relation, directed, status, valid, layer, evidence, interpretations } = row.edge;
    const outwards = directed && row.edge.source === row.from;
    const key = JSON.stringify([
      row.nodes[0].type, relation, directed, outwards, status, valid, layer,
      evidence.map((e) => e.id), interpretations.map((i) => i.id),
    ]);
    const same = merged.get(key);
    if (same) same.nodes.push(...row.nodes);
    else merged.set(key, { ...row, nodes: [...row.nodes] });
  }
  return [...merged.values()];
}
