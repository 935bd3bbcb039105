"use strict";
// Narrows the table and the map to what is looked for. Without it, all is shown.
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const shown = document.getElementById("shown");
  const marks = new Map([...document.querySelectorAll("[data-spoke]")].map((mark) => [mark.dataset.spoke, mark]));
  const rows = [...document.querySelectorAll("tr[data-health]")].map((row) => ({
    row, mark: marks.get(row.id), text: row.textContent.toLowerCase(),
  }));
  const apply = () => {
    const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const health = form.elements.health.value, region = form.elements.region.value;
    let count = 0;
    for (const { row, mark, text } of rows) {
      const fits = (!health || row.dataset.health === health) && (!region || row.dataset.region === region)
        && words.every((word) => text.includes(word));
      row.hidden = !fits;
      mark?.classList.toggle("dim", !fits);
      count += fits;
    }
    shown.textContent = `${count} of ${rows.length} shown`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
