// A part of the page that is asked of the service: busy, then the answer or the problem.

import { Problem } from "./api.js";
import { el } from "./dom.js";
import { text } from "./messages.js";
import { problemView } from "./problem.js";

/**
 * Return a function that asks and draws anew. `draw(signal)` returns the content; an older asking
 * that is still under way is given up. `beside()` returns what stands before a problem.
 */
export function live(host, draw, beside = () => null) {
  let running = null;
  return async function refresh() {
    running?.abort();
    const mine = (running = new AbortController());
    host.setAttribute("aria-busy", "true");
    if (!host.childElementCount) host.append(el("p", { class: "loading" }, text("loading")));
    let content;
    try {
      content = await draw(mine.signal);
    } catch (error) {
      if (mine !== running || error.name === "AbortError") return;
      if (!(error instanceof Problem)) throw error;
      const { unreachable, status } = error.document;
      const retry = unreachable || status >= 500 ? refresh : null;
      content = [beside(), problemView(error.document, { retry })];
    }
    if (mine !== running) return;
    host.replaceChildren(...[content].flat(Infinity).filter(Boolean));
    host.removeAttribute("aria-busy");
  };
}
