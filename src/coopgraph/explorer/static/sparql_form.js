// A small SPARQL form: a query, its result as a table, an error with its place.

import { Problem, ask, callOf, runQuery } from "./api.js";
import { el, languageOf, outsideLink } from "./dom.js";
import { count, text } from "./messages.js";
import { say, shortId } from "./names.js";
import { problemView } from "./problem.js";
import { addressOf, queryOf } from "./state.js";

const SHOWN = 100;

const example = () => `# ${text("sparql_comment")}
PREFIX coop: <https://w3id.org/coopgraph/ns#>
PREFIX oa:   <http://www.w3.org/ns/oa#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX type: <https://w3id.org/coopgraph/scheme/cooperation-type/>

SELECT DISTINCT ?enterprise ?name ?paragraph ?quote WHERE {
  ?cooperation coop:cooperationType type:docking ;
    coop:hasParticipation/coop:participant ?enterprise ;
    coop:evidencedBy ?evidence .
  ?enterprise a coop:CentralEnterprise ; skos:prefLabel ?name .
  ?evidence coop:paragraph ?paragraph ; oa:hasSelector/oa:exact ?quote .
  FILTER (lang(?name) = "zh")
}
ORDER BY ?name`;

/** Put the form on the page; return a function that redraws its words. */
export function sparqlForm(host) {
  let given = "";
  let running = null;
  let questions = [];
  const choiceLabel = el("label", { for: "example" });
  const choice = el("select", { id: "example", onchange: choose });
  const label = el("label", { for: "query" });
  const area = el("textarea", {
    id: "query", rows: "15", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", dir: "ltr",
  });
  const button = el("button", { type: "submit", class: "button primary" });
  const result = el("div", { class: "result" });
  const form = el("form", { onsubmit: run }, el("p", { class: "row" }, choiceLabel, choice), label, area, el("p", { class: "row" }, button));
  host.replaceChildren(form, result);

  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(event);
  });

  async function run(event) {
    event?.preventDefault();
    running?.abort();
    const mine = (running = new AbortController());
    const query = area.value;
    result.setAttribute("aria-busy", "true");
    result.replaceChildren(el("p", { class: "loading" }, text("loading")));
    let content;
    try {
      content = answerView(await runQuery(query, mine.signal), query);
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      content = problemView(error.document, { place: goTo });
    }
    if (mine !== running) return;
    result.replaceChildren(...content instanceof Node ? [content] : content);
    result.removeAttribute("aria-busy");
  }

  // The competency questions of the ontology, as the service has them.
  async function learnQuestions() {
    try {
      questions = (await ask(callOf("/questions", []))).data;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    drawChoice();
  }

  function drawChoice() {
    const chosen = choice.value;
    const options = (kind) =>
      questions.filter((q) => q.kind === kind).map((q) => el("option", { value: q.id }, say(q.question)));
    choiceLabel.textContent = text("sparql_example");
    choice.replaceChildren(
      el("option", { value: "" }, text("sparql_own")),
      ...["neighbours", "paths", "gaps"].map((kind) => el("optgroup", { label: text(`${kind}_kind`) }, options(kind))),
    );
    choice.value = chosen;
  }

  function choose() {
    const question = questions.find((q) => q.id === choice.value);
    area.value = given = question ? question.query : example();
    result.replaceChildren();
  }

  learnQuestions();

  // Columns count characters, the text area counts UTF-16 units.
  function goTo(line, column) {
    const lines = area.value.split("\n");
    const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    const within = [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
    area.focus();
    area.setSelectionRange(before + within, before + within + 1);
  }

  return function redraw() {
    label.textContent = text("sparql_query");
    button.textContent = text("sparql_run");
    drawChoice();
    if (area.value === given && !choice.value) area.value = given = example();
    result.replaceChildren();
  };
}

function answerView({ results, text: turtle }, query) {
  if (turtle !== undefined) return el("pre", { tabindex: "0" }, turtle);
  const address = (format) => `/sparql?${queryOf([["query", query], ["format", format]])}`;
  const links = el(
    "ul",
    { class: "links" },
    el("li", {}, el("a", { href: address("json") }, text("json"))),
    results.results ? el("li", {}, el("a", { href: address("csv"), download: "result.csv" }, text("csv"))) : null,
  );
  if ("boolean" in results) {
    return [el("p", { role: "status" }, el("b", {}, text(results.boolean ? "sparql_yes" : "sparql_no"))), links];
  }
  const rows = results.results.bindings;
  const said = rows.length ? count("sparql_row", "sparql_rows", rows.length) : text("sparql_none");
  const cut = rows.length > SHOWN ? ` ${text("sparql_cut", { n: SHOWN })}` : "";
  return [el("p", { class: "quiet", role: "status" }, said + cut), rows.length ? tableView(results.head.vars, rows) : null, links]
    .filter(Boolean);
}

function tableView(names, rows) {
  const head = el("tr", {}, names.map((name) => el("th", { scope: "col" }, name)));
  const body = rows.slice(0, SHOWN).map((row) =>
    el("tr", {}, names.map((name) => el("td", {}, row[name] ? termView(row[name]) : null))),
  );
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": text("sparql_result") },
    el("table", { class: "bindings" }, el("thead", {}, head), el("tbody", {}, body)),
  );
}

function termView(term) {
  if (term.type === "uri") {
    const id = shortId(term.value);
    if (id) return el("a", { href: addressOf({ of: id, type: null }) }, id);
    return outsideLink(term.value, term.value);
  }
  if (term.type === "triple") return JSON.stringify(term.value);
  const language = term["xml:lang"] ?? languageOf(term.value);
  return el("span", { lang: language }, term.type === "bnode" ? `_:${term.value}` : term.value);
}
