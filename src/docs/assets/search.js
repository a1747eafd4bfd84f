// Finds words in window.guijuIndex: entries [kind, title, href, text] and, for every two characters in a row, which entries hold them.
// Plain script: pages opened from the file system may not load modules.
(function () {
  "use strict";
  /** @type {{entries: [string, string, string, string][], pairs: Record<string, string>}} */
  const index = window.guijuIndex;
  const LISTED_MAX = 60;
  const AROUND = 40;
  const field = document.getElementById("q");
  const list = document.getElementById("results");
  const found = document.getElementById("found");
  const kinds = new Map(list.dataset.kinds.split(",").map((pair) => pair.split("=")));

  /** Width and case do not count; a text keeps its length. */
  function folded(text) {
    const narrow = (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0);
    return text.replace(/[\uff01-\uff5e]/gu, narrow).replaceAll("\u3000", " ").toLowerCase();
  }

  const texts = index.entries.map((entry) => [folded(entry[1]), folded(entry[1] + " " + entry[3])]);

  /** The entries that hold a pair of characters. */
  function holding(pair) {
    if (!Object.hasOwn(index.pairs, pair)) return new Set();
    let at = 0;
    return new Set(index.pairs[pair].split(" ").map((step) => (at += parseInt(step, 36))));
  }

  /** Entries that may hold a word: those that hold every pair of it. */
  function candidates(word) {
    const letters = Array.from(word);
    let left = null;
    for (let at = 0; at + 1 < letters.length; at += 1) {
      const pair = letters[at] + letters[at + 1];
      if (!/^[\p{Alphabetic}\p{N}]{2}$/u.test(pair)) continue;
      const holders = holding(pair);
      left = left === null ? holders : new Set([...left].filter((one) => holders.has(one)));
    }
    return left === null ? index.entries.map((_, at) => at) : [...left];
  }

  /** Entries with all words, the best first. */
  function search(query) {
    const words = folded(query).split(/\s+/u).filter((word) => word !== "");
    if (words.length === 0) return [];
    let left = null;
    for (const word of words) {
      const own = candidates(word).filter((at) => texts[at][1].includes(word));
      left = left === null ? own : left.filter((at) => own.includes(at));
    }
    const rank = (at) => words.filter((word) => texts[at][0].includes(word)).length;
    return left.map((at) => [rank(at), at]).sort((a, b) => b[0] - a[0] || a[1] - b[1]).map((pair) => ({ at: pair[1], words }));
  }

  /** A stretch of text with its words marked, as nodes: text is never read as HTML. */
  function marked(text, words) {
    const lower = folded(text).length === text.length ? folded(text) : text.toLowerCase();
    const nodes = [];
    let at = 0;
    while (at < text.length) {
      let next = -1;
      let length = 0;
      for (const word of words) {
        const place = lower.indexOf(word, at);
        if (place >= 0 && (next < 0 || place < next)) [next, length] = [place, word.length];
      }
      if (next < 0) break;
      nodes.push(document.createTextNode(text.slice(at, next)));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next, next + length);
      nodes.push(mark);
      at = next + length;
    }
    nodes.push(document.createTextNode(text.slice(at)));
    return nodes;
  }

  function snippet(text, words) {
    const places = words.map((word) => folded(text).indexOf(word)).filter((place) => place >= 0);
    const first = places.length > 0 ? Math.min(...places) : 0;
    const start = Math.max(0, first - AROUND);
    const part = text.slice(start, first + 2 * AROUND);
    return (start > 0 ? "……" : "") + part + (first + 2 * AROUND < text.length ? "……" : "");
  }

  function show() {
    const started = performance.now();
    const results = search(field.value);
    list.textContent = "";
    for (const { at, words } of results.slice(0, LISTED_MAX)) {
      const [kind, title, href, text] = index.entries[at];
      const item = document.createElement("li");
      const name = document.createElement("span");
      name.className = "kind";
      name.textContent = kinds.get(kind) || kind;
      const link = document.createElement("a");
      link.href = href;
      link.append(...marked(title, words));
      const part = document.createElement("p");
      part.append(...marked(snippet(text, words), words));
      item.append(name, " ", link, part);
      list.append(item);
    }
    const count = results.length;
    const said = count === 0 ? found.dataset.none : count > LISTED_MAX ? found.dataset.more : found.dataset.some;
    found.textContent = field.value.trim() === "" ? "" : said.replace("{}", String(count));
    list.dataset.milliseconds = String(performance.now() - started);
  }

  field.addEventListener("input", show);
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  field.value = new URLSearchParams(window.location.search).get("q") || "";
  if (field.value !== "") show();
})();
