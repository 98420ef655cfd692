import Dialects

/// Which replies have been stopped, so that audio of them that is still on its way is not played.
struct GivenUpReplies {
    private static let most = 4
    /// A reply that the agent does not name.
    private static let nameless: ReplyTag = 0

    private var tags: [ReplyTag] = []
    private var isNamelessGivenUp = false

    /// - Parameter isOrdered: whether the agent's own word ended the reply, so that nameless
    ///   audio after it belongs to another.
    mutating func giveUp(_ tag: ReplyTag, isOrdered: Bool) {
        guard tag != Self.nameless else {
            isNamelessGivenUp = !isOrdered
            return
        }
        guard !tags.contains(tag) else { return }
        if tags.count == Self.most { tags.removeFirst() }
        tags.append(tag)
    }

    func contains(_ tag: ReplyTag) -> Bool {
        tag == Self.nameless ? isNamelessGivenUp : tags.contains(tag)
    }

    /// The agent begins a reply; by a name that was used before, it is another one.
    mutating func begins(_ tag: ReplyTag) {
        isNamelessGivenUp = false
        tags.removeAll { $0 == tag }
    }

    /// What comes without a name now is another reply.
    mutating func forgetNameless() { isNamelessGivenUp = false }
}
