/* The quiet ground: districts in pale tints with hairline borders, the uncovered people as squares and the land within
   reach between the two, and the districts' names as text over all. */
(function () {
  "use strict";

  const APART = 8; // CSS pixels between two names

  /* rings: [[lon, lat, lon, lat, …], …] → the same in world pixels, with their bounding box. */
  Atlas.shape = function (rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const lines = rings.map(function (ring) {
      const line = new Float64Array(ring.length);
      for (let at = 0; at < ring.length; at += 2) {
        const point = Atlas.world(ring[at], ring[at + 1]);
        line.set(point, at);
        box[0] = Math.min(box[0], point[0]);
        box[1] = Math.min(box[1], point[1]);
        box[2] = Math.max(box[2], point[0]);
        box[3] = Math.max(box[3], point[1]);
      }
      return line;
    });
    return {lines: lines, box: box};
  };

  Atlas.outside = function (box, sight) {
    return box[2] * sight.scale - sight.x < sight.left || box[0] * sight.scale - sight.x > sight.right ||
      box[3] * sight.scale - sight.y < sight.top || box[1] * sight.scale - sight.y > sight.bottom;
  };

  Atlas.path = function (shape, sight) {
    const path = new Path2D();
    shape.lines.forEach(function (line) {
      for (let at = 0; at < line.length; at += 2) {
        const step = at ? "lineTo" : "moveTo";
        path[step](line[at] * sight.scale - sight.x, line[at + 1] * sight.scale - sight.y);
      }
      path.closePath();
    });
    return path;
  };

  Atlas.districts = {
    prepare: function (data) {
      return {shapes: data.rings.map(Atlas.shape)};
    },

    paint: function (context, slot, sight) {
      const data = slot.data;
      slot.paths = slot.model.shapes.map((shape) => Atlas.path(shape, sight));
      context.lineJoin = "round";
      context.strokeStyle = data.look.rim; // its inner half disappears under the tints: a soft rim round the city
      context.lineWidth = 8;
      slot.paths.forEach((path) => context.stroke(path));
      slot.paths.forEach(function (path, at) {
        context.fillStyle = data.look.tints[at % data.look.tints.length];
        context.fill(path, "evenodd");
      });
    },

    paintBorders: function (context, slot) {
      context.strokeStyle = slot.data.look.line;
      context.lineWidth = 0.9;
      slot.paths.forEach((path) => context.stroke(path));
    },

    /* Text elements in their own pane; the larger district keeps its name where two collide. */
    place: function (slot, map) {
      const data = slot.data;
      const size = (shape) => (shape.box[2] - shape.box[0]) * (shape.box[3] - shape.box[1]);
      const names = data.names.map(function (name, at) {
        const text = document.createElement("span");
        text.textContent = name;
        const icon = L.divIcon({html: text, className: "atlas-name", iconSize: null});
        const place = [data.label_lat[at], data.label_lon[at]];
        const marker = L.marker(place, {icon: icon, pane: "atlasNames", interactive: false, keyboard: false});
        return {marker: marker.addTo(map), text: text, size: size(slot.model.shapes[at])};
      });
      return names.sort((one, other) => other.size - one.size);
    },
  };

  /* Show the names that do not run into one already shown, if need be a line higher or lower. */
  Atlas.disentangle = function (names) {
    const taken = [];
    names.forEach(function (name) {
      const box = name.text.getBoundingClientRect();
      const home = box.top - (name.shift || 0);
      const free = (shift) => taken.every((other) => box.right + APART < other.left || box.left - APART > other.right ||
        home + shift + box.height < other.top || home + shift > other.bottom);
      const shift = [0, box.height, -box.height].find(free);
      name.text.classList.toggle("atlas-hidden", shift === undefined);
      name.shift = shift || 0;
      name.text.style.marginTop = name.shift + "px";
      if (shift === undefined) return;
      taken.push({left: box.left, right: box.right, top: home + shift, bottom: home + shift + box.height});
    });
  };

  Atlas.people = {
    prepare: function (data) {
      const count = data.lon.length;
      const x = new Float64Array(count);
      const y = new Float64Array(count);
      const half = new Float64Array(count); // half a square in world pixels, which grow with the latitude
      for (let at = 0; at < count; at += 1) {
        [x[at], y[at]] = Atlas.world(data.lon[at], data.lat[at]);
        half[at] = data.spacing_m / 2 * 256 / (40075016.686 * Math.cos(data.lat[at] * Math.PI / 180));
      }
      return {x: x, y: y, half: half};
    },

    /* Whole pixels that overlap by at most one, so that no seams show; the most people on top. */
    paint: function (context, slot, sight) {
      const model = slot.model;
      slot.data.legend.rows.forEach(function (row, rank) {
        context.fillStyle = row.colour;
        for (let at = 0; at < model.x.length; at += 1) {
          if (slot.data.class[at] !== rank) continue;
          const reach = model.half[at] * sight.scale;
          const x = model.x[at] * sight.scale - sight.x;
          const y = model.y[at] * sight.scale - sight.y;
          if (x + reach < sight.left || x - reach > sight.right || y + reach < sight.top || y - reach > sight.bottom) {
            continue;
          }
          const left = Math.floor(x - reach);
          const top = Math.floor(y - reach);
          context.fillRect(left, top, Math.ceil(x + reach) - left, Math.ceil(y + reach) - top);
        }
      });
    },

    legend: function (slot) {
      const rows = slot.data.legend.rows.map(function (row) {
        return {
          label: row.label,
          draw: function (context) {
            context.fillStyle = row.colour;
            context.fillRect(-9, -7, 18, 14);
            context.strokeStyle = "rgba(34, 48, 60, 0.25)";
            context.lineWidth = 1;
            context.strokeRect(-8.5, -6.5, 17, 13);
          },
        };
      });
      return {title: slot.data.legend.title, rows: rows, notes: []};
    },
  };

  function washed(context, colour, path, rule) {
    context.fillStyle = colour;
    context.globalAlpha = 0.16;
    context.fill(path, rule);
    context.globalAlpha = 1;
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.stroke(path);
  }

  /* The land within reach, washed thinly over whatever is under it: who is there can still be seen. */
  Atlas.reached = {
    prepare: function (data) {
      return {shapes: data.rings.map(Atlas.shape)};
    },

    paint: function (context, slot, sight) {
      context.lineJoin = "round";
      slot.model.shapes.forEach(function (shape) {
        if (!Atlas.outside(shape.box, sight)) {
          washed(context, slot.data.look.colour, Atlas.path(shape, sight), "evenodd");
        }
      });
    },

    legend: function (slot) {
      const draw = function (context) {
        const box = new Path2D();
        box.rect(-9, -7, 18, 14);
        washed(context, slot.data.look.colour, box, "nonzero");
      };
      return {title: slot.data.legend.title, rows: [{label: slot.data.legend.label, draw: draw}], notes: []};
    },
  };
})();
