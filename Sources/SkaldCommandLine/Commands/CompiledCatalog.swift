import Kernel
import SagaModel

/// The aggregates compiled into this binary, and those said to be of workers, for checks without a server.
struct CompiledCatalog: AggregateCatalog {
    let handlers: [AggregateHandler]
    var remote: [String] = []

    var aggregateTypes: [String] { handlers.map(\.type) + remote }

    func isRemote(_ type: String) -> Bool { remote.contains(type) }

    func commandNames(of type: String) -> [String] { handler(type)?.commandNames ?? [] }

    func find(_ command: String, of type: String) -> CommandFinding {
        guard let handler = handler(type) else { return .unknownType }
        return handler.fields(command).map { .fields($0) } ?? .unknownCommand
    }

    private func handler(_ type: String) -> AggregateHandler? { handlers.first { $0.type == type } }
}

/// Takes every command as known: for reading a definition that a server judges, or judged.
struct UncheckedCatalog: AggregateCatalog {
    var aggregateTypes: [String] { [] }
    func commandNames(of type: String) -> [String] { [] }
    func find(_ command: String, of type: String) -> CommandFinding { .unchecked }
}
