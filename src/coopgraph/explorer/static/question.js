// A worked question: asked live, with its answer, its command line and its JSON.

import { ask, callOf, curlOf } from "./api.js";
import { copyLine } from "./copy.js";
import { el } from "./dom.js";
import { gapsView } from "./gap.js";
import { live } from "./live.js";
import { text } from "./messages.js";
import { learnDocuments } from "./names.js";
import { pathsView } from "./path.js";
import { mergeRows, relationsTable, rowsOf } from "./relations_table.js";
import { scope } from "./state.js";

const QUESTIONS = [
  {
    name: "neighbours",
    path: "/neighbours",
    parameters: [["of", "region/CN-GS"], ["type", "CentralEnterprise"], ["type", "Province"], ["limit", 20]],
    evidence: (data) => data.neighbours.flatMap((n) => n.edges).flatMap((edge) => edge.evidence),
    view: neighboursView,
  },
  {
    name: "paths",
    path: "/paths",
    parameters: [["from", "org/chinalco"], ["to", "scheme/sector/electrolytic-aluminium"]],
    evidence: (data) => data.paths.flatMap((p) => p.edges).flat().flatMap((edge) => edge.evidence),
    view: (data) => pathsView(data.paths),
  },
  {
    name: "gaps",
    path: "/gaps",
    parameters: [["rule", "capacity-without-outlet"], ["limit", 20]],
    evidence: (data) => data.flatMap((gap) => gap.found),
    view: gapsView,
  },
];

function neighboursView(data) {
  if (!data.neighbours.length) return el("p", { class: "empty" }, text("neighbours_none"));
  return relationsTable(mergeRows(rowsOf(data)), text("neighbours_question"));
}

/** Put the questions on the page; return a function that asks them anew. */
export function workedQuestions(host) {
  const parts = QUESTIONS.map((question, i) => {
    const head = el("div", { class: "question-head" });
    const answer = el("div", { class: "answer" });
    const foot = el("div", { class: "question-foot" });
    host.append(
      el("article", { class: "question", id: question.name, "aria-labelledby": `${question.name}-title` }, head, answer, foot),
    );
    const refresh = live(answer, async (signal) => {
      const { data } = await ask(callOf(question.path, [...question.parameters, ...scope()]), signal);
      await learnDocuments(question.evidence(data));
      return question.view(data);
    });
    return () => {
      const call = callOf(question.path, [...question.parameters, ...scope()]);
      head.replaceChildren(
        el("p", { class: "kind" }, `${i + 1} · ${text(`${question.name}_kind`)}`),
        el("h3", { id: `${question.name}-title` }, text(`${question.name}_question`)),
      );
      foot.replaceChildren(copyLine(curlOf(call)), el("a", { href: call }, text("json")));
      return refresh();
    };
  });
  return () => Promise.all(parts.map((show) => show()));
}
