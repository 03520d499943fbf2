// What the page shows, kept in the address so that a link shows the same.

const LANGUAGES = ["zh", "en"];
const listeners = [];

/** The language, the chosen node, the type its neighbours are narrowed to, the layers asked. */
export const state = read();

function read() {
  const query = new URLSearchParams(location.search);
  const asked = query.get("lang");
  return {
    lang: LANGUAGES.includes(asked) ? asked : preferred(),
    of: (query.get("of") ?? "").trim() || null,
    type: query.get("type") || null,
    layers: query.get("layers") === "stated" ? "stated" : null,
  };
}

function preferred() {
  const first = navigator.languages?.[0] ?? navigator.language ?? "zh";
  return first.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** A query string that is easy to read: slashes and commas stay as they are. */
export function queryOf(pairs) {
  return new URLSearchParams(pairs).toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
}

/** The address of the page after some changes; a language is kept if the address names one. */
export function addressOf(changes) {
  const next = { ...state, ...changes };
  const named = changes.lang || new URLSearchParams(location.search).has("lang");
  const pairs = [];
  if (next.of) pairs.push(["of", next.of]);
  if (next.of && next.type) pairs.push(["type", next.type]);
  if (next.layers) pairs.push(["layers", next.layers]);
  if (named) pairs.push(["lang", next.lang]);
  const query = queryOf(pairs);
  return query ? `/?${query}` : "/";
}

/** Go to another state. A new node is a new step back; the rest replaces the present one. */
export function go(changes) {
  const step = "of" in changes || "type" in changes ? "pushState" : "replaceState";
  history[step](null, "", addressOf(changes));
  settle();
}

/** Call `listener(changed)` with the names that changed, after every change. */
export function follow(listener) {
  listeners.push(listener);
}

function settle() {
  const next = read();
  const changed = new Set(Object.keys(next).filter((name) => next[name] !== state[name]));
  Object.assign(state, next);
  for (const listener of listeners) listener(changed);
}

window.addEventListener("popstate", settle);

/** Parameters that restrict a question to the layers chosen. */
export function scope() {
  return state.layers ? [["layers", state.layers]] : [];
}
