public import Kernel

/// A server's own aggregates, as far as the checker of definitions asks.
extension Registry: AggregateCatalog {
    public var aggregateTypes: [String] { types }
    public func commandNames(of type: String) -> [String] { self[type]?.commandNames ?? [] }

    public func find(_ command: String, of type: String) -> CommandFinding {
        guard let handler = self[type] else { return .unknownType }
        return handler.fields(command).map { .fields($0) } ?? .unknownCommand
    }
}
