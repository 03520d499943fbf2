// Gaps: what was found on one side, what is not recorded on the other. Never drawn like a fact.

import { el } from "./dom.js";
import { evidenceList, readingList } from "./evidence.js";
import { text } from "./messages.js";
import { say } from "./names.js";
import { nodeLink } from "./node.js";

/** Show gaps, those that rest on the same words together. */
export function gapsView(gaps) {
  if (!gaps.length) return el("p", { class: "empty" }, text("gaps_none"));
  const notes = [...new Set(gaps.map((gap) => say(gap.open_world_note)))];
  return [
    notes.map((note) => el("p", { class: "note" }, note)),
    groupsOf(gaps).map(groupView),
  ];
}

function groupsOf(gaps) {
  const groups = new Map();
  for (const gap of gaps) {
    const key = JSON.stringify([gap.rule, gap.subject.id, gap.found.map((piece) => piece.id)]);
    groups.set(key, [...(groups.get(key) ?? []), gap]);
  }
  return [...groups.values()];
}

function groupView(gaps) {
  return el(
    "div",
    { class: "gap" },
    el(
      "div",
      { class: "gap-found" },
      el("h4", {}, text("gap_found")),
      el("p", {}, nodeLink(gaps[0].subject)),
      evidenceList(gaps[0].found),
      readingList(gaps[0].interpretations),
    ),
    el(
      "div",
      { class: "gap-absent" },
      el("h4", {}, text("gap_absent")),
      el("ul", {}, gaps.map(gapView)),
    ),
  );
}

function gapView(gap) {
  const about = gap.sector ?? gap.object;
  const level = text(gap.severity);
  const absent = gap.absent.map((words) => say(words)).join(text("comma"));
  return el(
    "li",
    { class: "gap-item" },
    about ? el("p", {}, nodeLink(about, { hollow: true })) : null,
    el("p", { class: "absent" }, `${text("gap_absent")}${text("colon")}${absent}`),
    el("p", { class: "quiet" }, say(gap.explanation)),
    el("p", { class: `severity severity-${gap.severity}` }, `${text("severity")}${text("colon")}${level}`),
  );
}
