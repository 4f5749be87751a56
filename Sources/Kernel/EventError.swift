/// A stored event that today's code cannot read: a bug in the type's events or in its `upcast`.
public struct EventError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    @usableFromInline
    init(_ type: String, _ event: StoredEvent, _ error: MessageError) {
        let problem =
            switch error {
            case .unknownName(let name): "\(type) has no event '\(name)'"
            case .malformed(let message): message
            }
        description = "the event '\(event.name)' of '\(type)', written under schema \(event.schema), cannot be read: \(problem)"
    }
}
