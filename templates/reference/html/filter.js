// Above each long table of codes: a field that leaves the rows with all words typed, and a choice of statuses.
(() => {
  const make = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const fits = (tied, status) =>
    status === "" || tied.length === 0 || tied.includes(status) || tied.includes(`${status[0]}XX`);

  for (const section of document.querySelectorAll(".schemagen-codes")) {
    const rows = [...section.querySelectorAll("tbody tr")].map((row) => ({
      row,
      tied: row.dataset.statuses.split(" ").filter(Boolean),
      text: "",
    }));
    if (rows.length < 6) continue;
    const field = make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
    const choice = make("select", {}, make("option", { value: "" }, "any"));
    for (const status of [...new Set(rows.flatMap(({ tied }) => tied))].sort()) {
      choice.append(make("option", { value: status }, status));
    }
    const told = make("output", {});
    const filter = make(
      "form",
      { class: "schemagen-filter", role: "search", "aria-label": "Codes" },
      make("label", {}, "Code or text ", field),
      ...(choice.length > 1 ? [make("label", {}, "Status ", choice)] : []),
      told,
    );
    const apply = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const entry of rows) {
        entry.text ||= entry.row.textContent.toLowerCase();
        const isShown = fits(entry.tied, choice.value) && words.every((word) => entry.text.includes(word));
        entry.row.hidden = !isShown;
        count += isShown;
      }
      told.value = count === rows.length ? `${count} codes` : `${count} of ${rows.length} codes`;
    };
    // An anchor leads to a row that is shown.
    const reveal = () => {
      if (!rows.some(({ row }) => row.hidden && row.id === decodeURIComponent(location.hash.slice(1)))) return;
      filter.reset();
      apply();
      document.getElementById(decodeURIComponent(location.hash.slice(1))).scrollIntoView();
    };
    filter.addEventListener("input", apply);
    filter.addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", reveal);
    section.querySelector(".schemagen-scroll").before(filter);
    apply();
  }
})();
