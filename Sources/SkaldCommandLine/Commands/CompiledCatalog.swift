import Kernel
import SagaModel

/// The aggregates compiled into this binary, for checks without a server.
struct CompiledCatalog: AggregateCatalog {
    let handlers: [AggregateHandler]

    var aggregateTypes: [String] { handlers.map(\.type) }

    func commandNames(of type: String) -> [String] { handler(type)?.commandNames ?? [] }

    func find(_ command: String, of type: String) -> CommandFinding {
        guard let handler = handler(type) else { return .unknownType }
        return handler.fields(command).map { .fields($0) } ?? .unknownCommand
    }

    private func handler(_ type: String) -> AggregateHandler? { handlers.first { $0.type == type } }
}
