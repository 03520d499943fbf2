// The start page: its parts, and what makes them ask anew.

import { callOf } from "./api.js";
import { chosenPanel } from "./chosen.js";
import { el } from "./dom.js";
import { loadedPart } from "./loaded.js";
import { text } from "./messages.js";
import { learnVocabulary } from "./names.js";
import { workedQuestions } from "./question.js";
import { searchBox } from "./search.js";
import { sparqlForm } from "./sparql_form.js";
import { follow, queryOf, scope, state } from "./state.js";
import { languageSwitch, layerSwitch } from "./switches.js";

const at = (id) => document.getElementById(id);

const words = [languageSwitch(at("language")), searchBox(at("search")), sparqlForm(at("sparql")), drawWords];
const layers = layerSwitch(at("layers"));
const chosen = chosenPanel(at("chosen"));
const questions = workedQuestions(at("questions"));
const loaded = loadedPart(at("loaded"));

function drawWords() {
  document.documentElement.lang = state.lang === "zh" ? "zh-Hans" : "en";
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = text(element.dataset.text);
  }
  at("foot").textContent = text("foot");
}

function drawDoors() {
  const door = (key, href, extra = {}) =>
    el("li", {}, el("a", { href, ...extra }, text(key)), el("p", { class: "quiet" }, text(`${key}_is`)));
  at("more").replaceChildren(
    door("docs", "/docs"),
    door("endpoint", "/sparql"),
    door("graphml", callOf("/export", [["format", "graphml"], ["lang", state.lang], ...scope()]), { download: "" }),
    door("rules", callOf("/gaps/rules")),
    door("backtest", `/backtest?${queryOf([["lang", state.lang]])}`),
    door("vocabulary", `/page/ns?${queryOf([["lang", state.lang]])}`),
    door("dataset", "/.well-known/void"),
    door("openapi", "/openapi.json"),
    door("health", "/healthz"),
  );
}

async function draw(changed = null) {
  const everything = changed === null || changed.has("lang");
  const asked = everything || changed.has("layers");
  if (everything) for (const redraw of words) redraw();
  if (asked) layers();
  if (asked) drawDoors();
  const parts = [];
  if (asked || changed.has("of") || changed.has("type")) parts.push(chosen());
  if (asked) parts.push(questions(), loaded());
  await Promise.all(parts);
}

follow(async (changed) => {
  await draw(changed);
  // What was activated is gone: the focus goes on to what came of it.
  if (changed.has("of") && !state.of) at("q").focus({ preventScroll: true });
  else if (changed.has("type")) document.querySelector("#chosen .chip[aria-current]")?.focus();
  if (!changed.has("of") || !state.of) return;
  at("chosen").scrollIntoView({ block: "start" });
  at("chosen-title")?.focus({ preventScroll: true });
});

await learnVocabulary();
at("main").hidden = false;
await draw();
if (state.of) at("chosen").scrollIntoView({ block: "start" });
document.documentElement.dataset.ready = "";
