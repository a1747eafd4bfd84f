// Starts the questionnaire on its page. Plain script: pages opened from the file system may not load modules.
(function () {
  "use strict";
  const place = document.getElementById("selfcheck");
  const pages = window.guijuPages;
  const href = (id) => (Object.hasOwn(pages, id) ? place.dataset.root + pages[id] : null);
  window.guiju.createSelfCheck(place, window.guijuEditions, { lang: place.dataset.lang, href });
})();
