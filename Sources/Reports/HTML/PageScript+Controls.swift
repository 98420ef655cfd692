extension PageScript {
    /// The cursor in a plot, and the page's controls: metric, theme, copying.
    static let controls: StaticString = #"""
        // A line that follows the pointer or the arrow keys, and its figures in words above.
        function cursor(canvas, plot, describe) {
          const readout = canvas.parentElement.querySelector('output');
          const line = node('line', {class: 'cursor', y1: plot.box.top, y2: plot.box.bottom,
              x1: -9, x2: -9});
          plot.svg.append(line);
          const show = x => {
            const at = Math.min(plot.box.right, Math.max(plot.box.left, x));
            canvas.dataset.at = at;
            line.setAttribute('x1', at);
            line.setAttribute('x2', at);
            readout.textContent = describe(at);
          };
          canvas.tabIndex = 0;
          canvas.setAttribute('role', 'group');
          canvas.setAttribute('aria-label', canvas.dataset.title + ': arrow keys read values');
          readout.textContent = '';
          canvas.onpointermove = canvas.onpointerdown = event =>
            show(event.clientX - plot.svg.getBoundingClientRect().left);
          canvas.onkeydown = event => {
            const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
            if (!step) return;
            event.preventDefault();
            const now = Number(canvas.dataset.at || (plot.box.left + plot.box.right) / 2);
            show(now + step * (plot.box.right - plot.box.left) / 50);
          };
        }
        function draw() {
          document.querySelectorAll('[data-plot]').forEach(c => drawings[c.dataset.plot](c));
        }
        function choices(names, id) {
          const select = document.getElementById(id);
          if (!select) return;
          for (const name of names) {
            const option = document.createElement('option');
            option.value = option.textContent = name;
            select.append(option);
          }
          chosen[id] = names[0];
          select.addEventListener('change', () => { chosen[id] = select.value; draw(); });
        }
        function ordered(names) {
          const lead = ['first_audio', 'barge_in_cut'];
          const unique = [...new Set(names)];
          return lead.filter(n => unique.includes(n)).concat(unique.filter(n => !lead.includes(n)));
        }
        function legends() {
          document.querySelectorAll('[data-legend]').forEach(list => page.order.forEach((name,
              i) => {
            const item = document.createElement('li');
            const svg = node('svg', {width: 30, height: 14, 'aria-hidden': 'true'});
            svg.append(node('line', {x1: 1, x2: 29, y1: 7, y2: 7, stroke: colour(i),
                'stroke-width': 2.5,
              'stroke-dasharray': dash(i)}));
            item.append(svg, name);
            list.append(item);
          }));
        }
        function table() {
          const heads = ['metric', 'unit'];
          for (const name of page.order) {
            for (const h of ['p50', 'p50 low', 'p50 high', 'p90', 'p95', 'p95 low', 'p95 high',
                'p99', 'n',
              'censored']) heads.push(name + ' ' + h);
          }
          const rows = [heads];
          const paths = page.order.map(name => page.summary.paths[name]);
          const named = kind => ordered(paths.flatMap(p => Object.keys(p[kind])));
          for (const metric of named('metrics')) {
            const entries = paths.map(p => p.metrics[metric]);
            if (!entries.some(m => m && m.n > 0)) continue;
            const unit = entries.find(m => m).unit;
            rows.push([metric, unit].concat(...entries.map(m => !m ? Array(10).fill('') : [m.p50,
                ...m.ci95.p50,
              m.p90, m.p95, ...m.ci95.p95, m.p99, m.n, m.censored])));
          }
          for (const rate of named('rates')) {
            const entries = paths.map(p => p.rates[rate]);
            if (!entries.some(r => r && r.n > 0)) continue;
            rows.push([rate, 'ratio'].concat(...entries.map(r => !r ? Array(10).fill('')
                : [r.value, ...r.ci95,
              '', '', '', '', '', r.n, ''])));
          }
          const clean = cell => cell === null ? '' : String(cell).replace(/[\t\r\n]/g,
              ' ').replace(/^[=+@]/, "'$&");
          return rows.map(row => row.map(clean));
        }
        const formats = {
          tsv: () => table().map(row => row.join('\t')).join('\n') + '\n',
          markdown: () => {
            const rows = table().map(row => '| ' + row.map(c =>
                c.replace(/[\\|`<&]/g, '\\$&')).join(' | ') + ' |');
            rows.splice(1, 0, '|' + '---|'.repeat(table()[0].length));
            return rows.join('\n') + '\n';
          },
          json: () => JSON.stringify(page.summary, null, 2) + '\n',
        };
        async function copy(format) {
          const text = formats[format]();
          try { await navigator.clipboard.writeText(text); return true; } catch (refused) {
            const area = document.createElement('textarea');
            area.value = text;
            document.body.append(area);
            area.select();
            const done = document.execCommand('copy');
            area.remove();
            return done;
          }
        }
        function theme(name) {
          const root = document.documentElement;
          if (name === 'system') delete root.dataset.theme; else root.dataset.theme = name;
          document.getElementById('theme').textContent = 'Theme: ' + name;
        }
        function themeOfAddress() {
          const name = location.hash.slice(1);
          if (name === 'dark' || name === 'light') theme(name);
        }

        const metricsDrawn = page.curves.flatMap(c => c ? Object.keys(c.metrics) : []);
        const latenciesDrawn = page.curves.flatMap(c => c ? c.seconds.flatMap(r =>
            Object.keys(r[3])) : []);
        choices(ordered(metricsDrawn), 'distribution-metric');
        choices(ordered(latenciesDrawn), 'timeline-metric');
        legends();
        themeOfAddress();
        addEventListener('hashchange', themeOfAddress);
        const themeButton = document.getElementById('theme');
        themeButton.hidden = false;
        themeButton.addEventListener('click', () => {
          const order = ['system', 'light', 'dark'];
          const now = document.documentElement.dataset.theme || 'system';
          theme(order[(order.indexOf(now) + 1) % 3]);
        });
        const copyButtons = document.getElementById('copy');
        if (copyButtons) {
          copyButtons.hidden = false;
          copyButtons.addEventListener('click', async event => {
            const format = event.target.dataset.copy;
            if (!format) return;
            document.getElementById('copied').textContent = await copy(format) ? 'Copied.'
                : 'The browser refused.';
          });
        }
        draw();
        let drawnWidth = innerWidth;
        addEventListener('resize', () => {
          if (innerWidth !== drawnWidth) { drawnWidth = innerWidth; requestAnimationFrame(draw); }
        });

        """#
}
