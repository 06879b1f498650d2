// Finds an answer of the FAQ while an agent writes, and puts it into her message with one key.

const PAUSE = 150;

/**
 * @param {HTMLInputElement} field
 * @param {HTMLElement} list
 * @param {{language: string, conversation: string, ready: string}} about the customer's language,
 *   and what a ready reply is called
 * @param {(text: string) => void} insert
 */
export function offerAnswers(field, list, about, insert) {
  const { language, conversation } = about;
  /** @type {{question: string, text: string, ready: boolean}[]} */
  let answers = [];
  let chosen = 0;
  let timer = 0;
  let asked = 0;

  /** @param {number} place */
  function choose(place) {
    chosen = (place + answers.length) % Math.max(1, answers.length);
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    field.setAttribute("aria-activedescendant", answers.length ? `found-${chosen}` : "");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  }

  function show() {
    list.replaceChildren(...answers.map((answer, at) => {
      const item = document.createElement("li");
      item.id = `found-${at}`;
      item.role = "option";
      item.lang = language;
      item.textContent = answer.question;
      if (answer.ready) {
        const mark = document.createElement("span");
        mark.className = "chip";
        mark.textContent = about.ready;
        item.prepend(mark, " ");
      }
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(at);
      });
      return item;
    }));
    list.hidden = answers.length === 0;
    field.setAttribute("aria-expanded", String(answers.length > 0));
    choose(0);
  }

  /** @param {number} at */
  function take(at) {
    const answer = answers[at];
    if (!answer) return;
    close();
    field.value = "";
    insert(answer.text);
  }

  function close() {
    asked += 1;
    answers = [];
    show();
  }

  async function find() {
    const mine = (asked += 1);
    const query = new URLSearchParams({ q: field.value, language, conversation });
    const response = await fetch(`/staff/api/answers?${query}`, { headers: { Accept: "application/json" } })
      .catch(() => null);
    // What was typed since then has been asked for anew.
    if (!response?.ok || mine !== asked) return;
    answers = (await response.json()).answers;
    show();
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(find, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    const composing = event.isComposing || event.keyCode === 229;
    if (composing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key !== "Enter") return;
    event.preventDefault();
    if (event.key === "Enter") take(chosen);
  });
  // Without a word: the ready replies.
  field.addEventListener("focus", find);
  field.addEventListener("blur", close);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    field.focus();
  });
}
