/* Gaps: outlined places with their rank in a disc, over all marks. A disc that would collide with another, with a mark or
   with a name waits for a closer look; those of the first ranks, and of a gap that is chosen, step aside instead, tied to
   their gap by a line. The first rank comes first. */
(function () {
  "use strict";

  const DISC = 11; // CSS pixels
  const ALWAYS = 10; // ranks whose disc shows however small the gap is on the screen, if there is room nearby
  const STEPS = [24, 36, 50, 66, 84, 104, 126]; // CSS pixels that a disc may step aside
  const WAYS = 16; // in so many directions

  function disc(context, look, rank) {
    context.beginPath();
    context.arc(0, 0, DISC, 0, 2 * Math.PI);
    context.fillStyle = look.colour;
    context.fill();
    context.strokeStyle = "#FFFFFF";
    context.lineWidth = 1.5;
    context.stroke();
    context.fillStyle = "#FFFFFF";
    context.font = "600 " + (rank > 99 ? 10 : 12) + "px " + look.fonts;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(String(rank), 0, 0.5);
  }

  function hasRoom(space, place) {
    const reach = DISC + 1;
    return space.isFree(place.x - reach, place.y - reach, place.x + reach, place.y + reach);
  }

  /* The nearest free place around a gap's centre for its disc; none where there is none. */
  function aside(space, centre) {
    for (const step of STEPS) {
      for (let way = 0; way < WAYS; way += 1) {
        const turn = 2 * Math.PI * way / WAYS;
        const place = {x: centre.x + step * Math.cos(turn), y: centre.y - step * Math.sin(turn)};
        if (hasRoom(space, place)) return place;
      }
    }
    return null;
  }

  function tie(context, colour, centre, place) {
    [["#FFFFFF", 4], [colour, 1.5]].forEach(function (pen) {
      context.strokeStyle = pen[0];
      context.lineWidth = pen[1];
      context.beginPath();
      context.moveTo(centre.x, centre.y);
      context.lineTo(place.x, place.y);
      context.stroke();
    });
  }

  function inside(shape, x, y) {
    let odd = false;
    shape.lines.forEach(function (line) {
      for (let at = 0, last = line.length - 2; at < line.length; last = at, at += 2) {
        const crosses = (line[at + 1] > y) !== (line[last + 1] > y);
        const where = (line[last] - line[at]) * (y - line[at + 1]) / (line[last + 1] - line[at + 1]) + line[at];
        if (crosses && x < where) odd = !odd;
      }
    });
    return odd;
  }

  function found(slot, at) {
    return {slot: slot, at: at, id: slot.data.ids[at], lon: slot.data.lon[at], lat: slot.data.lat[at]};
  }

  Atlas.gaps = {
    prepare: function (data) {
      return {
        shapes: data.rings.map(Atlas.shape),
        centres: data.lon.map((lon, at) => Atlas.world(lon, data.lat[at])),
      };
    },

    paint: function (context, slot, sight) {
      const data = slot.data;
      const look = data.look;
      slot.sight = sight;
      slot.discs = [];
      slot.near = [];
      slot.model.shapes.forEach(function (shape, at) {
        if (Atlas.outside(shape.box, sight)) return;
        const path = Atlas.path(shape, sight);
        const chosen = data.ids[at] === slot.options.selected;
        context.lineJoin = "round";
        context.globalAlpha = chosen ? look.wash + 0.1 : look.wash;
        context.fillStyle = look.colour;
        context.fill(path, "evenodd");
        context.globalAlpha = 1;
        [["#FFFFFF", chosen ? 6 : 3.5], [look.colour, chosen ? 3 : 1.5]].forEach(function (pen) {
          context.strokeStyle = pen[0]; // the white rim keeps the line clear of the squares under it
          context.lineWidth = pen[1];
          context.stroke(path);
        });
        const x = slot.model.centres[at][0] * sight.scale - sight.x;
        const y = slot.model.centres[at][1] * sight.scale - sight.y;
        const roomy = data.rank[at] <= ALWAYS || Math.max(shape.box[2] - shape.box[0], shape.box[3] - shape.box[1]) *
          sight.scale > 3 * DISC;
        if (roomy || chosen) slot.near.push({x: x, y: y, at: at, chosen: chosen, first: data.rank[at] <= ALWAYS});
      });
    },

    /* Over all marks. space: what they and the names have taken. */
    paintNumbers: function (context, slot, space) {
      const look = slot.data.look;
      slot.near.forEach(function (centre) {
        const steps = centre.first || centre.chosen;
        const place = hasRoom(space, centre) ? centre : (steps && aside(space, centre)) || (centre.chosen && centre);
        if (!place) return;
        slot.discs.push({x: place.x, y: place.y, at: centre.at});
        space.take(place.x - DISC, place.y - DISC, place.x + DISC, place.y + DISC);
        if (place !== centre) tie(context, look.colour, centre, place);
      });
      slot.discs.forEach(function (place) {
        context.save();
        context.translate(place.x, place.y);
        disc(context, look, slot.data.rank[place.at]);
        context.restore();
      });
    },

    hit: function (slot, point, slack) {
      if (!slot.sight) return null;
      const near = slot.discs.find((place) => Math.hypot(place.x - point.x, place.y - point.y) <= DISC + slack / 2);
      if (near) return found(slot, near.at);
      const x = (point.x + slot.sight.x) / slot.sight.scale;
      const y = (point.y + slot.sight.y) / slot.sight.scale;
      const at = slot.model.shapes.findIndex((shape) => x >= shape.box[0] && x <= shape.box[2] &&
        y >= shape.box[1] && y <= shape.box[3] && inside(shape, x, y));
      return at < 0 ? null : found(slot, at);
    },

    describe: function (slot, at) {
      return {title: slot.data.title[at], note: slot.data.note[at], draw: (context) => disc(context, slot.data.look,
        slot.data.rank[at]), details: slot.data.details.map((row) => [row.label, row.values[at]])};
    },

    legend: function (slot, view) {
      const draw = function (context) {
        context.strokeStyle = slot.data.look.colour;
        context.lineWidth = 1.5;
        context.strokeRect(-8, -6, 16, 12);
      };
      const row = {label: slot.data.legend.label, count: view.number(slot.data.rank.length), draw: draw};
      return {title: slot.data.legend.title, rows: [row], notes: []};
    },
  };
})();
