// Text becomes nodes, never HTML. The server has already read the Markdown into blocks.

/** @typedef {{text: string, bold?: boolean, emphasis?: boolean, href?: string}} Span */
/** @typedef {{type: "p" | "ul" | "ol", lines: Span[][]}} Block */

/**
 * @param {Block[]} blocks
 * @returns {DocumentFragment}
 */
export function toNodes(blocks) {
  const fragment = document.createDocumentFragment();
  for (const block of blocks) fragment.append(blockNode(block));
  return fragment;
}

/**
 * What a screen reader is told of a message.
 * @param {Block[]} blocks
 * @returns {string}
 */
export function toText(blocks) {
  return blocks.flatMap((block) => block.lines)
    .map((line) => line.map((span) => span.text).join("")).join(" ");
}

/** @param {Block} block */
function blockNode(block) {
  const node = document.createElement(block.type);
  block.lines.forEach((line, index) => {
    const spans = line.map(spanNode);
    if (block.type === "p") {
      if (index > 0) node.append(document.createElement("br"));
      node.append(...spans);
    } else {
      const item = document.createElement("li");
      item.append(...spans);
      node.append(item);
    }
  });
  return node;
}

/** @param {Span} span */
function spanNode(span) {
  /** @type {Node} */
  let node = document.createTextNode(span.text);
  if (span.href) node = wrap(linkTo(span.href), node);
  if (span.emphasis) node = wrap(document.createElement("em"), node);
  return span.bold ? wrap(document.createElement("strong"), node) : node;
}

/**
 * @param {HTMLElement} outer
 * @param {Node} inner
 */
function wrap(outer, inner) {
  outer.append(inner);
  return outer;
}

/**
 * The server lets only https and mailto through; asked once more where it becomes a link.
 * @param {string} address
 */
export function linkTo(address) {
  const link = document.createElement("a");
  if (/^(https:\/\/|mailto:)/i.test(address)) link.href = address;
  link.rel = "noopener noreferrer";
  link.target = "_blank";
  return link;
}
