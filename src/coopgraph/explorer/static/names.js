// Labels of classes, statuses and documents, asked of the graph itself.

import { runQuery } from "./api.js";
import { state } from "./state.js";

const BASE = "https://w3id.org/coopgraph/";
const known = new Map();
const asked = new Map();

const VOCABULARY = `PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label WHERE { GRAPH <${BASE}graph/vocabulary> {
  { ?thing a owl:Class ; rdfs:label ?label }
  UNION { ?thing skos:inScheme <${BASE}scheme/status> ; skos:prefLabel ?label }
} }`;

/** The IRI that a short id stands for. */
export function iriOf(id) {
  if (id.includes("://")) return id;
  return BASE + (id.startsWith("scheme/") ? "" : "id/") + id;
}

/** The short id of an IRI, or null where it has none. */
export function shortId(iri) {
  if (iri.startsWith(`${BASE}id/`)) return iri.slice(BASE.length + 3);
  return iri.startsWith(`${BASE}scheme/`) ? iri.slice(BASE.length) : null;
}

async function learn(query) {
  try {
    const { results } = await runQuery(query);
    for (const { thing, label } of results.results.bindings) {
      const labels = known.get(thing.value) ?? {};
      labels[label["xml:lang"] ?? "und"] ??= label.value;
      known.set(thing.value, labels);
    }
  } catch {
    // Without labels the page shows ids.
  }
}

/** Learn the words of the vocabulary, once. */
export function learnVocabulary() {
  return learn(VOCABULARY);
}

/** Learn the titles of the documents that pieces of evidence cite, each once. */
export function learnDocuments(evidence) {
  const cited = [...new Set(evidence.map((piece) => iriOf(piece.document)))];
  const fresh = cited.filter((iri) => !asked.has(iri) && !/[\s<>"{}|\\^`]/.test(iri));
  if (fresh.length) {
    const learning = learn(`PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?thing ?label WHERE {
  VALUES ?thing { ${fresh.map((iri) => `<${iri}>`).join(" ")} } ?thing skos:prefLabel|dct:title ?label
}`);
    for (const iri of fresh) asked.set(iri, learning);
  }
  return Promise.all(cited.map((iri) => asked.get(iri)));
}

function named(iri, otherwise) {
  const labels = known.get(iri);
  return labels?.[state.lang] ?? labels?.zh ?? labels?.en ?? labels?.und ?? otherwise;
}

/** The name of a class, by its local name. */
export function typeName(type, otherwise = type) {
  return named(`${BASE}ns#${type}`, otherwise);
}

/** The name of a status or a document, by its short id. */
export function nameOf(id) {
  return named(iriOf(id), id);
}

/** A label in the language of the page. */
export function say(label, otherwise = "") {
  return label?.[state.lang] || label?.zh || label?.en || otherwise;
}

/** The same label in the other language, or null where it is no different. */
export function sayOther(label) {
  const other = label?.[state.lang === "zh" ? "en" : "zh"];
  return other && other !== say(label) ? other : null;
}
