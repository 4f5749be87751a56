import Kernel

/// The views of one page of a list: it ends near a number of bytes, however few they are.
struct ListPage {
    private(set) var views: [JSON] = []
    /// Where the last row stands that was looked at.
    var last: UInt64?
    private var bytes = 0

    var isFull: Bool { bytes >= QueryLimits.answer }

    mutating func add(_ view: JSON) {
        views.append(view)
        bytes += view.bytes.count
    }
}

/// The `next` of `def.list`: the last definition of a page. It keeps its meaning when others are registered in between.
struct DefinitionCursor {
    private let name: String
    private let version: Int

    init(_ definition: RegisteredDefinition) {
        name = definition.name
        version = definition.version
    }

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, Names.isSagaName(String(parts[0])), let version = Int(parts[1]) else { return nil }
        name = String(parts[0])
        self.version = version
    }

    var text: String { "\(name)/\(version)" }

    static func < (left: DefinitionCursor, right: DefinitionCursor) -> Bool {
        left.name == right.name ? left.version < right.version : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
}
