// The service's own HTTP interface, the only place where data comes from.

import { queryOf } from "./state.js";

export const ROOT = "/api/v1";

/** An answer of the service that is an error (RFC 9457), or no answer at all. */
export class Problem extends Error {
  constructor(document) {
    super(document.detail ?? document.title ?? "");
    this.document = document;
  }
}

/** The path and query of a call. `parameters` is a list of pairs. */
export function callOf(path, parameters = []) {
  const query = queryOf(parameters);
  return ROOT + path + (query ? `?${query}` : "");
}

/** A line for a terminal that makes the same call. */
export function curlOf(call) {
  return `curl -s '${new URL(call, location.href).href.replaceAll("'", "%27")}'`;
}

/** Fetch an address of this service; raise its problem. */
export async function fetchChecked(address, options = {}) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ unreachable: true });
  }
  if (response.ok) return response;
  let document = null;
  try {
    document = await response.json();
  } catch {
    // Not a problem document: something in between answered.
  }
  throw new Problem(document ?? { status: response.status, title: response.statusText });
}

/** Make a call and return `{data, meta}`. */
export async function ask(call, signal) {
  const response = await fetchChecked(call, { signal, headers: { Accept: "application/json" } });
  return response.json();
}

/** Run a SPARQL query; return `{results}` (SELECT, ASK) or `{text}` (CONSTRUCT, DESCRIBE). */
export async function runQuery(query, signal) {
  const response = await fetchChecked("/sparql", {
    method: "POST",
    signal,
    headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9" },
    body: new URLSearchParams({ query }),
  });
  const kind = response.headers.get("content-type") ?? "";
  if (kind.includes("json")) return { results: await response.json() };
  return { text: await response.text() };
}
