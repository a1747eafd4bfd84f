/**
 * As much of a document as the questionnaire needs, to drive it without a browser. Text can only become text nodes: there is no way to
 * hand it HTML, and an attribute that would run is refused.
 */

class Node {
  constructor() {
    this.parent = null;
    this.children = [];
  }

  append(...added) {
    for (const child of added) {
      const node = typeof child === "string" ? new Text(child) : child;
      if (!(node instanceof Node)) throw new Error("only nodes and text are appended");
      node.parent = this;
      this.children.push(node);
    }
  }

  replaceChildren(...added) {
    this.children = [];
    this.append(...added);
  }

  remove() {
    if (this.parent !== null) this.parent.children = this.parent.children.filter((child) => child !== this);
  }

  get textContent() {
    return this.children.map((child) => child.textContent).join("");
  }

  set textContent(text) {
    this.replaceChildren(text);
  }

  /** Every element below, in order. */
  *all() {
    for (const child of this.children) {
      if (child instanceof Element) yield child;
      yield* child.all();
    }
  }
}

class Text extends Node {
  constructor(text) {
    super();
    this.text = text;
  }

  get textContent() {
    return this.text;
  }
}

export class Element extends Node {
  constructor(tag) {
    super();
    this.tag = tag;
    this.attributes = new Map();
    this.listeners = new Map();
    this.value = "";
    this.checked = false;
  }

  setAttribute(name, value) {
    if (name.startsWith("on") || name === "style" || name === "srcdoc") throw new Error(`the attribute ${name} is set`);
    if (name === "href" && value.trim().toLowerCase().startsWith("javascript:")) throw new Error(`a link runs ${value}`);
    this.attributes.set(name, value);
    if (name === "value") this.value = value;
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  addEventListener(type, listener) {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  /** Presses, submits or changes it. */
  send(type) {
    for (const listener of this.listeners.get(type) ?? []) listener({ preventDefault() {}, type });
  }

  focus() {}

  querySelector(tag) {
    return this.find((node) => node.tag === tag);
  }

  find(wanted) {
    for (const node of this.all()) if (wanted(node)) return node;
    return null;
  }

  hasClass(name) {
    return (this.getAttribute("class") ?? "").split(" ").includes(name);
  }
}

for (const name of ["innerHTML", "outerHTML"]) {
  Object.defineProperty(Element.prototype, name, {
    set() {
      throw new Error(`${name} is set`);
    },
  });
}

export const document = { createElement: (tag) => new Element(tag) };
