// A line that can be copied.

import { el } from "./dom.js";
import { text } from "./messages.js";

/** Show a line of text with a button that copies it. */
export function copyLine(line) {
  const code = el("code", { tabindex: "0" }, line);
  const said = el("span", { class: "copied", role: "status" });
  const copy = async () => {
    said.textContent = (await copyText(line, code)) ? text("copied") : text("copy_failed");
    setTimeout(() => (said.textContent = ""), 3000);
  };
  return el(
    "div",
    { class: "copy", role: "group", "aria-label": text("curl") },
    code,
    el("button", { type: "button", class: "button small", onclick: copy }, text("copy")),
    said,
  );
}

async function copyText(line, element) {
  try {
    await navigator.clipboard.writeText(line);
    return true;
  } catch {
    // Not over plain HTTP from elsewhere: select it, so that one key copies it.
    getSelection().selectAllChildren(element);
    return false;
  }
}
