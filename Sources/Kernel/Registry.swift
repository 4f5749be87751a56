/// The aggregates of one server, each command of a type having exactly one handler.
public struct Registry: Sendable {
    /// In the order they were registered.
    public private(set) var handlers: [AggregateHandler] = []
    private var indices: [String: Int] = [:]
    private static let few = 12
    public init() {}

    public init(_ handlers: [AggregateHandler]) throws(RegistryError) {
        for handler in handlers { try register(handler) }
    }

    public mutating func register(_ handler: AggregateHandler) throws(RegistryError) {
        let type = handler.type
        guard type.utf8.first != UInt8(ascii: "$") else { throw .system(type) }
        guard Names.isName(type) else { throw .invalidName(type) }
        guard self[type] == nil else { throw .repeated(type) }
        for (index, name) in handler.commandNames.enumerated() {
            guard Names.isName(name) else { throw .invalidCommand(type, name) }
            guard !handler.commandNames[..<index].contains(name) else { throw .repeatedCommand(type, name) }
        }
        indices[type] = handlers.count
        handlers.append(handler)
    }

    /// Asked for with every command: of a few types a look at each is several times faster than hashing the name.
    public subscript(type: String) -> AggregateHandler? {
        guard handlers.count > Registry.few else { return handlers.first { $0.type == type } }
        return indices[type].map { handlers[$0] }
    }

    public var types: [String] { handlers.map(\.type).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}

/// Why an aggregate cannot be registered.
public enum RegistryError: Error, Equatable, Sendable, CustomStringConvertible {
    case repeated(String)
    case system(String)
    case invalidName(String)
    case repeatedCommand(String, String)
    case invalidCommand(String, String)

    public var description: String {
        switch self {
        case .repeated(let type): "the aggregate type '\(type)' is registered twice; a type has one handler"
        case .system(let type): "the aggregate type '\(type)' begins with '$', which is kept for the system's own"
        case .invalidName(let type):
            "'\(type)' is no name for an aggregate type: a lower-case letter, then up to 62 of a-z, 0-9, '_', '.', '-'"
        case .repeatedCommand(let type, let name): "the aggregate type '\(type)' lists the command '\(name)' twice"
        case .invalidCommand(let type, let name):
            "'\(name)' of '\(type)' is no name for a command: a lower-case letter, then up to 62 of a-z, 0-9, '_', '.', '-'"
        }
    }
}
