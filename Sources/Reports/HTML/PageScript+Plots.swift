/// What moves on a page; text from the run reaches it as text nodes only.
enum PageScript {
    /// Axes and curves: plain SVG, redrawn to the width it is given so that text keeps its size.
    static let plots: StaticString = #"""
        'use strict';
        const page = JSON.parse(document.getElementById('data').textContent);
        const dashes = ['', '7 3', '2 3', '9 3 2 3'];
        const template = document.createElement('template');
        template.innerHTML = '<svg></svg>';
        const svgSpace = template.content.firstChild.namespaceURI;
        const colour = i => `var(--series-${i % 4})`;
        const dash = i => dashes[(i + Math.floor(i / 4)) % 4];

        function node(name, attributes, text) {
          const element = document.createElementNS(svgSpace, name);
          for (const key in attributes) element.setAttribute(key, attributes[key]);
          if (text !== undefined) element.textContent = text;
          return element;
        }
        function number(value) {
          if (value === null || value === undefined) return '—';
          const size = Math.abs(value);
          return value === 0 ? '0' : value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
        }
        function beyond(limit) {
          return limit === null || limit === undefined ? '> limit'
            : limit >= 1000 ? '> ' + limit / 1000 + ' s' : '> ' + limit + ' ms';
        }
        // Round numbers that cover low…high in about `count` steps.
        function ticks(low, high, count) {
          const raw = (high - low || 1) / Math.max(1, count);
          const power = Math.pow(10, Math.floor(Math.log10(raw)));
          const step = [1, 2, 2.5, 5, 10].map(m => m * power).find(s => s >= raw * 0.999);
          const list = [];
          for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-6; i++) {
            list.push(Math.round(i * step * 1e6) / 1e6);
          }
          return list;
        }
        function scale(low, high, from, to) {
          const span = high - low || 1;
          return v => from + (v - low) / span * (to - from);
        }
        function path(points) {
          return points.map((p, i) => (i ? 'L' : 'M') + p[0].toFixed(1) + ' '
              + p[1].toFixed(1)).join('');
        }
        // A frame with axes. `x` and `y` are {low, high, ticks: [[value, label]], title}.
        function frame(canvas, height, x, y, label, gutter) {
          const width = Math.max(240, canvas.clientWidth);
          const wide = Math.max(...y.ticks.map(t => String(t[1]).length), 2);
          const box = {left: gutter || 14 + wide * 7, right: width - 14, top: 20,
              bottom: height - 24};
          const svg = node('svg', {width, height, viewBox: `0 0 ${width} ${height}`, role: 'img',
            'aria-label': label});
          const px = scale(x.low, x.high, box.left, box.right);
          const py = scale(y.low, y.high, box.bottom, box.top);
          for (const [value, text] of y.ticks) {
            svg.append(node('line', {class: 'grid', x1: box.left, x2: box.right, y1: py(value),
                y2: py(value)}),
              node('text', {x: box.left - 7, y: py(value) + 4, 'text-anchor': 'end'}, text));
          }
          let last = -99;
          const end = width - x.title.length * 7 - 8;
          for (const [value, text] of x.ticks) {
            svg.append(node('line', {class: 'grid', x1: px(value), x2: px(value), y1: box.top,
                y2: box.bottom}));
            const half = String(text).length * 3.5;
            if (px(value) - half < last + 8 || (x.title && px(value) + half > end)) continue;
            last = px(value) + half;
            svg.append(node('text', {x: px(value), y: box.bottom + 16, 'text-anchor': 'middle'},
                text));
          }
          svg.append(node('line', {class: 'axis', x1: box.left, x2: box.right, y1: box.bottom,
              y2: box.bottom}),
            node('text', {x: width, y: box.bottom + 16, 'text-anchor': 'end'}, x.title),
            node('text', {x: 0, y: 11}, y.title));
          canvas.replaceChildren(svg);
          return {svg, px, py, box, x, y, width};
        }
        function stroke(plot, points, i, extra) {
          plot.svg.append(node('path', Object.assign({d: path(points), fill: 'none',
              stroke: colour(i),
            'stroke-width': 2, 'stroke-dasharray': dash(i), 'stroke-linejoin': 'round'}, extra)));
        }
        // Each point held until the next one comes; `rises`: the next one's height at once.
        function steps(points, rises) {
          return points.flatMap((p, k) => {
            const last = points[k - 1];
            return k ? [rises ? [last[0], p[1]] : [p[0], last[1]], p] : [p];
          });
        }
        // The area between two curves; points of which one bound is not known are left out. Each
        // is stepped as told.
        function band(plot, lower, upper, i, lowerRises, upperRises) {
          const known = lower.map((p, k) => k).filter(k => lower[k] && upper[k]);
          if (known.length < 2) return;
          const points = steps(known.map(k => lower[k]), lowerRises)
            .concat(steps(known.map(k => upper[k]), upperRises).reverse());
          plot.svg.append(node('path', {d: path(points) + 'z', fill: colour(i), opacity: 0.16,
            class: 'band'}));
        }
        function marker(plot, x, y, i, kind, size) {
          const r = size || 5;
          const shapes = {
            circle: `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
            diamond: `M${x} ${y - r - 1}L${x + r + 1} ${y}L${x} ${y + r + 1}L${x - r - 1} ${y}z`,
          };
          plot.append(node('path', {d: shapes[kind], fill: colour(i), stroke: 'var(--paper)',
            'stroke-width': 1.5}));
        }
        function samplesOf(metric) {
          return page.order.map((name, i) => {
            const curves = page.curves[i] && page.curves[i].metrics[metric];
            return curves ? {name, i, unit: curves.unit, n: curves.n,
              censored: curves.censored, limit: curves.censored_at, value: curves.value,
              share: curves.share.map(s => s / 1e6),
              below: curves.share.map((v, k) =>
                (curves.step.length ? v - curves.step[k] : curves.share[k - 1] || 0) / 1e6),
              at: curves.at, low: curves.low, high: curves.high,
              tail: curves.inverse.map(v => Math.log10(v))} : null;
          }).filter(s => s);
        }
        function range(series, quantile) {
          let low = Infinity, high = -Infinity;
          const drawn = series.filter(s => s.value.length);
          // Nothing but censored samples: from nothing to where they are.
          if (!drawn.length) return {low: 0, high: Math.max(1, ...series.map(s => s.limit || 0))};
          for (const s of drawn) {
            low = Math.min(low, s.value[0]);
            // A lone outlier must not flatten the rest: the axis ends at the quantile.
            const at = s.share.findIndex(v => v >= quantile);
            high = Math.max(high, s.value[at < 0 ? s.value.length - 1 : at]);
          }
          const room = (high - low) * 0.04 || Math.abs(high) * 0.1 || 1;
          return {low: low >= 0 ? Math.max(0, low - room) : low - room, high: high + room};
        }
        function axis(bounds, count, title) {
          return {low: bounds.low, high: bounds.high, title,
            ticks: ticks(bounds.low, bounds.high, count).map(t => [t, t])};
        }
        function valueAt(series, tail) {
          const last = series.tail.length - 1;
          if (last < 0 || tail > series.tail[last] + 1e-9) return null;
          let at = 0;
          while (at < last && series.tail[at + 1] <= tail) at++;
          return series.at[at];
        }
        function shareAt(series, value) {
          let share = 0;
          for (let i = 0; i < series.value.length
              && series.value[i] <= value; i++) share = series.share[i];
          return share;
        }

        """#
}
