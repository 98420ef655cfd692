extension PageScript {
    /// The plots of this page, by the name an element asks for one with.
    static let drawings: StaticString = #"""
        const chosen = {};
        const drawings = {
          cdf(canvas) {
            const series = samplesOf(chosen['distribution-metric']);
            if (!series.length) return nothing(canvas);
            const unit = series[0].unit;
            const x = axis(range(series, 0.995), Math.max(3, canvas.clientWidth / 90), unit);
            const y = {low: 0, high: 1, title: 'share of samples',
              ticks: [0, 0.25, 0.5, 0.75, 1].map(t => [t, t * 100 + ' %'])};
            const plot = frame(canvas, 300, x, y, 'Distribution of '
                + chosen['distribution-metric']);
            for (const s of series) {
              const edge = (values) => values.map((v, k) => v === null ? null
                : [plot.px(Math.min(x.high, Math.max(x.low, v))),
                  plot.py(1 - Math.pow(10, -s.tail[k]))]);
              // Between two shares the value is at least that of the lower, at most that of the upper.
              band(plot, edge(s.low), edge(s.high), s.i, true, false);
            }
            for (const s of series) {
              const points = [[plot.px(s.value.length ? Math.max(x.low, s.value[0]) : x.low),
                  plot.py(0)]];
              s.value.forEach((v, i) => { if (v <= x.high) points.push(
                  [plot.px(v), plot.py(s.below[i])], [plot.px(v), plot.py(s.share[i])]); });
              if (!s.value.length) points.push([plot.box.right, plot.py(0)]);
              const end = points[points.length - 1];
              stroke(plot, points, s.i);
              if (s.censored > 0) {
                stroke(plot, [end, [plot.box.right, end[1]]], s.i,
                  {'stroke-width': 1, 'stroke-dasharray': '1 4'});
              }
            }
            const from = plot.px(x.low), to = plot.px(x.high);
            cursor(canvas, plot, at => {
              const value = x.low + (at - from) / (to - from) * (x.high - x.low);
              return `≤ ${number(value)} ${unit}: ` + series.map(s =>
                `${s.name} ${(shareAt(s, value) * 100).toFixed(1)} %`).join(' · ');
            });
          },
          spectrum(canvas) {
            const all = samplesOf(chosen['distribution-metric']);
            const series = all.filter(s => s.at.length);
            if (!series.length) return nothing(canvas, all);
            const unit = series[0].unit;
            const decades = Math.max(1, ...series.map(s => s.tail[s.tail.length - 1]));
            const marks = [[1, canvas.clientWidth > 420 ? '0 %' : ''], [2, '50 %'], [10, '90 %'],
              [100, '99 %'], [1e3, '99.9 %'], [1e4, '99.99 %'], [1e5, '99.999 %']]
              .filter(m => Math.log10(m[0]) <= decades + 1e-9);
            const x = {low: 0, high: decades, title: '', ticks: marks.map(m => [Math.log10(m[0]),
                m[1]])};
            const y = axis(range(series.map(s => ({value: s.at, share: s.at.map(() => 0)})), 1), 5,
                unit);
            const plot = frame(canvas, 300, x, y, 'Percentiles of '
                + chosen['distribution-metric']);
            for (const s of series) {
              const edge = (values) => values.map((v, k) => v === null ? null
                : [plot.px(s.tail[k]), plot.py(Math.min(y.high, Math.max(y.low, v)))]);
              band(plot, edge(s.low), edge(s.high), s.i);
            }
            for (const s of series) {
              stroke(plot, steps(s.at.map((v, i) => [plot.px(s.tail[i]), plot.py(v)])), s.i);
            }
            const from = plot.px(0), to = plot.px(decades);
            cursor(canvas, plot, at => {
              const tail = (at - from) / (to - from) * decades;
              const percent = (1 - Math.pow(10, -tail)) * 100;
              return `p${percent.toFixed(percent > 99 ? 2 : 1)}: ` + all.map(s => {
                const value = valueAt(s, tail);
                if (value === null) return `${s.name} ${s.censored ? beyond(s.limit) : '—'}`;
                const low = valueAt({tail: s.tail, at: s.low}, tail);
                const high = valueAt({tail: s.tail, at: s.high}, tail);
                return `${s.name} ${number(value)} ${unit}`
                  + (low !== null && high !== null ? ` (${number(low)}–${number(high)})` : '');
              }).join(' · ');
            });
          },
          callers(canvas) {
            const series = secondsOf();
            const high = Math.max(1, ...series.flatMap(s => s.rows.map(r => r[1])));
            const plot = frame(canvas, 170, elapsed(series, canvas),
              axis({low: 0, high: high * 1.06}, 3, 'callers'), 'Callers connected by second');
            shade(plot, series);
            for (const s of series) {
              const points = [];
              for (const r of s.rows) {
                const t = r[0];
                points.push([plot.px(t), plot.py(r[1])], [plot.px(t + s.bucket), plot.py(r[1])]);
              }
              // Wider below: paths under the same load draw the same line.
              stroke(plot, points, s.i, {'stroke-width': 2
                  + 1.4 * (series.length - 1 - series.indexOf(s))});
            }
            cursor(canvas, plot, at => bySecond(plot, series, at, row => `${row[1]} callers`));
          },
          latency(canvas) {
            const metric = chosen['timeline-metric'];
            const series = secondsOf();
            const values = series.flatMap(s => s.rows.filter(r => r[3][metric])
              .flatMap(r => r[3][metric].slice(1))).filter(v => v !== null);
            if (!values.length) return nothing(canvas, samplesOf(metric));
            const room = (Math.max(...values) - Math.min(...values)) * 0.05 || 1;
            const low = Math.min(...values) < 0 ? Math.min(...values) - room : 0;
            const plot = frame(canvas, 240, elapsed(series, canvas),
              axis({low, high: Math.max(...values) + room}, 4, metric + ', ms'), metric
                  + ' by second');
            shade(plot, series);
            for (const s of series) {
              for (const r of s.rows) {
                const entry = r[3][metric];
                if (!entry) continue;
                const x = plot.px(r[0] + s.bucket * (s.i + 1) / (series.length + 1));
                const top = entry[2] === null ? plot.box.top : plot.py(entry[2]);
                const median = entry[1] === null ? plot.box.top : plot.py(entry[1]);
                plot.svg.append(node('line', {x1: x, x2: x, y1: median, y2: top,
                    stroke: colour(s.i),
                  'stroke-width': 1.5, opacity: 0.5}));
                marker(plot.svg, x, median, s.i, s.i % 2 ? 'diamond' : 'circle', 3.2);
              }
            }
            cursor(canvas, plot, at => bySecond(plot, series, at, row => {
              const entry = row[3][metric];
              return entry ? `p50 ${number(entry[1])}, p95 ${number(entry[2])} (n ${entry[0]})`
                  : 'no turn';
            }));
          },
          headline(canvas) {
            const metric = canvas.dataset.metric;
            const rows = page.order.map((name, i) => ({name, i,
                m: page.summary.paths[name].metrics[metric]}));
            if (!rows.some(r => r.m && r.m.n > 0)) return nothing(canvas);
            const known = rows.filter(r => r.m && r.m.p50 !== null);
            const reach = known.flatMap(r => [r.m.p50, r.m.p95, r.m.p99].concat(r.m.ci95.p50,
                r.m.ci95.p95))
              .filter(v => v !== null);
            if (!reach.length) reach.push(...rows.map(r => r.m && r.m.censored_at || 1));
            const high = Math.max(...reach), least = Math.min(0, ...reach);
            const wide = Math.max(...rows.map(r => r.name.length));
            const gutter = Math.min(wide * 7.2 + 14, canvas.clientWidth * 0.3);
            const fits = Math.floor((gutter - 14) / 7.2);
            const plot = frame(canvas, 42 * rows.length + 50, axis({low: least, high: high * 1.04},
                4, 'ms'),
              {low: 0, high: 1, ticks: [], title: ''},
              `${metric}: ` + rows.map(r =>
                  `${r.name} p50 ${r.m ? number(r.m.p50) : '—'}`).join(', '), gutter);
            rows.forEach((r, row) => {
              const y = plot.box.top + 42 * row + 20;
              const name = r.name.length > fits + 1 ? r.name.slice(0, fits) + '…' : r.name;
              plot.svg.append(node('text', {x: 0, y: y + 4, class: 'strong'}, name));
              if (!r.m || r.m.p50 === null) {
                const why = r.m && r.m.beyond_timeout.includes('p50') ? 'p50 '
                    + beyond(r.m.censored_at)
                  : r.m && r.m.n > 0 ? 'too few samples' : 'nothing measured';
                plot.svg.append(node('text', {x: plot.box.left + 6, y: y + 4}, why));
                return;
              }
              const p = plot.px, last = [r.m.p99, r.m.p95, r.m.p50].find(v => v !== null);
              const line = (from, to, width, opacity) => plot.svg.append(node('line', {x1: p(from),
                  x2: p(to),
                y1: y, y2: y, stroke: colour(r.i), 'stroke-width': width, opacity}));
              line(r.m.p50, last, 1.5, 0.6);
              let free = -99;
              const label = (value, text, strong) => {
                if (p(value) - free < 30) return;
                free = p(value);
                plot.svg.append(node('text', {x: p(value), y: y + 20, 'text-anchor': 'middle',
                  class: strong ? 'strong' : ''}, text));
              };
              for (const q of ['p50', 'p95']) {
                const ci = r.m.ci95[q];
                if (ci[0] !== null && ci[1] !== null) line(ci[0], ci[1], 9, 0.28);
              }
              if (r.m.p99 !== null) plot.svg.append(node('line', {x1: p(r.m.p99), x2: p(r.m.p99),
                  y1: y - 6,
                y2: y + 6, stroke: colour(r.i), 'stroke-width': 2}));
              if (r.m.p95 !== null) marker(plot.svg, p(r.m.p95), y, r.i, 'diamond');
              marker(plot.svg, p(r.m.p50), y, r.i, 'circle');
              label(r.m.p50, number(r.m.p50), true);
              if (r.m.p95 !== null) label(r.m.p95, number(r.m.p95));
              if (r.m.p99 !== null) label(r.m.p99, number(r.m.p99));
              const tail = ['p95', 'p99'].find(q => r.m.beyond_timeout.includes(q));
              if (tail) plot.svg.append(node('text', {x: plot.box.right, y: y - 10,
                  'text-anchor': 'end'},
                tail + ' ' + beyond(r.m.censored_at)));
            });
          },
        };
        // In place of a plot; `censored`: series whose samples all outlasted the watch.
        function nothing(canvas, censored) {
          const text = document.createElement('p');
          text.className = 'note';
          text.textContent = censored && censored.length
            ? `Every sample ${beyond(censored[0].limit)}.` : 'Nothing measured.';
          canvas.replaceChildren(text);
        }
        function secondsOf() {
          return page.order.map((name, i) => {
            const rows = page.curves[i] ? page.curves[i].seconds : [];
            return {name, i, rows, bucket: page.curves[i] ? page.curves[i].bucket : 1};
          }).filter(s => s.rows.length);
        }
        function elapsed(series, canvas) {
          const high = Math.max(1, ...series.map(s => s.rows[s.rows.length - 1][0] + s.bucket));
          return axis({low: 0, high}, Math.max(3, canvas.clientWidth / 90), 's');
        }
        function shade(plot, series) {
          for (const s of series) for (const r of s.rows) {
            if (r[2]) plot.svg.append(node('rect', {class: 'void', x: plot.px(r[0]),
              width: Math.max(2, plot.px(s.bucket) - plot.px(0)), y: plot.box.top,
              height: plot.box.bottom - plot.box.top}));
          }
        }
        function bySecond(plot, series, at, describe) {
          const share = (at - plot.box.left) / (plot.box.right - plot.box.left);
          const second = Math.floor(Math.min(share, 0.9999) * plot.x.high);
          return `second ${second}: ` + series.map(s => {
            const row = s.rows.find(r => r[0] <= second && second < r[0] + s.bucket);
            return `${s.name} ${row ? describe(row) + (row[2] ? ', void' : '') : '—'}`;
          }).join(' · ');
        }

        """#
}
