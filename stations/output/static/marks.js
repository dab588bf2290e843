/* Point marks (stations, bases): stamped from sprites in the order of their classes, the highest on top; the same
   from ten to a hundred thousand. Clusters, when wanted, are neutral discs that say only how many. */
(function () {
  "use strict";

  const CELL = 72; // a cluster gathers what falls into one cell of so many CSS pixels …
  const APART = 46; // … and what lies so close to a larger one
  const SINGLE_FROM = 15; // from this zoom on every mark stands for itself
  const SELECTED = 5; // CSS pixels between a mark and its ring

  /* Indices in painting order: the last class first, the first (highest) class last. */
  function ordered(data) {
    const rank = data.class;
    const order = Array.from(rank, (_, at) => at);
    return Uint32Array.from(order.sort((one, other) => rank[other] - rank[one] || one - other));
  }

  function shown(slot) {
    if (!slot.shown) {
      const tiers = slot.options.tiers;
      const wanted = slot.data.classes.map((look) => !tiers || tiers.includes(look.key));
      slot.shown = slot.model.order.filter((at) => wanted[slot.data.class[at]]);
    }
    return slot.shown;
  }

  function index(slot, id) {
    const model = slot.model;
    if (!model.byId) model.byId = new Map(slot.data.ids.map((known, at) => [known, at]));
    const at = model.byId.get(id);
    return at === undefined ? -1 : at;
  }

  function add(group, other) {
    const all = group.count + other.count;
    group.x += (other.x - group.x) * other.count / all;
    group.y += (other.y - group.y) * other.count / all;
    group.count = all;
    group.box = [Math.min(group.box[0], other.box[0]), Math.min(group.box[1], other.box[1]),
      Math.max(group.box[2], other.box[2]), Math.max(group.box[3], other.box[3])];
  }

  /* Groups at a zoom, in world pixels; the grid is anchored to the world, so that panning never regroups. */
  function clusters(slot, scale) {
    if (slot.clusters && slot.clusters.scale === scale) return slot.clusters.groups;
    const cells = new Map();
    const model = slot.model;
    shown(slot).forEach(function (at) {
      const x = model.x[at];
      const y = model.y[at];
      const key = Math.floor(x * scale / CELL) * 67108864 + Math.floor(y * scale / CELL);
      const single = {x: x, y: y, count: 1, at: at, box: [x, y, x, y]};
      const group = cells.get(key);
      if (group) add(group, single);
      else cells.set(key, single);
    });
    const groups = [];
    Array.from(cells.values()).sort((one, other) => other.count - one.count).forEach(function (group) {
      const near = groups.find((other) => Math.hypot(other.x - group.x, other.y - group.y) * scale < APART);
      if (near) add(near, group);
      else groups.push(group);
    });
    slot.clusters = {scale: scale, groups: groups};
    return groups;
  }

  function radius(count) {
    return 13 + 4 * Math.log10(count);
  }

  function stamp(context, slot, at, x, y, ratio) {
    const data = slot.data;
    const sprite = Atlas.sprite(data.classes[data.class[at]], Boolean(data.approximate[at]), ratio);
    const left = Math.round((x - sprite.reach) * ratio) / ratio; // whole device pixels stay sharp
    const top = Math.round((y - sprite.reach) * ratio) / ratio;
    context.drawImage(sprite.canvas, left, top, 2 * sprite.reach, 2 * sprite.reach);
  }

  function paintSingles(context, slot, sight) {
    const order = shown(slot);
    const model = slot.model;
    const seen = {at: new Uint32Array(order.length), x: new Float32Array(order.length), y: new Float32Array(order.length)};
    let count = 0;
    for (let step = 0; step < order.length; step += 1) {
      const at = order[step];
      const x = model.x[at] * sight.scale - sight.x;
      const y = model.y[at] * sight.scale - sight.y;
      if (x < sight.left - 16 || x > sight.right + 16 || y < sight.top - 16 || y > sight.bottom + 16) continue;
      stamp(context, slot, at, x, y, sight.ratio);
      seen.at[count] = at;
      seen.x[count] = x;
      seen.y[count] = y;
      count += 1;
    }
    slot.seen = {count: count, at: seen.at, x: seen.x, y: seen.y};
  }

  function paintClusters(context, slot, sight, view) {
    const look = slot.data.cluster;
    slot.groups = [];
    clusters(slot, sight.scale).forEach(function (group) {
      const x = group.x * sight.scale - sight.x;
      const y = group.y * sight.scale - sight.y;
      if (x < sight.left - 40 || x > sight.right + 40 || y < sight.top - 40 || y > sight.bottom + 40) return;
      slot.groups.push({group: group, x: x, y: y});
      if (group.count === 1) {
        stamp(context, slot, group.at, x, y, sight.ratio);
        return;
      }
      context.beginPath();
      context.arc(x, y, radius(group.count), 0, 2 * Math.PI);
      context.fillStyle = look.fill;
      context.fill();
      context.strokeStyle = look.rim;
      context.lineWidth = 2;
      context.stroke();
      context.fillStyle = look.text;
      context.font = "600 12px " + look.fonts;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(view.number(group.count), x, y + 0.5);
    });
  }

  /* The cluster that a mark is in, where its own ring would meet the disc: both would hide the other's half. */
  function clusterOf(slot, at, x, y, reach) {
    const away = (place) => Math.hypot(place.x - x, place.y - y);
    const mark = [slot.model.x[at], slot.model.y[at]];
    const holds = (box) => box[0] <= mark[0] && mark[0] <= box[2] && box[1] <= mark[1] && mark[1] <= box[3];
    const around = (slot.groups || []).filter((place) => holds(place.group.box))
      .sort((one, other) => away(one) - away(other))[0];
    const meets = around && around.group.count > 1 && away(around) < radius(around.group.count) + reach;
    return meets ? around : null;
  }

  /* The chosen mark in its ring, over all others; in a cluster, the ring is around all of it. */
  function paintSelected(context, slot, sight) {
    const at = index(slot, slot.options.selected);
    if (at < 0) return;
    const x = slot.model.x[at] * sight.scale - sight.x;
    const y = slot.model.y[at] * sight.scale - sight.y;
    const reach = slot.data.classes[slot.data.class[at]].size / 2 + SELECTED;
    const cluster = clusterOf(slot, at, x, y, reach);
    const ring = cluster ? [cluster.x, cluster.y, radius(cluster.group.count) + SELECTED] : [x, y, reach];
    if (!cluster) stamp(context, slot, at, x, y, sight.ratio);
    [["#FFFFFF", 5], [slot.data.selected, 2.5]].forEach(function (pen) {
      context.beginPath();
      context.arc(...ring, 0, 2 * Math.PI);
      context.strokeStyle = pen[0];
      context.lineWidth = pen[1];
      context.stroke();
    });
  }

  function found(slot, at) {
    return {slot: slot, at: at, id: slot.data.ids[at], lon: slot.data.lon[at], lat: slot.data.lat[at]};
  }

  function hitCluster(slot, point, slack) {
    const near = slot.groups.find((place) => Math.hypot(place.x - point.x, place.y - point.y) <=
      (place.group.count > 1 ? radius(place.group.count) : 8 + slack));
    if (!near) return null;
    return near.group.count > 1 ? {slot: slot, box: near.group.box} : found(slot, near.group.at);
  }

  Atlas.marks = {
    prepare: function (data) {
      const x = new Float64Array(data.lon.length);
      const y = new Float64Array(data.lon.length);
      for (let at = 0; at < x.length; at += 1) [x[at], y[at]] = Atlas.world(data.lon[at], data.lat[at]);
      return {x: x, y: y, order: ordered(data)};
    },

    paint: function (context, slot, sight, view) {
      slot.seen = slot.groups = null;
      const grouped = slot.options.cluster && sight.zoom < SINGLE_FROM;
      (grouped ? paintClusters : paintSingles)(context, slot, sight, view);
    },

    paintSelected: function (context, slot, sight) {
      if (slot.options.selected) paintSelected(context, slot, sight);
    },

    /* Say what the marks that are painted take of a sheet. */
    take: function (slot, space) {
      const seen = slot.seen;
      const sizes = slot.data.classes.map((look) => look.size / 2);
      for (let step = 0; seen && step < seen.count; step += 1) {
        const reach = sizes[slot.data.class[seen.at[step]]];
        space.take(seen.x[step] - reach, seen.y[step] - reach, seen.x[step] + reach, seen.y[step] + reach);
      }
      (slot.groups || []).forEach(function (place) {
        const reach = radius(place.group.count);
        space.take(place.x - reach, place.y - reach, place.x + reach, place.y + reach);
      });
    },

    /* The mark under a point: the one whose edge is nearest, the upper one of equals. */
    hit: function (slot, point, slack) {
      if (slot.groups) return hitCluster(slot, point, slack);
      if (!slot.seen) return null;
      const seen = slot.seen;
      const sizes = slot.data.classes.map((look) => look.size / 2);
      let best = slack;
      let chosen = -1;
      for (let step = 0; step < seen.count; step += 1) {
        const dx = Math.abs(seen.x[step] - point.x);
        const dy = Math.abs(seen.y[step] - point.y);
        if (dx > 40 || dy > 40) continue;
        const beyond = Math.max(0, Math.hypot(dx, dy) - sizes[slot.data.class[seen.at[step]]]);
        if (beyond <= best) {
          best = beyond;
          chosen = seen.at[step];
        }
      }
      return chosen < 0 ? null : found(slot, chosen);
    },

    describe: function (slot, at) {
      const data = slot.data;
      const look = data.classes[data.class[at]];
      return {title: data.names[at], note: data.notes ? data.notes[at] : look.label,
        draw: (context) => Atlas.draw(context, look, Boolean(data.approximate[at])),
        details: data.details.map((row) => [row.label, row.values[at]])};
    },

    legend: function (slot, view) {
      const data = slot.data;
      const order = shown(slot);
      const counts = data.classes.map(() => 0);
      let approximate = 0;
      order.forEach(function (at) {
        counts[data.class[at]] += 1;
        approximate += data.approximate[at];
      });
      const rows = data.classes.map((look, at) => ({label: look.label, count: view.number(counts[at]),
        draw: (context) => Atlas.draw(context, look, false), shown: !slot.options.tiers || slot.options.tiers.includes(look.key)}))
        .filter((row) => row.shown);
      if (approximate) {
        const look = data.classes[data.classes.length - 1];
        rows.push({label: data.legend.approximate, count: view.number(approximate),
          draw: (context) => Atlas.draw(context, {shape: "circle", size: 13, colour: look.colour}, true)});
      }
      const notes = [data.legend.shown.replace("{shown}", view.number(order.length))
        .replace("{total}", view.number(data.total))];
      if (data.legend.unlocated) notes.push(data.legend.unlocated);
      if (slot.options.cluster) notes.push(data.legend.cluster);
      return {title: data.legend.title, rows: rows, notes: notes};
    },
  };
})();
