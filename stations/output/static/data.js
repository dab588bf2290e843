/* Data by URL: fetched once, kept while among the last few used, so that a change of look never fetches again.
   "#name" reads the entry `name` of the JSON that the page itself carries (the map that opens from disk). */
var Atlas = window.Atlas || {};

(function () {
  "use strict";

  const KEPT = 16;
  const recent = new Map(); // url → promise of data, the least recently used first
  let carried = null;

  function fetched(url) {
    return fetch(url, {credentials: "same-origin"}).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status + " " + url);
      return answer.json();
    });
  }

  function inlined(name) {
    carried = carried || JSON.parse(document.getElementById("atlas-data").textContent);
    return Promise.resolve(carried[name]);
  }

  Atlas.load = function (url) {
    const data = recent.get(url) || (url.startsWith("#") ? inlined(url.slice(1)) : fetched(url));
    recent.delete(url);
    recent.set(url, data);
    data.catch(() => recent.delete(url)); // so that a second try fetches again
    if (recent.size > KEPT) recent.delete(recent.keys().next().value);
    return data;
  };

  /* Longitude and latitude → Web Mercator pixels at zoom 0 (the world is 256 × 256). */
  Atlas.world = function (lon, lat) {
    const sine = Math.sin(lat * Math.PI / 180);
    return [(lon + 180) / 360 * 256, 128 - Math.log((1 + sine) / (1 - sine)) * 64 / Math.PI];
  };
})();
