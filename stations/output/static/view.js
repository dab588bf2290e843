/* The map's own memory. Folium's layers come and go with every rerun of the page; what they ask for is kept here and
   the picture changes only when the new data is at hand, so nothing flickers and the view stays where it is. */
(function () {
  "use strict";

  const KINDS = {
    districts: Atlas.districts,
    people: Atlas.people,
    reached: Atlas.reached,
    gaps: Atlas.gaps,
    bases: Atlas.marks,
    stations: Atlas.marks,
    proposals: Atlas.proposals,
    frame: {prepare: () => ({})},
  };
  const GROUND = ["districts", "people", "reached"];
  const MARKS = ["gaps", "bases", "stations", "proposals"]; // painted in this order, hit in the other
  const EDGE = 14; // CSS pixels
  const CAPTION = 34; // it stands along the lower edge
  const BUTTONS = 64; // they stand at the left
  const LEGEND = 244; // it stands at the right, and covers nothing where there is room beside it
  const WIDE = 760;
  const NAMES = {stations: "station", bases: "base", gaps: "gap", proposals: "proposal"};
  const CLOSEST = 16; // zoom of a flight to a single place
  const FINGER = 14; // CSS pixels a touch may miss by
  const MOUSE = 4;
  const TELL_EVERY = 400; // milliseconds
  const PIN = 12; // CSS pixels
  const EQUATOR_M = 40075016.686;
  const SIGHT = /^(-?\d{1,3}\.\d{1,5}),(-?\d{1,2}\.\d{1,5}),(\d{1,2}(?:\.\d{1,2})?)$/; // longitude, latitude, zoom

  const models = new WeakMap(); // data → what was computed from it, once

  function model(kind, data) {
    if (!models.has(data)) models.set(data, KINDS[kind].prepare(data));
    return models.get(data);
  }

  function bounds(box) { // [west, south, east, north]
    return L.latLngBounds([[box[1], box[0]], [box[3], box[2]]]);
  }

  function pane(map, name, level) {
    map.createPane(name).style.zIndex = level;
    map.getPane(name).style.pointerEvents = "none";
    return name;
  }

  class View {
    constructor(map, setup) {
      this.map = map;
      this.setup = setup;
      this.slots = {}; // kind → what is asked for and what is shown
      this.loading = 0;
      this.flown = null; // the last flight's number
      this.words = setup.words || {};
      this.names = [];
      this.number = (value) => value.toLocaleString("en");
      this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
      this.slack = window.matchMedia("(pointer: coarse)").matches ? FINGER : MOUSE;
      this.ground = this.sheet("atlasGround", 200, (context, sight) => this.paintGround(context, sight));
      this.marks = this.sheet("atlasMarks", 300, (context, sight) => this.paintMarks(context, sight));
      pane(map, "atlasNames", 320); // over the marks, which would cover them, and thin enough to hide none
      pane(map, "atlasMeasure", 350);
      this.measure = new Atlas.Measure(this);
      this.outline = new Atlas.Outline(this, (corners) => this.drew(corners));
      this.controls = Atlas.controls(this);
      this.listen();
      this.letDrag(map.getContainer());
      this.stayPut(map.getContainer());
    }

    /* Leaflet gives its container the focus when it is pressed, which would scroll the page around under the finger:
     * the click would meet another place, or none. */
    stayPut(container) {
      container.focus = () => HTMLElement.prototype.focus.call(container, {preventScroll: true});
    }

    sheet(name, level, paint) {
      return new Atlas.Canvas(paint, {pane: pane(this.map, name, level)}).addTo(this.map);
    }

    listen() {
      const map = this.map;
      map.on("click", this.click, this);
      map.on("mousemove", this.hover, this);
      map.on("mouseout dragstart zoomstart", () => this.controls.hint.show(null, null));
      map.on("zoomend resize", () => this.disentangle());
      new ResizeObserver(() => this.fit()).observe(map.getContainer());
      this.fit();
    }

    /* Take the container's size; the first time there is one, and as long as nothing was moved, show the whole city.
     * A container without a size is out of sight, or about to be taken away: the map looks where it looked. */
    fit() {
      const box = this.map.getContainer();
      if (!box.clientWidth || !box.clientHeight) return;
      const known = this.settled;
      const whole = !known || this.sight() === this.whole;
      const centre = known ? this.map.getCenter() : null;
      this.map.invalidateSize({animate: false, pan: false});
      this.settled = true;
      if (whole) this.showWhole();
      else this.map.setView(centre, this.map.getZoom(), {animate: false});
      if (known) return;
      this.map.setMinZoom(Math.max(0, this.map.getZoom() - 2));
      this.map.setMaxBounds(bounds(this.setup.bounds).pad(3)); // farther than the whole city, shown beside the legend
      if (!this.setup.card) this.share();
    }

    showWhole() {
      this.whole = null; // until the map is there
      this.map.fitBounds(bounds(this.setup.bounds), Object.assign({animate: false}, this.room()));
      this.whole = this.sight();
    }

    /* Where the map looks, as the address says it. */
    sight() {
      const centre = this.map.getCenter();
      return [centre.lng.toFixed(5), centre.lat.toFixed(5), this.map.getZoom()].join(",");
    }

    /* Centre and zoom are in the page's address, so that a link, and "back", show the same; the server is not asked. */
    share() {
      const page = window.parent;
      const told = () => new URL(page.location.href);
      const look = () => {
        const given = SIGHT.exec(told().searchParams.get("view"));
        if (given) this.map.setView([Number(given[2]), Number(given[1])], Number(given[3]), {animate: false});
        return Boolean(given);
      };
      const tell = () => {
        if (this.whole === null) return;
        const address = told();
        const wanted = this.sight() === this.whole ? null : this.sight();
        if (address.searchParams.get("view") === wanted) return;
        if (wanted === null) address.searchParams.delete("view");
        else address.searchParams.set("view", wanted);
        page.history.replaceState(page.history.state, "", address);
      };
      const back = () => look() || this.showWhole();
      this.placed = look();
      this.map.on("moveend", () => {
        if (this.homing) this.whole = this.sight();
        this.homing = false;
        tell();
      });
      setInterval(tell, TELL_EVERY); // the page writes its address anew when something is chosen, without this part
      page.addEventListener("popstate", back);
      window.addEventListener("pagehide", () => page.removeEventListener("popstate", back));
    }

    /* What is around the drawing, and must not cover it. */
    room() {
      const right = this.map.getSize().x >= WIDE ? LEGEND : EDGE;
      return {paddingTopLeft: [BUTTONS, EDGE], paddingBottomRight: [right, CAPTION]};
    }

    home() {
      this.homing = true;
      this.fly(bounds(this.setup.bounds), this.room());
    }

    fly(box, options) {
      if (this.map._animatingZoom) { // Leaflet would end the zoom it is in and forget this one
        this.map.once("zoomend", () => this.fly(box, options));
        return;
      }
      const still = {animate: !this.calm.matches, duration: 0.7};
      this.map[still.animate ? "flyToBounds" : "fitBounds"](box, Object.assign(still, options));
    }

    /* A layer of the page appears: show what it asks for as soon as its data is here. */
    show(layer) {
      const kind = layer.kind;
      const slot = this.slots[kind] || (this.slots[kind] = {kind: kind});
      const current = () => this.slots[kind] === slot && slot.layer === layer;
      slot.layer = layer;
      this.wait(1);
      Atlas.load(layer.url).then((data) => {
        this.wait(-1);
        if (current()) this.take(slot, data, Object.assign({}, layer.options.settings));
      }, () => {
        this.wait(-1);
        const retry = () => {
          this.controls.notice("");
          this.show(layer);
        };
        if (current()) this.controls.notice(this.words.failed || "⚠", this.words.retry || "↻", retry);
      });
    }

    /* Data that says nothing (the demand is not known) shows nothing. */
    take(slot, data, options) {
      const empty = Object.keys(data).length === 0;
      Object.assign(slot, {data: empty ? null : data, options: options, shown: null, clusters: null});
      slot.model = empty ? null : model(slot.kind, data);
      if (slot.off === undefined) slot.off = Boolean(options.off);
      this.changed(slot.kind);
    }

    /* A layer of the page disappears: unless another of its kind takes over in the same breath, so does the picture. */
    hide(layer) {
      setTimeout(() => {
        const slot = this.slots[layer.kind];
        if (!slot || slot.layer !== layer) return;
        delete this.slots[layer.kind];
        this.changed(layer.kind);
      }, 0);
    }

    wait(more) {
      this.loading += more;
      this.controls.busy(this.loading > 0);
    }

    changed(kind) {
      if (kind === "frame") {
        this.reframe(this.drawn(kind));
        this.marks.repaint();
      }
      if (kind === "districts") this.rename(this.drawn(kind));
      if (kind === "proposals") this.draw(this.drawn(kind));
      (GROUND.includes(kind) ? this.ground : this.marks).repaint();
      const entries = ["proposals", "stations", "bases", "gaps", "reached", "people"].map((name) => this.known(name)).filter(Boolean)
        .map((slot) => Object.assign(KINDS[slot.kind].legend(slot, this), {kind: slot.kind, off: Boolean(slot.off)}));
      this.controls.legend(entries.filter((entry) => entry.rows.length));
    }

    /* Take a layer away, or bring it back: of a map that stands alone. */
    turn(kind) {
      const slot = this.slots[kind];
      slot.off = !slot.off;
      this.changed(kind);
    }

    reframe(slot) {
      if (!slot) return;
      this.words = Object.assign({}, this.setup.words, slot.data.words);
      this.number = (value) => value.toLocaleString(slot.data.language);
      this.controls.frame(slot.data);
      const focus = slot.options.focus;
      const opening = !this.framed;
      this.framed = true;
      if (!focus || focus.seq === this.flown) return;
      this.flown = focus.seq;
      if (opening && this.placed) return; // a link that says where to look
      this.fly(bounds(focus.bounds), {maxZoom: focus.zoom || CLOSEST, padding: [48, 48]});
    }

    rename(slot) {
      if (slot && slot.named === slot.data) return;
      this.names.forEach((name) => name.marker.remove());
      this.names = slot ? Atlas.districts.place(slot, this.map) : [];
      if (slot) slot.named = slot.data;
      this.disentangle();
    }

    /* Names may have moved, so that the numbers of gaps have another place. */
    disentangle() {
      Atlas.disentangle(this.names);
      if (this.drawn("gaps") || this.drawn("proposals")) this.marks.repaint();
    }

    paintGround(context, sight) {
      const districts = this.drawn("districts");
      const people = this.drawn("people");
      const reached = this.drawn("reached");
      if (districts) Atlas.districts.paint(context, districts, sight);
      if (people) Atlas.people.paint(context, people, sight);
      if (reached) Atlas.reached.paint(context, reached, sight);
      if (districts) Atlas.districts.paintBorders(context, districts);
    }

    paintMarks(context, sight) {
      MARKS.forEach((kind) => {
        const slot = this.drawn(kind);
        if (slot) KINDS[kind].paint(context, slot, sight, this);
      });
      ["bases", "stations"].map((kind) => this.drawn(kind)).filter(Boolean)
        .forEach((slot) => Atlas.marks.paintSelected(context, slot, sight));
      const space = this.space(sight);
      ["gaps", "proposals"].map((kind) => this.drawn(kind)).filter(Boolean)
        .forEach((slot) => KINDS[slot.kind].paintNumbers(context, slot, space, this));
      const frame = this.drawn("frame");
      if (frame && frame.options.pin) this.paintPin(context, frame.options.pin, sight);
    }

    /* What marks and names have taken of a sheet, and as `names` what names alone have. */
    space(sight) {
      const space = new Atlas.Space(sight);
      const home = this.map.getContainer().getBoundingClientRect();
      this.names.filter((name) => !name.text.classList.contains("atlas-hidden")).forEach((name) => {
        const box = name.text.getBoundingClientRect();
        const corner = (x, y) => this.map.containerPointToLayerPoint([x - home.left, y - home.top]);
        const first = corner(box.left, box.top);
        const last = corner(box.right, box.bottom);
        space.take(first.x, first.y, last.x, last.y);
      });
      space.names = space.copy();
      ["bases", "stations"].map((kind) => this.drawn(kind)).filter(Boolean).forEach((slot) => Atlas.marks.take(slot, space));
      return space;
    }

    /* A place that is being entered: a ring with a dot, over everything. How far a place reaches: a dashed circle. */
    paintPin(context, pin, sight) {
      const place = Atlas.world(pin.lon, pin.lat);
      const x = place[0] * sight.scale - sight.x;
      const y = place[1] * sight.scale - sight.y;
      if (pin.reach_m) {
        context.beginPath();
        context.arc(x, y, pin.reach_m * 256 / (EQUATOR_M * Math.cos(pin.lat * Math.PI / 180)) * sight.scale, 0, 2 * Math.PI);
        context.setLineDash([6, 5]);
        context.strokeStyle = "#111827";
        context.lineWidth = 1.2;
        context.stroke();
        context.setLineDash([]);
        if (!pin.movable) return; // a place that is looked at has its own mark
      }
      [["#FFFFFF", 6], ["#111827", 3]].forEach(function (pen) {
        context.beginPath();
        context.arc(x, y, PIN, 0, 2 * Math.PI);
        context.strokeStyle = pen[0];
        context.lineWidth = pen[1];
        context.stroke();
      });
      context.beginPath();
      context.arc(x, y, 3, 0, 2 * Math.PI);
      context.fillStyle = "#111827";
      context.fill();
    }

    known(kind) {
      const slot = this.slots[kind];
      return slot && slot.data ? slot : null;
    }

    drawn(kind) {
      const slot = this.known(kind);
      return slot && !slot.off ? slot : null;
    }

    hit(point) {
      for (const kind of MARKS.slice().reverse()) {
        const slot = this.drawn(kind);
        const found = slot && KINDS[kind].hit(slot, point, this.slack);
        if (found) return found;
      }
      return null;
    }

    /* A movable pin follows the mouse or finger that took hold of it; where it is let go is a click. */
    letDrag(container) {
      let held = null;
      const at = (event) => this.map.mouseEventToLatLng(event);
      container.addEventListener("pointerdown", (event) => {
        const pin = this.movable();
        if (!pin || this.measure.active || this.map.latLngToContainerPoint([pin.lat, pin.lon])
          .distanceTo(this.map.mouseEventToContainerPoint(event)) > PIN + this.slack) return;
        held = event.pointerId;
        this.map.dragging.disable();
      }, {capture: true});
      container.addEventListener("pointermove", (event) => {
        const pin = this.movable();
        if (event.pointerId !== held || !pin) return;
        [pin.lon, pin.lat] = [at(event).lng, at(event).lat];
        this.marks.repaint();
      });
      ["pointerup", "pointercancel"].forEach((name) => window.addEventListener(name, (event) => {
        if (event.pointerId !== held) return;
        held = null;
        this.map.dragging.enable();
        if (name === "pointercancel") return;
        const swallow = (click) => click.stopPropagation(); // the browser's own click, where there is one
        container.addEventListener("click", swallow, {capture: true, once: true});
        setTimeout(() => container.removeEventListener("click", swallow, {capture: true}), 0);
        this.map.fire("click", {latlng: at(event), layerPoint: this.map.mouseEventToLayerPoint(event)});
      }));
    }

    movable() {
      const frame = this.drawn("frame");
      return frame && frame.options.pin && frame.options.pin.movable ? frame.options.pin : null;
    }

    click(event) {
      if (this.measure.active) {
        this.measure.add(event.latlng);
        return;
      }
      if (this.outline.active) {
        this.outline.add(event.latlng);
        return;
      }
      if (this.movable()) return; // the page puts it where the click was
      if (this.placing) {
        const geometry = {type: "Point", coordinates: [event.latlng.lng, event.latlng.lat]};
        this.tell(this.slots.proposals.layer, event.latlng, "place", {id: "place", geometry: geometry});
        return;
      }
      const found = this.hit(event.layerPoint);
      if (found && found.box) this.enter(found.box);
      else if (found) this.choose(found);
    }

    /* Open a cluster: to where its members fill the view, and closer in any case. */
    enter(box) {
      const corner = (x, y) => this.map.unproject(L.point(x, y), 0);
      const whole = L.latLngBounds(corner(box[0], box[1]), corner(box[2], box[3]));
      const closer = Math.max(this.map.getBoundsZoom(whole.pad(0.2)), this.map.getZoom() + 1);
      this.map.flyTo(whole.getCenter(), Math.min(closer, CLOSEST), {animate: !this.calm.matches, duration: 0.5});
    }

    /* Ring a place at once and tell the page which one it is; nothing chosen takes ring and card away. */
    choose(found) {
      MARKS.map((kind) => this.drawn(kind)).filter(Boolean).forEach(function (slot) {
        slot.options.selected = found && found.slot === slot ? found.id : null;
      });
      this.marks.repaint();
      this.controls.hint.show(null, null);
      if (!found) {
        this.controls.card.show(null);
        return;
      }
      const entry = KINDS[found.slot.kind].describe(found.slot, found.at, this);
      this.controls.card.show(entry, [found.lat, found.lon]);
      if (this.slack === FINGER) { // the page's card may be below the screen
        this.controls.hint.show(this.map.latLngToContainerPoint([found.lat, found.lon]), entry);
      }
      const geometry = {type: "Point", coordinates: [found.lon, found.lat]};
      this.tell(found.slot.layer, L.latLng(found.lat, found.lon), NAMES[found.slot.kind], {id: found.id, geometry: geometry});
    }

    /* Tell the page of something on the map. */
    tell(layer, latlng, kind, told) {
      const properties = {kind: kind, id: told.id, click: Date.now()}; // so that each click is new
      const feature = {type: "Feature", id: told.id, properties: properties, geometry: told.geometry};
      layer.fire("click", {latlng: latlng, layer: {toGeoJSON: () => feature}});
    }

    /* Let outlines be drawn, or a place be told, as long as the page wants that. */
    draw(slot) {
      this.outline.turn(Boolean(slot && slot.options.drawing), slot ? slot.data.words.drawing : "");
      const placing = Boolean(slot && slot.options.placing);
      if (placing === Boolean(this.placing)) return;
      this.placing = placing;
      this.map.getContainer().classList.toggle("atlas-placing", placing);
      if (placing || !this.outline.active) this.controls.notice(placing ? slot.data.words.placing : "");
    }

    drew(corners) {
      const ring = corners.concat([corners[0]]).map((corner) => [corner.lng, corner.lat]);
      const geometry = {type: "Polygon", coordinates: [ring]};
      this.tell(this.slots.proposals.layer, corners[0], "area", {id: "area", geometry: geometry});
    }

    hover(event) {
      if (this.measure.active || this.outline.active || this.placing || event.originalEvent.buttons) return;
      const found = this.hit(event.layerPoint);
      this.map.getContainer().classList.toggle("atlas-pointing", Boolean(found));
      const entry = found && !found.box ? KINDS[found.slot.kind].describe(found.slot, found.at, this) : null;
      this.controls.hint.show(event.containerPoint, entry);
    }
  }

  /* Called once by the base map. setup: {bounds: [west, south, east, north], card: whether to show one here}. */
  Atlas.start = function (map, setup) {
    map.atlas = new View(map, setup);
  };

  /* What Folium creates: the wish to see one kind of layer, with its data's URL and its settings. */
  Atlas.Layer = L.Layer.extend({
    initialize: function (kind, url, settings) {
      L.setOptions(this, {settings: settings});
      this.kind = kind;
      this.url = url;
    },
    onAdd: function (map) {
      map.atlas.show(this);
    },
    onRemove: function (map) {
      map.atlas.hide(this);
    },
  });
})();
