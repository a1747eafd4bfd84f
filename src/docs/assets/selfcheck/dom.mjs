/**
 * Elements out of names, attributes and children. A child that is text becomes a text node: nothing that a policy says is ever read as
 * HTML, and no attribute but those named here is set.
 */

/** @typedef {Node | string | null} Child */

/** @param {string} tag @param {Record<string, string | boolean>} attributes @param {...Child} children @returns {HTMLElement} */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** @param {string} label @param {() => void} press @param {Record<string, string>} [attributes] @returns {HTMLElement} */
export function button(label, press, attributes = {}) {
  const node = element("button", { type: "button", ...attributes }, label);
  node.addEventListener("click", press);
  return node;
}

/** @param {Record<string, string | boolean>} [attributes] @returns {HTMLInputElement} */
export function input(attributes = {}) {
  const node = document.createElement("input");
  for (const [name, value] of Object.entries(attributes)) if (value !== false) node.setAttribute(name, value === true ? "" : value);
  return node;
}

/** A list to choose from. @param {{ value: string, label: string }[]} options @param {Record<string, string>} [attributes] @returns {HTMLSelectElement} */
export function select(options, attributes = {}) {
  const node = document.createElement("select");
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  for (const { value, label } of options) node.append(element("option", { value }, label));
  return node;
}

let count = 0;

/** A control with its label. @param {string} label @param {HTMLElement} control @returns {HTMLElement} */
export function labelled(label, control) {
  count += 1;
  control.id = `selfcheck-${count}`;
  return element("p", { class: "field" }, element("label", { for: control.id }, label), " ", control);
}
