// The two date fields are of use only with the period "own dates".

const period = /** @type {HTMLSelectElement} */ (document.getElementById("period"));
const dates = /** @type {HTMLFieldSetElement} */ (document.getElementById("custom-dates"));

function update() {
  dates.hidden = dates.disabled = period.value !== "custom";
}

period.addEventListener("change", update);
update();
