/// The look of a page.
///
/// Colours differ in lightness as well as in hue, so that paths stay apart
/// for every kind of colour vision; each has a dash pattern and a marker as well.
enum PageStyle {
    /// Colours, type and layout.
    static let foundation: StaticString = #"""
        :root {
          color-scheme: light;
          --paper: #fdfdfb; --panel: #f5f5f1; --ink: #1d2125; --soft: #565d64; --line: #dcdcd4;
          --hair: #ebebe4; --link: #0b5cad; --focus: #0b5cad;
          --good: #1a6b3c; --good-paper: #e8f3ec; --bad: #b3261e; --bad-paper: #fcecea;
          --doubt: #7a5200; --doubt-paper: #fbf2dc;
          --series-0: #0b5cad; --series-1: #c24d05; --series-2: #00755a; --series-3: #93328a;
        }
        :root[data-theme="dark"] {
          color-scheme: dark;
          --paper: #15181b; --panel: #1d2125; --ink: #e7e9ea; --soft: #a3abb2; --line: #383e44;
          --hair: #282d32; --link: #79b8ff; --focus: #79b8ff;
          --good: #6fd195; --good-paper: #16301f; --bad: #ff8f85; --bad-paper: #3a1a18;
          --doubt: #e8c060; --doubt-paper: #33290f;
          --series-0: #6db3ff; --series-1: #ff9a4d; --series-2: #43d3a6; --series-3: #e894de;
        }
        @media (prefers-color-scheme: dark) {
          :root:not([data-theme="light"]) {
            color-scheme: dark;
            --paper: #15181b; --panel: #1d2125; --ink: #e7e9ea; --soft: #a3abb2; --line: #383e44;
            --hair: #282d32; --link: #79b8ff; --focus: #79b8ff;
            --good: #6fd195; --good-paper: #16301f; --bad: #ff8f85; --bad-paper: #3a1a18;
            --doubt: #e8c060; --doubt-paper: #33290f;
            --series-0: #6db3ff; --series-1: #ff9a4d; --series-2: #43d3a6; --series-3: #e894de;
          }
        }
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
        @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
        body {
          margin: 0 auto; padding: 0 24px 48px; max-width: 1180px;
          background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue",
            "Liberation Sans",
            Arial, sans-serif;
          font-variant-numeric: tabular-nums; overflow-wrap: break-word;
        }
        h1, h2, h3, p, ul, dl, dd, figure, table { margin: 0; padding: 0; }
        h1 { font-size: 30px; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; }
        h2 { font-size: 18px; line-height: 1.3; font-weight: 650; margin-bottom: 14px; }
        h3 { font-size: 14px; line-height: 1.4; font-weight: 600; }
        a { color: var(--link); text-underline-offset: 2px; }
        code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono",
          monospace; }
        code { font-size: 13px; }
        section { margin-top: 40px; scroll-margin-top: 12px; }
        section section { margin-top: 24px; }
        :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 24px; top: 8px; background: var(--paper); padding: 4px 8px; z-index: 9;
          }
        .hidden {
          position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
          white-space: nowrap;
        }
        .note { color: var(--soft); font-size: 13.5px; max-width: 96ch; }
        .unit, .faint { color: var(--soft); }
        .number { text-align: right; }
        .bad { color: var(--bad); }
        .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 28px 40px; }
        footer { margin-top: 48px; border-top: 1px solid var(--line); padding-top: 12px;
          color: var(--soft); font-size: 13px; }
        @media (max-width: 760px) {
          body { padding: 0 16px 40px; }
          h1 { font-size: 25px; }
          .pair { grid-template-columns: minmax(0, 1fr); }
        }
        @media print {
          body { max-width: none; }
          button, .chooser, .skip { display: none; }
          .scroll { overflow: visible; }
        }

        """#

    /// Header, tiles, tables, plots and controls.
    static let components: StaticString = #"""
        .top { padding-top: 18px; }
        .brand { display: flex; justify-content: space-between; align-items: center;
          min-height: 32px;
          margin-bottom: 22px; }
        .word { font-size: 13px; font-weight: 650; letter-spacing: 0.08em;
          text-transform: uppercase;
          color: var(--soft); }
        button, select {
          font: inherit; font-size: 13px; color: var(--ink); background: var(--paper);
          border: 1px solid var(--line); border-radius: 6px; padding: 5px 11px; min-height: 32px;
        }
        button { cursor: pointer; }
        button:hover, select:hover { background: var(--panel); }
        .verdict { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: baseline;
          margin-top: 12px; }
        .verdict strong { padding: 2px 11px 3px; border-radius: 999px; font-size: 14px;
          font-weight: 650;
          color: var(--doubt); background: var(--doubt-paper); }
        .verdict.pass strong { color: var(--good); background: var(--good-paper); }
        .verdict.fail strong, .verdict.invalid strong, .verdict.unreachable strong {
          color: var(--bad); background: var(--bad-paper); }
        .facts { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; margin-top: 12px;
          color: var(--soft); font-size: 13.5px; }
        .facts li { max-width: 100%; }
        .grade { margin-bottom: 12px; max-width: 92ch; }
        .grade.good strong { color: var(--good); }
        .grade.bad { color: inherit; background: var(--bad-paper);
          border-left: 3px solid var(--bad);
          padding: 10px 16px; }
        .grade.bad strong { color: var(--bad); }
        .grade ul { padding-left: 20px; margin-top: 4px; }
        .tiles { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr));
          border-top: 1px solid var(--line); }
        @media (max-width: 760px) { .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
        .tiles div { padding: 9px 12px 9px 0; border-bottom: 1px solid var(--hair); }
        .tiles dt { font-size: 12.5px; color: var(--soft); line-height: 1.35; }
        .tiles dd { font-size: 16px; line-height: 1.35; }
        .differences { list-style: none; margin: 18px 0 4px; font-size: 15.5px; }
        .differences li { margin-top: 3px; }

        .scroll { overflow-x: auto; position: relative; }
        table { border-collapse: collapse; width: 100%; font-size: 13.5px; line-height: 1.35; }
        th, td { padding: 6px 12px 6px 0; text-align: left; vertical-align: top; font-weight: 400; }
        thead th { color: var(--soft); font-size: 12.5px; white-space: nowrap;
          border-bottom: 1px solid var(--line); }
        tbody th { font-weight: 500; }
        tbody tr + tr > * { border-top: 1px solid var(--hair); }
        td.number, td code, #generator-paths th { white-space: nowrap; }
        td.mark { white-space: nowrap; font-weight: 600; color: var(--doubt); }
        td.mark.pass { color: var(--good); }
        td.mark.fail { color: var(--bad); }
        td.why { min-width: 14em; color: var(--soft); }
        td.why small { display: block; font-size: 12.5px; }
        td.why div + div { margin-top: 4px; }
        td.bad { color: var(--bad); font-weight: 600; }
        #objectives th:nth-child(5), #objectives th:nth-child(6),
          #calls thead th:nth-child(n+4):nth-child(-n+9)
          { text-align: right; }
        #objectives table { width: auto; min-width: 60%; }
        #objectives td, #objectives th, #calls td, #calls th { padding-right: 22px; }
        #generator-paths thead th + th, #generator-paths td { text-align: right; }
        #generator-paths table { width: auto; min-width: 50%; }

        .measurements { min-width: 680px; border-collapse: separate; border-spacing: 0; }
        .measurements.single { width: auto; }
        body:has(.many) { max-width: 1300px; }
        .measurements.many { font-size: 12.5px; }
        .measurements.many th, .measurements.many td { padding-right: 5px; }
        .measurements.many small, .measurements.many td.faint { font-size: 11.5px; }
        .measurements.many .lead td.number { font-size: 13.5px; }
        .measurements th, .measurements td { padding: 5px 8px 5px 0; }
        .measurements thead th { text-align: right; }
        .measurements thead th[scope="col"]:first-child { text-align: left; }
        .measurements .path { text-align: left; padding-left: 22px; color: var(--ink);
          font-size: 14px;
          font-weight: 600; border-bottom: 0; }
        .measurements .path small { color: var(--soft); font-weight: 400; font-size: 12.5px; }
        .measurements thead tr:first-child td { border: 0; }
        .measurements tbody th { white-space: nowrap; position: sticky; left: 0;
          background: var(--paper);
          z-index: 1; padding-right: 14px; }
        .measurements tbody th a { color: inherit; text-decoration-color: var(--line); }
        .measurements .group th { color: var(--soft); font-size: 12.5px; padding-top: 16px;
          border-top: 0; position: static; }
        .measurements .group span { position: sticky; left: 0; }
        .measurements .group + tr > * { border-top: 1px solid var(--line); }
        .measurements .first { padding-left: 22px; }
        .measurements.many .first, .measurements.many .path { padding-left: 14px; }
        .measurements td.faint { font-size: 12.5px; padding-top: 6px; }
        .measurements .lead td.number { font-weight: 600; font-size: 14.5px; }
        .measurements .lead tr:not(.group) th { font-weight: 650; }
        .measurements tbody .part th { padding-left: 16px; }
        .measurements .lead .part:not(.group) th { font-weight: 400; }
        .measurements .lead .part td.number { font-weight: 400; font-size: 13.5px; }
        .measurements small { display: block; font-size: 12px; font-weight: 400; color: var(--soft);
          white-space: nowrap; }
        .measurements .path small { display: inline; }
        .measurements + .note { margin-top: 10px; }
        #measurements .note { margin-bottom: 8px; }
        .copy { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 14px 0; }
        .copy span { font-size: 13px; color: var(--soft); }

        .swatch { display: inline-block; width: 10px; height: 10px; border-radius: 50%;
          margin-right: 7px;
          background: currentColor; }
        [data-series="0"] .swatch { color: var(--series-0); }
        [data-series="1"] .swatch { color: var(--series-1); }
        [data-series="2"] .swatch { color: var(--series-2); }
        [data-series="3"] .swatch { color: var(--series-3); }
        .chooser { margin-bottom: 8px; font-size: 13.5px; }
        .chooser select { margin-left: 6px; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 20px;
          font-size: 13.5px;
          margin-bottom: 14px; }
        .legend svg { display: inline-block; vertical-align: -3px; margin-right: 7px; }
        .plot .canvas { margin-top: 6px; min-height: 40px; }
        .plot svg { display: block; max-width: 100%; }
        .plot svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto,
          "Liberation Sans", Arial,
          sans-serif; fill: var(--soft); font-variant-numeric: tabular-nums; }
        .plot svg text.strong { fill: var(--ink); font-weight: 600; }
        .plot .grid { stroke: var(--hair); } .plot .axis { stroke: var(--line); }
        .plot .cursor { stroke: var(--soft); stroke-dasharray: 2 3; }
        .plot .void { fill: var(--bad); opacity: 0.13; }
        .plot figcaption { color: var(--soft); font-size: 13px; margin-top: 4px; max-width: 72ch; }
        .plot .title { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px;
          }
        .readout { min-height: 20px; font-size: 13px; line-height: 20px; color: var(--soft); }
        #timeline .plot + .plot { margin-top: 26px; }
        .definitions { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr));
          gap: 12px 40px; }
        .definitions div { scroll-margin-top: 12px; }
        .definitions div:target { background: var(--panel); box-shadow: 0 0 0 6px var(--panel); }
        .definitions dt .unit { font-size: 12.5px; }
        .definitions dd { font-size: 13.5px; color: var(--soft); }
        summary { cursor: pointer; }
        pre { overflow-x: auto; background: var(--panel); padding: 14px 16px; border-radius: 6px;
          line-height: 1.5; margin: 12px 0 0; }
        @media (max-width: 760px) { .definitions { grid-template-columns: minmax(0, 1fr); } }

        """#
}
