import Kernel

/// `hotel.reserve`: a command by its aggregate's type and its name. Both may hold dots.
public struct CommandName: Sendable, Equatable {
    public let aggregate: String
    public let name: String

    public init(_ aggregate: String, _ name: String) {
        self.aggregate = aggregate
        self.name = name
    }

    /// Every way to cut a text into a type and a command, the shortest type first.
    public static func cuts(_ text: String) -> [CommandName] {
        text.indices.filter { text[$0] == "." }.compactMap { dot in
            let cut = CommandName(String(text[..<dot]), String(text[text.index(after: dot)...]))
            return Names.isName(cut.aggregate) && Names.isName(cut.name) ? cut : nil
        }
    }

    /// The first cut that leaves a known type; nil where none does.
    public static func find(_ text: String, in catalog: some AggregateCatalog) -> CommandName? {
        cuts(text).first { catalog.find($0.name, of: $0.aggregate) != .unknownType || catalog.isRemote($0.aggregate) }
    }

    /// As the log keeps it: its type stands beside it, or ends with the last dot.
    init?(stored text: String, type: String?) {
        guard let type = type ?? Self.untilLastDot(text), text.hasPrefix(type + ".") else { return nil }
        self.init(type, String(text.dropFirst(type.count + 1)))
    }

    private static func untilLastDot(_ text: String) -> String? {
        text.lastIndex(of: ".").map { String(text[..<$0]) }
    }
}
