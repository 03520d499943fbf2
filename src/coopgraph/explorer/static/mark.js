// The mark of a node: a shape and a colour for each family of types; groups are hollow.

const NAMESPACE = "http://www.w3.org/2000/svg";

const FAMILIES = {
  region: ["Region", "Province", "Country", "MacroRegion", "Area"],
  actor: ["Actor", "Organization", "GovernmentBody", "Enterprise", "CentralEnterprise", "MediaOutlet", "ActorGroup"],
  sector: ["Sector", "Product"],
  carrier: ["Carrier", "Park", "Base", "CarrierGroup"],
  project: ["Project", "ProjectBatch"],
  instrument: ["PolicyInstrument"],
  measure: ["Measure"],
  goal: ["Goal"],
};

const OUTLINES = {
  region: "M5 4.5h6a3.5 3.5 0 0 1 0 7H5a3.5 3.5 0 0 1 0-7z",
  actor: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11z",
  sector: "M8 1.5 14.5 8 8 14.5 1.5 8z",
  carrier: "M4.8 2.5h6.4L14.5 8l-3.3 5.5H4.8L1.5 8z",
  project: "M8 2 14.5 13.5h-13z",
  instrument: "M3.5 1.5h6.6l2.4 2.4v10.6h-9z",
  measure: "M1.5 4h8.2L14.5 8l-4.8 4H1.5z",
  goal: "M8 1.5l1.9 4.3 4.6.5-3.5 3.1 1 4.6L8 11.6 4 14l1-4.6L1.5 6.3l4.6-.5z",
  other: "M8 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z",
};

const FAMILY_OF = new Map(
  Object.entries(FAMILIES).flatMap(([family, types]) => types.map((type) => [type, family])),
);

/** The mark of a type as an inline picture; its meaning is always written beside it. */
export function mark(type, { hollow = false } = {}) {
  const family = FAMILY_OF.get(type) ?? "other";
  const picture = document.createElementNS(NAMESPACE, "svg");
  picture.setAttribute("viewBox", "0 0 16 16");
  picture.setAttribute("aria-hidden", "true");
  picture.setAttribute("focusable", "false");
  const group = hollow || /Group$|Batch$/.test(type) || family === "other";
  picture.setAttribute("class", `mark mark-${family}${group ? " mark-hollow" : ""}`);
  const outline = document.createElementNS(NAMESPACE, "path");
  outline.setAttribute("d", OUTLINES[family]);
  picture.append(outline);
  return picture;
}
