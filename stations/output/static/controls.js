/* Everything around the drawing: buttons, legend, caption, badge, the label under the pointer, the card of a chosen
   place. All words come with the data and are set as text. */
(function () {
  "use strict";

  const ICONS = {
    zoom_in: "M12 5v14M5 12h14",
    zoom_out: "M5 12h14",
    home: "M4 11.5 12 4.5l8 7M6.5 9.8V19.5h11V9.8",
    fullscreen: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    measure: "M3 16.5 16.5 3 21 7.5 7.5 21zM7 12.5l2.2 2.2M10 9.5l1.6 1.6M13 6.5l2.2 2.2",
    close: "M6 6l12 12M18 6 6 18",
    legend: "M7 10l5 5 5-5",
  };
  const SYMBOL = 26; // CSS pixels of a symbol in the legend
  const ROOMY = [560, 450]; // CSS pixels of map width and height from which the legend starts open

  const make = Atlas.make = function (tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  function icon(name) {
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    const line = document.createElementNS(space, "path");
    picture.setAttribute("viewBox", "0 0 24 24");
    picture.setAttribute("aria-hidden", "true");
    line.setAttribute("d", ICONS[name]);
    picture.appendChild(line);
    return picture;
  }

  const button = Atlas.button = function (name, act) {
    const element = make("button", "atlas-button");
    element.type = "button";
    element.dataset.word = name;
    element.appendChild(icon(name));
    element.addEventListener("click", act);
    return element;
  };

  function symbol(draw) {
    const canvas = Atlas.pixels(SYMBOL, SYMBOL, Atlas.ratio());
    const context = canvas.getContext("2d");
    canvas.setAttribute("aria-hidden", "true");
    context.translate(SYMBOL / 2, SYMBOL / 2);
    draw(context);
    return canvas;
  }

  function corner(map, position, element) {
    const control = L.control({position: position});
    control.onAdd = () => element;
    control.addTo(map);
    L.DomEvent.disableClickPropagation(element);
    L.DomEvent.disableScrollPropagation(element);
    return element;
  }

  function buttons(view) {
    const map = view.map;
    const box = make("div", "atlas-buttons");
    const full = () => document.fullscreenElement ? document.exitFullscreen() : map.getContainer().requestFullscreen();
    box.appendChild(button("zoom_in", () => map.zoomIn()));
    box.appendChild(button("zoom_out", () => map.zoomOut()));
    box.appendChild(button("home", () => view.home()));
    if (document.fullscreenEnabled) box.appendChild(button("fullscreen", full));
    box.appendChild(button("measure", () => view.measure.toggle()));
    return corner(map, "topleft", box);
  }

  function legend(view) {
    const box = make("section", "atlas-legend atlas-panel");
    const head = make("button", "atlas-legend-head");
    const body = make("div", "atlas-legend-body");
    const title = make("span");
    const open = function (wanted) {
      head.setAttribute("aria-expanded", String(wanted));
      body.hidden = !wanted;
    };
    head.type = "button";
    head.append(title, icon("legend"));
    head.addEventListener("click", () => open(body.hidden));
    box.append(head, body);
    box.hidden = true;
    const size = view.map.getSize();
    open(size.x >= ROOMY[0] && size.y >= ROOMY[1]);
    corner(view.map, "bottomright", box);
    return {box: box, title: title, body: body};
  }

  /* `switched`: what its title does when it is pressed, where it does anything. */
  function section(entry, switched) {
    const part = make("div", "atlas-legend-part");
    const list = make("ul");
    const title = make("h3", "", switched ? undefined : entry.title);
    if (switched) {
      const press = make("button", "atlas-legend-switch", entry.title);
      press.type = "button";
      press.setAttribute("aria-pressed", String(!entry.off));
      press.addEventListener("click", switched);
      title.appendChild(press);
    }
    part.appendChild(title);
    if (entry.off) return part;
    entry.rows.forEach(function (row) {
      const item = make("li");
      item.append(symbol(row.draw), make("span", "atlas-legend-label", row.label));
      if (row.count !== undefined) item.appendChild(make("span", "atlas-legend-count", row.count));
      list.appendChild(item);
    });
    part.appendChild(list);
    entry.notes.forEach((note) => part.appendChild(make("p", "", note)));
    return part;
  }

  /* The card of the chosen place, for the map that stands alone; inside the app the page has its own. */
  function card(view) {
    const box = make("aside", "atlas-card atlas-panel");
    const close = button("close", () => view.choose(null));
    const body = make("div");
    box.append(close, body);
    box.hidden = true;
    box.setAttribute("aria-live", "polite");
    view.map.getContainer().appendChild(box);
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    document.addEventListener("keydown", (event) => event.key === "Escape" && view.choose(null));
    return {
      show: function (entry, place) {
        box.hidden = !entry;
        body.textContent = "";
        if (!entry) return;
        const head = make("header");
        head.append(symbol(entry.draw), make("h2", "", entry.title));
        const facts = make("dl");
        entry.details.filter((row) => row[1] !== null).forEach(function (row) {
          facts.append(make("dt", "", row[0]), make("dd", "", row[1]));
        });
        body.append(head, make("p", "", entry.note), facts);
        const wide = box.offsetWidth < view.map.getSize().x;
        const covered = wide ? [box.offsetWidth + 40, 24] : [24, box.offsetHeight + 24];
        view.map.panInside(place, {paddingTopLeft: [72, 24], paddingBottomRight: covered}); // never under the card
      },
    };
  }

  function hint(map) {
    const box = make("div", "atlas-hint atlas-panel");
    box.hidden = true;
    box.setAttribute("aria-hidden", "true");
    map.getContainer().appendChild(box);
    return {
      show: function (point, entry) {
        box.hidden = !entry;
        if (!entry) return;
        box.textContent = "";
        box.append(make("strong", "", entry.title), make("span", "", entry.note));
        const size = map.getSize();
        const left = point.x + 14 + box.offsetWidth > size.x ? point.x - 14 - box.offsetWidth : point.x + 14;
        const top = point.y + 14 + box.offsetHeight > size.y ? point.y - 14 - box.offsetHeight : point.y + 14;
        box.style.transform = "translate(" + Math.max(4, left) + "px, " + Math.max(4, top) + "px)";
      },
    };
  }

  Atlas.controls = function (view) {
    const map = view.map;
    const container = map.getContainer();
    const caption = make("div", "atlas-caption");
    const badge = make("div", "atlas-badge");
    const notice = make("div", "atlas-notice atlas-panel");
    const key = legend(view);
    buttons(view);
    corner(map, "bottomleft", caption);
    L.control.scale({imperial: false, maxWidth: 120, position: "bottomleft"}).addTo(map);
    corner(map, "topright", badge);
    corner(map, "topleft", notice); // beside the buttons: the legend may fill the other side
    notice.setAttribute("role", "status");
    notice.hidden = badge.hidden = true;

    return {
      hint: hint(map),
      card: view.setup.card ? card(view) : {show: function () {}},

      /* Put the reader's language and the facts of this map in place. */
      frame: function (frame) {
        const look = frame.look;
        container.setAttribute("lang", frame.language);
        container.setAttribute("role", "region");
        container.setAttribute("aria-label", frame.title);
        container.style.setProperty("--atlas-fonts", look.fonts);
        container.style.setProperty("--atlas-ink", look.ink);
        container.style.setProperty("--atlas-line", look.line);
        container.style.setProperty("--atlas-focus", look.focus);
        container.querySelectorAll("[data-word]").forEach(function (element) {
          element.title = frame.words[element.dataset.word];
          element.setAttribute("aria-label", element.title);
        });
        key.title.textContent = frame.words.legend;
        key.box.setAttribute("aria-label", frame.words.legend);
        caption.textContent = "";
        frame.caption.forEach((fact) => caption.appendChild(make("span", "", fact)));
        badge.textContent = frame.badge || "";
        badge.hidden = !frame.badge || view.setup.card; // a page of its own says it in its heading
      },

      legend: function (entries) {
        key.box.hidden = entries.length === 0;
        key.body.textContent = "";
        entries.forEach(function (entry) {
          const switched = view.setup.card ? () => view.turn(entry.kind) : null; // inside the app the page has its own
          key.body.appendChild(section(entry, switched));
        });
      },

      busy: function (busy) {
        container.setAttribute("aria-busy", String(busy));
        container.dataset.busy = view.words.loading || "";
      },

      /* Say something over the map: text, and what a button beside it does (nothing: no button). */
      notice: function (text, word, act) {
        notice.hidden = !text;
        notice.textContent = text || "";
        if (!text || !act) return;
        const again = make("button", "atlas-text-button", word);
        again.type = "button";
        again.addEventListener("click", act);
        notice.appendChild(again);
      },
    };
  };
})();
