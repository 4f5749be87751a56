import EventLog
import Kernel
import SagaModel

/// An aggregate type that workers have offered, as the store remembers it.
enum RemoteType {
    private static let prefix = Array("remote/".utf8)

    static func row(_ type: String) -> TableWrite { TableWrite(.server, key: prefix + Array(type.utf8), value: []) }

    static func visit(_ reader: any LogReader, _ found: (String) -> Void) throws {
        try reader.visit(.server, from: prefix, backwards: false) { key, _ in
            guard key.starts(with: prefix) else { return false }
            found(String(decoding: key[prefix.count...], as: UTF8.self))
            return true
        }
    }
}

/// The aggregates of a server: those compiled in, and those of workers.
struct ServerCatalog: AggregateCatalog {
    let registry: Registry
    let remote: Set<String>

    var aggregateTypes: [String] { registry.types + remote.sorted() }
    func commandNames(of type: String) -> [String] { registry.commandNames(of: type) }
    func isRemote(_ type: String) -> Bool { registry[type] == nil && remote.contains(type) }

    func find(_ command: String, of type: String) -> CommandFinding {
        isRemote(type) ? .unchecked : registry.find(command, of: type)
    }
}
