extension PageStyle {
    /// The answer at the top, bars, recordings and what belongs to a comparison.
    static let figures: StaticString = #"""
        :root {
          --part-0: #6d7f93; --part-1: #d8b25a; --part-2: #8a4f9e; --part-3: #2f8f83;
          --part-4: #4a6fc4; --part-5: #c06a3a; --part-6: #3d7a35; --part-7: #9aa0a6;
        }
        :root[data-theme="dark"] {
          --part-0: #8397ad; --part-1: #c79f3f; --part-2: #c48bd6; --part-3: #4fb8aa;
          --part-4: #84a3ee; --part-5: #e0905f; --part-6: #7dbb73; --part-7: #868d94;
        }
        @media (prefers-color-scheme: dark) {
          :root:not([data-theme="light"]) {
            --part-0: #8397ad; --part-1: #c79f3f; --part-2: #c48bd6; --part-3: #4fb8aa;
            --part-4: #84a3ee; --part-5: #e0905f; --part-6: #7dbb73; --part-7: #868d94;
          }
        }
        .part-0 { background: var(--part-0); } .part-1 { background: var(--part-1); }
        .part-2 { background: var(--part-2); } .part-3 { background: var(--part-3); }
        .part-4 { background: var(--part-4); } .part-5 { background: var(--part-5); }
        .part-6 { background: var(--part-6); } .part-7 { background: var(--part-7); }
        .part-8 { background: repeating-linear-gradient(135deg, var(--bad) 0 3px,
          transparent 3px 8px); }

        #answer { margin-top: 28px; background: var(--panel); border-radius: 8px;
          padding: 18px 22px; }
        #answer .claim + .claim { margin-top: 14px; padding-top: 14px;
          border-top: 1px solid var(--line); }
        #answer .lead { font-size: 18px; line-height: 1.4; font-weight: 600; }
        #answer p { max-width: 92ch; }
        #answer .note { margin-top: 14px; }
        #answer ul.note { padding-left: 18px; }
        .findings thead th:nth-child(n+3) { text-align: right; }
        #generator { margin-top: 32px; }
        @media (max-width: 760px) {
          .findings thead { display: none; }
          .findings table, .findings tbody { display: block; }
          .findings tbody tr { display: grid; gap: 2px 12px; padding: 10px 0;
            grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
            border-top: 1px solid var(--line); }
          .findings tbody tr > * { border: 0; padding: 0; text-align: left; }
          .findings td:empty { display: none; }
          .findings tbody tr > * { order: 1; }
          .findings tbody th { order: -2; }
          .findings td.mark { order: -1; }
          .findings td:nth-child(5), .findings td:nth-child(6) { order: 0; }
          .findings td[data-head]::before { content: attr(data-head); display: block;
            color: var(--soft); font-size: 12.5px; }
        }

        .bars .keys { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px;
          font-size: 12.5px; color: var(--soft); margin: 4px 0 8px; }
        .bars .chip { display: inline-block; width: 10px; height: 10px; border-radius: 2px;
          margin-right: 6px; }
        .bars .rows { list-style: none; margin: 0; padding: 0; }
        .bars .rows li { margin-top: 9px; }
        .bars .rows p { font-size: 13px; line-height: 1.4; color: var(--soft); }
        .bars .rows strong { color: var(--ink); font-weight: 600; margin-right: 4px; }
        .bars .track { position: relative; height: 14px; margin-top: 3px;
          background: var(--panel); border-radius: 2px; }
        .bars .part { position: absolute; top: 0; bottom: 0; min-width: 1px;
          print-color-adjust: exact; }
        .bars .tick { position: absolute; top: -2px; bottom: -2px; width: 1.5px;
          margin-left: -0.75px; background: var(--ink); }
        .bars .scale { position: relative; height: 18px; margin-top: 3px; font-size: 12px;
          color: var(--soft); border-top: 1px solid var(--line); }
        .bars .scale span { position: absolute; top: 1px; transform: translateX(-50%); }
        .bars .scale span:first-child { transform: none; }
        .bars .scale span:last-child { transform: translateX(-100%); }
        .bars figcaption { color: var(--soft); font-size: 13px; margin-top: 4px; max-width: 72ch; }
        audio { display: block; width: 100%; max-width: 380px; height: 36px; margin-top: 6px; }
        #slowest details { margin-top: 18px; }
        #slowest summary h3 { display: inline; font-size: 15px; }
        #slowest .pair { margin-top: 8px; }
        .recordings { margin-top: 24px; }
        .recordings ul { list-style: none; display: grid; gap: 14px 32px; margin: 8px 0 10px;
          grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
          font-size: 13.5px; }
        #carriage .media { margin-top: 28px; }
        #carriage .media td, #carriage .media thead th + th { text-align: right; }
        #carriage .bars { max-width: 760px; }
        .callers { margin-top: 26px; }
        .callers .differences { margin: 6px 0 8px; font-size: 14px; }
        .callers td.number, .callers thead th:nth-child(n+3) { text-align: right; }
        .callers table { width: auto; min-width: 50%; margin-top: 6px; }
        #runs td, #runs th { padding-right: 22px; }
        #runs tr.same td, #runs tr.same th { color: var(--soft); }
        #runs .letter { font-weight: 650; }
        #runs .alert { margin-bottom: 14px; }
        #runs .note { margin-top: 10px; }

        """#
}
