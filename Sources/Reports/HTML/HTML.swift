/// A piece of a page that is safe to put anywhere in it: text enters only escaped.
struct HTML: ExpressibleByStringInterpolation, Sendable {
    /// The markup itself; only this file adds to it without escaping.
    private(set) var markup: String

    /// Text, escaped; a literal in the source is text like any other.
    init(stringLiteral text: String) { markup = Markup.escaped(text) }

    init(_ text: String) { markup = Markup.escaped(text) }

    private init(markup: String) { self.markup = markup }

    static let empty = HTML(markup: "")

    /// An element whose name and attribute names come from the source and whose values are escaped.
    static func tag(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        _ children: HTML...
    ) -> HTML {
        tag(name, attributes, children)
    }

    static func tag(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        _ children: [HTML]
    ) -> HTML {
        let open = "<\(name)\(text(of: attributes))>"
        return HTML(markup: open + children.map(\.markup).joined() + "</\(name)>")
    }

    /// An element without content or end tag.
    static func void(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]
    ) -> HTML {
        HTML(markup: "<\(name)\(text(of: attributes))>")
    }

    /// A `style` or `script` element around a constant of the source.
    static func source(_ name: StaticString, _ code: StaticString) -> HTML {
        HTML(markup: "<\(name)>\n\(code)</\(name)>")
    }

    /// Data for the page's script: ``JSONValue`` writes no character that could end the element.
    static func data(id: StaticString, _ value: JSONValue) -> HTML {
        HTML(markup: "<script type=\"application/json\" id=\"\(id)\">\(value.compact)</script>")
    }

    static func joined(_ parts: [HTML], separator: HTML = .empty) -> HTML {
        HTML(markup: parts.map(\.markup).joined(separator: separator.markup))
    }

    /// A whole document in UTF-8.
    static func document(head: [HTML], body: [HTML]) -> String {
        let head = HTML.tag("head", [:], head).markup
        let body = HTML.tag("body", [:], body).markup
        return "<!doctype html>\n<html lang=\"en\">\n\(head)\n\(body)\n</html>\n"
    }

    private static func text(of attributes: KeyValuePairs<StaticString, String>) -> String {
        attributes.filter { "\($0.key)" != "class" || !$0.value.isEmpty }
            .map { " \($0.key)=\"\(Markup.escaped($0.value))\"" }.joined()
    }
}

extension HTML {
    /// A table in a box of its own, so that a narrow screen scrolls the table and not the page.
    static func scrolling(_ label: String, _ table: HTML) -> HTML {
        tag(
            "div", ["class": "scroll", "role": "region", "tabindex": "0", "aria-label": label],
            table)
    }

    static func section(id: StaticString, _ title: String, _ children: [HTML]) -> HTML {
        let heading = HTML.tag("h2", ["id": "\(id)-title"], HTML(title))
        return tag(
            "section", ["id": "\(id)", "aria-labelledby": "\(id)-title"], [heading] + children)
    }

    static func headerCell(_ text: String, scope: String, class name: String = "") -> HTML {
        tag("th", ["scope": scope, "class": name], HTML(text))
    }

    static func cell(_ text: String, class name: String = "") -> HTML {
        tag("td", ["class": name], HTML(text))
    }
}
