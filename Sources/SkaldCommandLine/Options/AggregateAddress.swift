import ArgumentParser
import Kernel

/// `TYPE/KEY` as an argument; the key may hold further slashes.
struct AggregateAddress: ExpressibleByArgument {
    let type: String
    let key: String

    init?(argument: String) {
        guard let slash = argument.firstIndex(of: "/") else { return nil }
        type = String(argument[..<slash])
        key = String(argument[argument.index(after: slash)...])
        guard Self.isType(type), Names.isKey(key) else { return nil }
    }

    var text: String { "\(type)/\(key)" }

    /// A name, or one of the system's, which begin with `$`.
    static func isType(_ text: String) -> Bool { Names.isName(text.hasPrefix("$") ? String(text.dropFirst()) : text) }
}
