// @ts-check

/**
 * A parser of text/event-stream: feed it chunks of text as they come.
 *
 * @param {(event: {type: string, data: string, id: string}) => void} onEvent
 * @returns {(chunk: string) => void}
 */
export function createParser(onEvent) {
  let buffer = "";
  let type = "";
  let id = "";
  /** @type {string[]} */
  let data = [];

  /** @param {string} line */
  function take(line) {
    if (line === "") {
      if (data.length) onEvent({ type: type || "message", data: data.join("\n"), id });
      type = "";
      data = [];
      return;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") type = value;
    else if (field === "data") data.push(value);
    else if (field === "id") id = value;
  }

  return (chunk) => {
    buffer += chunk;
    for (;;) {
      const end = /\r\n|\n|\r/.exec(buffer);
      // A lone CR at the very end may be the first half of a CR LF still under way.
      if (!end || (end[0] === "\r" && end.index === buffer.length - 1)) return;
      const line = buffer.slice(0, end.index);
      buffer = buffer.slice(end.index + end[0].length);
      take(line);
    }
  };
}
