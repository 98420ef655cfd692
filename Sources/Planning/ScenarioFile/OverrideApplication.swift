/// Puts what the command line says into a scenario's tree, before anything is validated.
struct OverrideApplication {
    let reader: ScenarioReader
    private(set) var root: YAMLValue

    init(_ root: YAMLValue, reader: ScenarioReader) {
        self.root = root
        self.reader = reader
    }

    /// Settings first and in order, then the options of their own, then the choice of paths.
    mutating func apply(_ overrides: ScenarioOverrides) {
        for setting in overrides.settings { apply(setting) }
        if let callers = overrides.callers {
            put("\(callers)", at: ["load", "callers"], option: "--callers")
        }
        if let duration = overrides.duration {
            put(duration, at: ["load", "for"], option: "--duration")
            remove("calls_each", from: ["load"])
        }
        if let seed = overrides.seed { put("\(seed)", at: ["seed"], option: "--seed") }
        if !overrides.paths.isEmpty { keep(paths: overrides.paths) }
        if let target = overrides.target {
            for path in pathNames { aim(path, at: target) }
        }
    }

    /// A hybrid's agent is behind its gateway, unless the target is a gateway itself.
    private mutating func aim(_ path: String, at target: String) {
        var keys = ["paths", path, "url"]
        if root["paths"]?[path]?["transport"]?.text == "hybrid" {
            if ["ws", "wss"].contains(URLParts(target)?.scheme) {
                keys = ["paths", path, "upstream", "url"]
            } else {
                remove("upstream", from: ["paths", path])
            }
        }
        put(target, at: keys, option: "--target", isPlain: false)
    }

    private var pathNames: [String] {
        guard case .mapping(let entries) = root["paths"]?.content else { return [] }
        return entries.map(\.key)
    }

    private mutating func apply(_ setting: ScenarioOverrides.Setting) {
        let option = Place.option("--set \(setting.key)")
        let keys = setting.keys
        guard keys.allSatisfy({ !$0.isEmpty }) else {
            reader.report(.unknownKey, at: option, "a key is empty; write it as in load.callers")
            return
        }
        if keys.first == "paths", keys.count > 2, !pathNames.contains(keys[1]) {
            let remedy = Suggestion.remedy(for: keys[1], among: pathNames)
            reader.report(
                .unknownKey, at: option, "no path '\(keys[1])' in the scenario; \(remedy)")
            return
        }
        if setting.value.allSatisfy(\.isWhitespace) {
            put("", at: keys, option: "--set \(setting.key)")
            return
        }
        let value = YAMLReader.read(setting.value, at: option) { reader.report($0, at: $1, $2) }
        if let value { put(value, at: keys, place: option) }
    }

    private mutating func put(
        _ text: String, at keys: [String], option: String, isPlain: Bool = true
    ) {
        let place = Place.option(option)
        put(YAMLValue(place: place, .scalar(text, isPlain: isPlain)), at: keys, place: place)
    }

    private mutating func put(_ value: YAMLValue, at keys: [String], place: Place) {
        if let fault = Self.put(value, at: keys[...], in: &root, place: place) {
            reader.report(.unknownKey, at: place, fault)
        }
    }

    /// - Returns: why it cannot be put there; `nil` when it was.
    private static func put(
        _ value: YAMLValue, at keys: ArraySlice<String>, in node: inout YAMLValue, place: Place
    ) -> String? {
        guard let key = keys.first else {
            node = value
            return nil
        }
        // `agent: embedded` is short for a mapping that a setting may want to reach into.
        if key == "embedded", node.text == "embedded" { node.content = .mapping([]) }
        switch node.content {
        case .mapping(var entries):
            let index = entries.firstIndex { $0.key == key } ?? entries.count
            if index == entries.count {
                entries.append(
                    YAMLEntry(key: key, place: place, value: YAMLValue(place: place, .mapping([])))
                )
            }
            if keys.count == 1 { entries[index].place = place }
            let fault = put(value, at: keys.dropFirst(), in: &entries[index].value, place: place)
            node.content = .mapping(entries)
            return fault
        case .sequence(var items):
            guard let index = Int(key), items.indices.contains(index) else {
                return
                    "'\(key)' is no item of the list; write a number from 0 to \(items.count - 1)"
            }
            let fault = put(value, at: keys.dropFirst(), in: &items[index], place: place)
            node.content = .sequence(items)
            return fault
        case .scalar:
            guard !node.isNull else {
                node.content = .mapping([])
                return put(value, at: keys, in: &node, place: place)
            }
            return "there is no '\(key)' here: the scenario has \(node.kindName)"
        }
    }

    private mutating func remove(_ key: String, from parents: [String]) {
        Self.remove(key, from: parents[...], in: &root)
    }

    private static func remove(
        _ key: String, from parents: ArraySlice<String>, in node: inout YAMLValue
    ) {
        guard case .mapping(var entries) = node.content else { return }
        if let parent = parents.first {
            guard let index = entries.firstIndex(where: { $0.key == parent }) else { return }
            remove(key, from: parents.dropFirst(), in: &entries[index].value)
        } else {
            entries.removeAll { $0.key == key }
        }
        node.content = .mapping(entries)
    }

    private mutating func keep(paths chosen: [String]) {
        let names = pathNames
        for path in chosen where !names.contains(path) {
            let remedy = Suggestion.remedy(for: path, among: names)
            reader.report(
                .unknownValue, at: .option("--path"), "no path '\(path)' in the scenario; \(remedy)"
            )
        }
        guard case .mapping(var entries) = root.content,
            let index = entries.firstIndex(where: { $0.key == "paths" }),
            case .mapping(let paths) = entries[index].value.content
        else { return }
        var rest = paths
        let kept = chosen.compactMap { name in
            rest.firstIndex { $0.key == name }.map { rest.remove(at: $0) }
        }
        // With none left, a second problem about missing paths would only confuse.
        if !kept.isEmpty { entries[index].value.content = .mapping(kept) }
        root.content = .mapping(entries)
    }
}
