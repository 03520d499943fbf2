// Elements. Text always goes in as text, so data can never become markup.

/**
 * Make an element. Attributes that are null, undefined or false are left out; `onclick` and its
 * like are listeners. Children are nodes, strings, or lists of them; null is skipped.
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** A link to an address in the data: only http and https may be followed. */
export function outsideLink(address, ...children) {
  const safe = /^https?:\/\//i.test(address);
  return safe
    ? el("a", { href: address, rel: "noopener noreferrer external", target: "_blank" }, children)
    : el("span", {}, children);
}

/** The language of a text as far as its script tells. */
export function languageOf(text) {
  return /\p{Script=Han}/u.test(text) ? "zh" : null;
}

/** Text that is read aloud and not shown. */
export function spoken(text) {
  return el("span", { class: "spoken" }, text);
}
