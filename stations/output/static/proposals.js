/* Proposed sites: numbered pins over everything else, each with the people it newly reaches where there is room for
   that; places that were refused; and land where nothing may be built, which can be drawn here. */
(function () {
  "use strict";

  const HEAD = 12; // CSS pixels: radius of a pin's head, whose tip stands on the place
  const STEM = 18; // from the tip to the middle of the head
  const CROSS = 5;
  const RING = 10; // around a station that is given up
  const SIDE = 3.5; // half of the side of a square around people out of reach
  const HATCH = 9; // CSS pixels between two lines
  const CLOSE = 12; // so near to the first corner a click closes an outline

  function pin(context, look, entry) {
    context.beginPath();
    context.moveTo(0, 0);
    context.arc(0, -STEM, HEAD, Math.PI * 0.8, Math.PI * 0.2);
    context.closePath();
    context.lineJoin = "round";
    const rims = entry.chosen ? [["#FFFFFF", 8], [look.ink, 5], ["#FFFFFF", 2]] : [["#FFFFFF", 3]];
    rims.forEach(function (pen) {
      context.strokeStyle = pen[0];
      context.lineWidth = pen[1];
      context.stroke();
    });
    context.fillStyle = look.colour;
    context.fill();
    if (entry.forced) { // told without colour: a bar under the number
      context.fillStyle = "#FFFFFF";
      context.fillRect(-5, -STEM + 6, 10, 2);
    }
    context.fillStyle = "#FFFFFF";
    context.font = "600 " + (entry.number > 99 ? 10 : 12) + "px " + look.fonts;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(String(entry.number), 0, -STEM + (entry.forced ? -1 : 0.5));
  }

  function cross(context, look) {
    [["#FFFFFF", 5], [look.refused, 2.5]].forEach(function (pen) {
      context.beginPath();
      context.moveTo(-CROSS, -CROSS);
      context.lineTo(CROSS, CROSS);
      context.moveTo(CROSS, -CROSS);
      context.lineTo(-CROSS, CROSS);
      context.strokeStyle = pen[0];
      context.lineWidth = pen[1];
      context.stroke();
    });
  }

  function struck(context, look) {
    const across = RING * Math.SQRT1_2;
    [["#FFFFFF", 5], [look.ink, 2]].forEach(function (pen) {
      context.beginPath();
      context.arc(0, 0, RING, 0, 2 * Math.PI);
      context.moveTo(-across, -across);
      context.lineTo(across, across);
      context.strokeStyle = pen[0];
      context.lineWidth = pen[1];
      context.stroke();
    });
  }

  function square(context, look) {
    [["#FFFFFF", 4], [look.ink, 1.5]].forEach(function (pen) {
      context.beginPath();
      context.rect(-SIDE, -SIDE, 2 * SIDE, 2 * SIDE);
      context.strokeStyle = pen[0];
      context.lineWidth = pen[1];
      context.stroke();
    });
  }

  function hatched(context, look, path, box) {
    context.save();
    context.clip(path, "evenodd");
    context.beginPath();
    const height = box[3] - box[1];
    for (let x = Math.floor((box[0] - height) / HATCH) * HATCH; x < box[2]; x += HATCH) {
      context.moveTo(x, box[3]);
      context.lineTo(x + height, box[1]);
    }
    context.strokeStyle = look.ink;
    context.globalAlpha = 0.35;
    context.lineWidth = 1;
    context.stroke();
    context.restore();
    context.strokeStyle = look.ink;
    context.lineWidth = 1.2;
    context.setLineDash([5, 4]);
    context.stroke(path);
    context.setLineDash([]);
  }

  function spot(lon, lat, sight) {
    const place = Atlas.world(lon, lat);
    return {x: place[0] * sight.scale - sight.x, y: place[1] * sight.scale - sight.y};
  }

  function paintArea(context, look, rings, sight) {
    const path = new Path2D();
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    rings.forEach(function (ring) {
      for (let at = 0; at < ring.length; at += 2) {
        const place = spot(ring[at], ring[at + 1], sight);
        path[at ? "lineTo" : "moveTo"](place.x, place.y);
        box[0] = Math.min(box[0], place.x);
        box[1] = Math.min(box[1], place.y);
        box[2] = Math.max(box[2], place.x);
        box[3] = Math.max(box[3], place.y);
      }
      path.closePath();
    });
    if (box[0] > sight.right || box[2] < sight.left || box[1] > sight.bottom || box[3] < sight.top) return;
    const seen = [Math.max(box[0], sight.left), Math.max(box[1], sight.top), Math.min(box[2], sight.right),
      Math.min(box[3], sight.bottom)];
    hatched(context, look, path, seen);
  }

  function entry(slot, at) {
    const own = slot.options;
    return {number: own.number[at], forced: Boolean(own.forced[at]), chosen: own.number[at] === Number(own.selected)};
  }

  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  function sample(draw, shift) {
    return function (context) {
      context.translate(0, shift);
      context.scale(0.75, 0.75);
      draw(context);
    };
  }

  Atlas.proposals = {
    prepare: () => ({}),

    paint: function (context, slot, sight) {
      const own = slot.options;
      const look = slot.data.look;
      own.areas.forEach((rings) => paintArea(context, look, rings, sight));
      [[own.unreached, square], [own.refused, cross], [own.closed, struck]].forEach(function (pair) {
        pair[0].lon.forEach(function (lon, at) {
          const place = spot(lon, pair[0].lat[at], sight);
          context.save();
          context.translate(place.x, place.y);
          pair[1](context, look);
          context.restore();
        });
      });
      slot.pins = own.lon.map((lon, at) => Object.assign(spot(lon, own.lat[at], sight), {at: at}));
    },

    /* Over all marks, the first on top. space: what they and the names have taken. Where there is no room beside all of
       them, the people of a pin are written over marks, which matter less here than other pins and names. */
    paintNumbers: function (context, slot, space, view) {
      const look = slot.data.look;
      const take = (...box) => [space, space.names].forEach((sheet) => sheet.take(...box));
      slot.pins.slice().reverse().forEach(function (place) {
        context.save();
        context.translate(place.x, place.y);
        pin(context, look, entry(slot, place.at));
        context.restore();
        take(place.x - HEAD, place.y - STEM - HEAD, place.x + HEAD, place.y);
      });
      context.font = "600 12px " + look.fonts;
      context.textBaseline = "middle";
      context.textAlign = "left";
      context.lineJoin = "round";
      slot.pins.forEach(function (place) {
        const people = slot.options.people[place.at];
        if (people === null) return;
        const words = "+" + view.number(people);
        const width = context.measureText(words).width;
        const middle = place.x - width / 2;
        const head = place.y - STEM;
        const right = place.x + HEAD + 4;
        const left = place.x - HEAD - 4 - width;
        const spots = [[right, head], [left, head], [middle, head - HEAD - 9], [middle, place.y + 10], [right, head - 12],
          [left, head - 12], [right - 8, place.y], [left + 8, place.y]];
        const box = (at) => [at[0], at[1] - 7, at[0] + width, at[1] + 7];
        const free = spots.find((at) => space.isFree(...box(at))) || spots.find((at) => space.names.isFree(...box(at)));
        if (!free) return;
        take(...box(free));
        context.strokeStyle = "#FFFFFF";
        context.lineWidth = 3.5;
        context.strokeText(words, free[0], free[1]);
        context.fillStyle = look.colour;
        context.fillText(words, free[0], free[1]);
      });
    },

    hit: function (slot, point, slack) {
      const near = (slot.pins || []).find((place) =>
        Math.hypot(place.x - point.x, place.y - STEM - point.y) <= HEAD + slack / 2 ||
        Math.hypot(place.x - point.x, place.y - point.y) <= slack);
      if (!near) return null;
      const own = slot.options;
      return {slot: slot, at: near.at, id: own.number[near.at], lon: own.lon[near.at], lat: own.lat[near.at]};
    },

    describe: function (slot, at, view) {
      const own = slot.options;
      const words = slot.data.words;
      const note = own.people[at] === null ? "" : filled(words.note, {people: view.number(own.people[at])});
      const draw = sample((context) => pin(context, slot.data.look, entry(slot, at)), 11);
      return {title: filled(words.title, {number: own.number[at]}), note: note, draw: draw, details: []};
    },

    legend: function (slot, view) {
      const own = slot.options;
      const look = slot.data.look;
      const words = slot.data.legend;
      const forced = own.forced.filter(Boolean).length;
      const rows = [];
      const row = (label, count, draw) => count && rows.push({label: label, count: view.number(count), draw: draw});
      row(words.proposed, own.lon.length, sample((context) => pin(context, look, {number: 1}), 11));
      row(words.forced, forced, sample((context) => pin(context, look, {number: 1, forced: true}), 11));
      row(words.refused, own.refused.lon.length, (context) => cross(context, look));
      row(words.closed, own.closed.lon.length, sample((context) => struck(context, look), 0));
      row(words.unreached, own.unreached.lon.length, (context) => square(context, look));
      row(words.area, own.areas.length, function (context) {
        const path = new Path2D();
        path.rect(-8, -6, 16, 12);
        hatched(context, look, path, [-8, -6, 8, 6]);
      });
      return {title: words.title, rows: rows, notes: []};
    },
  };

  /* Drawing an outline: each click adds a corner; the first corner again, a double click or Enter closes it, Escape
     begins anew. What is closed is told to `done` as corners, and nothing is kept here. */
  Atlas.Outline = function (view, done) {
    const map = view.map;
    const style = {color: "#22303C", weight: 2, dashArray: "5 4", interactive: false, pane: "atlasMeasure"};
    let corners = [];
    let line = null;

    const far = (one, other) => map.latLngToContainerPoint(one).distanceTo(map.latLngToContainerPoint(other));

    const begin = function () {
      corners = [];
      line.setLatLngs([]);
    };

    const close = function () {
      const apart = corners.filter((corner, at) => !at || far(corner, corners[at - 1]) > 2); // a double click is two
      if (apart.length >= 3) done(apart);
      begin();
    };

    const follow = (event) => corners.length && line.setLatLngs(corners.concat([event.latlng]));

    const key = function (event) {
      if (event.key === "Escape") begin();
      if (event.key === "Enter") close();
    };

    this.active = false;

    this.add = function (latlng) {
      if (corners.length >= 3 && far(latlng, corners[0]) <= CLOSE) close();
      else {
        corners.push(latlng);
        line.setLatLngs(corners);
      }
    };

    this.turn = function (wanted, words) {
      if (wanted === this.active) return;
      this.active = wanted;
      const change = wanted ? "on" : "off";
      map.getContainer().classList.toggle("atlas-outlining", wanted);
      map.doubleClickZoom[wanted ? "disable" : "enable"]();
      map[change]("mousemove", follow)[change]("dblclick", close);
      document[wanted ? "addEventListener" : "removeEventListener"]("keydown", key);
      if (line) line.remove();
      corners = [];
      line = wanted ? L.polyline([], style).addTo(map) : null;
      view.controls.notice(wanted ? words : "");
    };
  };
})();
