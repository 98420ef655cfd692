import Dialects
import Timeline

/// What becomes of an event that a caller sends on the data channel.
enum CallerEventRule: Equatable {
    case forward
    /// Without what is not the caller's to say.
    case replace([UInt8])
    /// Drop what is still to be played; the agent knows no such event.
    case clear
    case refuse

    /// Audio comes as RTP and its formats are the gateway's own, so that no event may bring
    /// audio, or say how it is encoded.
    static func judge(_ event: UnsafeRawBufferPointer) -> CallerEventRule {
        guard let value = try? JSONParser.parse(event), let type = value["type"]?.text else {
            return .refuse
        }
        switch type {
        case "input_audio_buffer.append", "start": return .refuse
        case "output_audio_buffer.clear": return .clear
        case "session.update":
            guard let bare = withoutFormats(value) else { return .forward }
            var buffer = WireBuffer()
            buffer.append(json: bare)
            return .replace(Array(buffer.bytes))
        default: return .forward
        }
    }

    /// - Returns: `nil` where there are none.
    private static func withoutFormats(_ event: JSONValue) -> JSONValue? {
        var isChanged = false
        let bare = changing(event, ["session"]) { session in
            let names = ["input_audio_format", "output_audio_format"]
            let (outer, isOuter) = removing(names, from: session)
            var result = outer
            isChanged = isOuter
            for side in ["input", "output"] {
                result = changing(result, ["audio", side]) { audio in
                    let (inner, isInner) = removing(["format"], from: audio)
                    isChanged = isChanged || isInner
                    return inner
                }
            }
            return result
        }
        return isChanged ? bare : nil
    }

    /// Changes the member at a path, where it is there; all of a name if it is there twice.
    private static func changing(
        _ value: JSONValue, _ path: ArraySlice<String>, _ change: (JSONValue) -> JSONValue
    ) -> JSONValue {
        guard let name = path.first else { return change(value) }
        guard case .object(var members) = value else { return value }
        for index in members.indices where members[index].name == name {
            members[index].value = changing(members[index].value, path.dropFirst(), change)
        }
        return .object(members)
    }

    private static func removing(
        _ names: [String], from value: JSONValue
    ) -> (value: JSONValue, isChanged: Bool) {
        guard case .object(let members) = value else { return (value, false) }
        let kept = members.filter { !names.contains($0.name) }
        return (.object(kept), kept.count < members.count)
    }
}
