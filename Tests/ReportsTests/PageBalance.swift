/// The first element of a page that is closed where it was not opened, or not at all; `nil` for none.
func imbalance(_ page: String) -> String? {
    let void: Set = ["meta", "link", "input"]
    var open: [String] = []
    var rest = page[...]
    let tags = #/<(/?)([a-z][a-z0-9]*)((?:\s[a-zA-Z][a-zA-Z0-9-]*="[^"<>]*")*)>/#
    while let tag = rest.firstMatch(of: tags) {
        let name = String(tag.output.2)
        rest = rest[tag.range.upperBound...]
        if void.contains(name) { continue }
        if tag.output.1.isEmpty {
            open.append(name)
            // What is inside is no markup; it ends at the first end tag, whatever it holds.
            if name == "style" {
                guard let end = rest.firstRange(of: "</\(name)>") else { return name }
                rest = rest[end.lowerBound...]
            }
        } else if open.popLast() != name {
            return name
        }
    }
    return open.last
}
