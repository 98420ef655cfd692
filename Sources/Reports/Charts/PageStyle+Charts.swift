extension PageStyle {
    /// Charts without a script, and the pages of a store.
    static let charts: StaticString = #"""
        .chart { margin: 10px 0 26px; max-width: 860px; }
        .chart { overflow-x: auto; }
        .chart svg { width: 100%; min-width: 520px; height: auto; }
        .chart svg + figcaption { margin-top: 6px; }
        .chart [data-series="0"] { color: var(--series-0); }
        .chart [data-series="1"] { color: var(--series-1); }
        .chart [data-series="2"] { color: var(--series-2); }
        .chart [data-series="3"] { color: var(--series-3); }
        .chart .curve { stroke: currentColor; stroke-width: 1.5; }
        .chart .dashed { stroke-dasharray: 5 4; }
        .chart .interval { stroke: currentColor; stroke-width: 1.2; opacity: 0.55; }
        .chart .point { fill: currentColor; stroke: currentColor; stroke-width: 1.5; }
        .chart .point.hollow { fill: var(--paper); }
        .chart .cross { stroke: currentColor; stroke-width: 2; fill: none; }
        .chart figcaption { display: flex; flex-wrap: wrap; gap: 2px 20px; }
        .chart .key { color: var(--soft); }
        .chart .key .swatch.hollow { background: none; border: 2px solid currentColor; }
        .chart [data-series="0"] .swatch { color: var(--series-0); }
        .chart [data-series="1"] .swatch { color: var(--series-1); }
        .chart [data-series="2"] .swatch { color: var(--series-2); }
        .chart [data-series="3"] .swatch { color: var(--series-3); }
        .figures { width: auto; min-width: 50%; }
        h3 + .scroll { margin: 4px 0 22px; }
        .note + .scroll, .note + .grade, .scroll + p { margin-top: 16px; }
        .figures thead th, .figures tbody th, .figures .time { white-space: nowrap; }
        .figures td, .figures th { padding-right: 20px; }
        .figures td.number { text-align: left; white-space: nowrap; }
        nav.site { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline;
          padding: 14px 0 10px; border-bottom: 1px solid var(--line); margin-bottom: 22px; }
        nav.site a[aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
        form.filter { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end;
          margin: 14px 0 18px; }
        form.filter label { display: grid; gap: 2px; font-size: 12.5px; color: var(--soft); }
        form.filter input { font: inherit; font-size: 13px; color: var(--ink);
          background: var(--paper);
          border: 1px solid var(--line); border-radius: 6px; padding: 5px 9px; min-height: 32px; }

        """#
}
