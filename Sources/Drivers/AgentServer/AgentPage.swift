import Dialects

/// The page an agent serves, for a person to hear what callers hear.
enum AgentPage {
    /// The page with its policy: only what stands in it runs, and it talks to this agent alone.
    static func response() -> SignallingResponse {
        // Unlike a hash, a nonce needs no second pair of eyes when the page changes.
        let nonce = HandshakeKey.drawn()
        let policy =
            "default-src 'self'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; "
            + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'"
        return SignallingResponse(
            status: 200,
            fields: [
                HTTPField("Content-Type", "text/html; charset=utf-8"),
                HTTPField("Content-Security-Policy", policy),
                HTTPField("Referrer-Policy", "no-referrer"),
            ],
            body: Array(html.replacing("NONCE", with: nonce).utf8)
        )
    }

    private static let html =
        #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Talkover agent</title>
        <link rel="icon" href="data:,">
        <style nonce="NONCE">
        \#(style)
        </style>
        </head>
        <body>
        <main>
          <h1>Talkover agent</h1>
          <p class="lead">Speak, pause, and hear it answer. Speak over it to interrupt.</p>
          <button id="call" type="button" aria-pressed="false">
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M12 15a3.5 3.5 0 0 0 3.5-3.5v-6a3.5 3.5 0 0 0-7 0v6A3.5 3.5 0 0 0 12 15Z"/>
              <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3.5" fill="none" stroke-width="1.8"
                stroke="currentColor" stroke-linecap="round"/>
            </svg>
            <span id="verb">Talk</span>
          </button>
          <p id="state" role="status">idle</p>
          <dl class="levels">
            <dt><label for="mine">You</label></dt>
            <dd><meter id="mine" min="0" max="1" value="0"></meter></dd>
            <dt><label for="theirs">Agent</label></dt>
            <dd><meter id="theirs" min="0" max="1" value="0"></meter></dd>
          </dl>
          <h2>Events</h2>
          <ol id="log" aria-live="off"></ol>
        </main>
        <script nonce="NONCE">
        \#(script)
        </script>
        </body>
        </html>

        """#

    private static let style = """
        :root {
          color-scheme: light dark;
          --ink: #1b1d22; --soft: #5d6370; --ground: #f6f6f3; --sheet: #fff; --line: #dcdcd6;
          --accent: #0b6b5d; --on-accent: #fff; --alarm: #a8281f;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ink: #e9e8e4; --soft: #9da3ae; --ground: #14161a; --sheet: #1c1f25; --line: #31353d;
            --accent: #4cc2ac; --on-accent: #06221d; --alarm: #ff8a80;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; padding: 3rem 1.25rem; background: var(--ground); color: var(--ink);
          font: 16px/1.5 system-ui, sans-serif;
        }
        main { max-width: 36rem; margin: 0 auto; }
        h1 { margin: 0; font-size: 1.6rem; letter-spacing: -.01em; }
        h2 { margin: 2rem 0 .5rem; font-size: 1rem; }
        .lead { margin: .25rem 0 1.75rem; color: var(--soft); }
        button {
          display: inline-flex; align-items: center; gap: .6rem; padding: .7rem 1.4rem;
          border: 2px solid var(--accent); border-radius: 999px; background: var(--accent);
          color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer;
        }
        button[aria-pressed=true] { background: transparent; color: var(--accent); }
        button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
        svg { width: 1.3rem; height: 1.3rem; fill: currentColor; }
        #state { margin: 1rem 0 0; color: var(--soft); overflow-wrap: anywhere; }
        #state.failed { color: var(--alarm); }
        .levels { display: grid; grid-template-columns: 4rem 1fr; gap: .4rem; margin: 1.5rem 0 0; }
        dd { margin: 0; }
        meter { width: 100%; height: 1rem; }
        meter::-webkit-meter-bar { border-color: var(--line); background: var(--sheet); }
        meter::-webkit-meter-optimum-value { background: var(--accent); }
        meter::-moz-meter-bar { background: var(--accent); }
        ol {
          height: 18rem; margin: 0; padding: .75rem; overflow-y: auto; list-style: none;
          border: 1px solid var(--line); border-radius: .5rem; background: var(--sheet);
          font: .8rem/1.55 ui-monospace, monospace;
        }
        ol:empty::before { content: "Nothing yet."; color: var(--soft); }
        li { overflow-wrap: anywhere; }
        time { margin-right: .75em; color: var(--soft); }
        """
}
