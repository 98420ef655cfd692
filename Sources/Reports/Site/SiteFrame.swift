/// What the pages of a store have in common: their way around, and their style at `/style.css`.
package enum SiteFrame {
    /// The style of every page but reports, which bring their own.
    package static let style =
        "\(PageStyle.foundation)\(PageStyle.components)\(PageStyle.figures)\(PageStyle.charts)"

    /// What a browser shows beside a page's title: two voices that overlap, as SVG.
    package static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 5h8M6 11h8" \
        stroke="#0b5cad" stroke-width="3" stroke-linecap="round"/></svg>
        """

    /// Where a page stands in the way around; `nil` for none of them.
    enum Place: String, CaseIterable {
        case runs = "/"
        case trends = "/trends"
        case compare = "/compare"

        var title: String {
            switch self {
            case .runs: "Runs"
            case .trends: "Trends"
            case .compare: "Compare"
            }
        }
    }

    static func page(_ title: String, at place: Place?, store: String, _ main: [HTML]) -> String {
        let links = Place.allCases.map { each -> HTML in
            each == place
                ? .tag("a", ["href": each.rawValue, "aria-current": "page"], HTML(each.title))
                : .tag("a", ["href": each.rawValue], HTML(each.title))
        }
        return HTML.document(
            head: [
                .void("meta", ["charset": "utf-8"]),
                .void(
                    "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                .void("meta", ["name": "color-scheme", "content": "light dark"]),
                .tag("title", [:], HTML("\(title) · Talkover")),
                .void("link", ["rel": "stylesheet", "href": "/style.css"]),
            ],
            body: [
                .tag("a", ["class": "skip", "href": "#main"], "Skip to the content"),
                .tag(
                    "nav", ["class": "site", "aria-label": "Pages"],
                    [.tag("span", ["class": "word"], "Talkover")] + links),
                .tag("main", ["id": "main"], [.tag("h1", [:], HTML(title))] + main),
                .tag("footer", [:], .tag("p", [:], HTML("Read from \(store), at this moment."))),
            ])
    }

    /// A page that says one thing: that something is not there, or cannot be had now.
    package static func message(_ title: String, _ text: String, store: String) -> String {
        page(title, at: nil, store: store, [.tag("p", ["role": "alert"], HTML(text))])
    }

    /// An address with its parameters escaped, those without a value left out.
    static func link(_ path: String, _ parameters: KeyValuePairs<String, String?>) -> String {
        let query = parameters.compactMap { name, value in value.map { "\(name)=\(escaped($0))" } }
        return query.isEmpty ? path : path + "?" + query.joined(separator: "&")
    }

    /// Every byte but letters, digits and `-._~` as `%XX` (RFC 3986 §2.1).
    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "-._~".utf8.contains(byte)
            if isPlain { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }

    /// A field of a filter that offers what is there.
    static func choice(
        _ name: String, _ title: String, _ options: [(value: String, text: String)],
        chosen: String?
    ) -> HTML {
        .tag(
            "label", [:], HTML(title),
            .tag(
                "select", ["name": name],
                options.map { value, text in
                    value == (chosen ?? "")
                        ? .tag("option", ["value": value, "selected": ""], HTML(text))
                        : .tag("option", ["value": value], HTML(text))
                }))
    }

    /// A field of a filter that is typed into.
    static func field(
        _ name: String, _ title: String, value: String?, hint: String
    ) -> HTML {
        .tag(
            "label", [:], HTML(title),
            .void(
                "input",
                ["name": name, "value": value ?? "", "placeholder": hint, "size": "22"]))
    }

    static func table(_ label: String, head: [String], rows: [[HTML]]) -> HTML {
        .scrolling(
            label,
            .tag(
                "table", ["class": "figures"],
                .tag("thead", [:], .tag("tr", [:], head.map { .headerCell($0, scope: "col") })),
                .tag("tbody", [:], rows.map { .tag("tr", [:], $0) })))
    }
}
