public import Kernel
public import SagaModel

/// What simulated participants answer: results and codes of refusals by `aggregate.command` or `action`.
public struct TortureParticipants: Sendable {
    public struct Command: Sendable, Equatable {
        /// One of these, by seed.
        public var results: [JSON]
        /// Codes of its refusals, one by seed.
        public var refuses: [String]

        public init(results: [JSON] = [[:]], refuses: [String] = ["refused"]) {
            self.results = results
            self.refuses = refuses
        }
    }

    private var commands: [String: Command] = [:]

    /// Participants whose results have every member that the definition's expressions read, as text.
    public init(readBy definition: Definition) {
        let shapes = ResultShapes(definition)
        for (index, step) in definition.steps.enumerated() {
            guard let name = step.action.operation?.name else { continue }
            let known = commands[name]?.results.first ?? [:]
            commands[name] = Command(results: [shapes.result(of: index, named: step.name, over: known)])
        }
    }

    /// Adds what a file says: `{"hotel.reserve": {"result": …, "results": […], "refuses": ["full"]}}`; throws a sentence about
    /// what is wrong with it.
    public mutating func add(_ document: JSON) throws(TortureComplaint) {
        guard case .object(let members) = document else {
            throw TortureComplaint("participants are an object of `aggregate.command` or `action`, not \(document.kind)")
        }
        for (name, value) in members.members {
            guard case .object(let object) = value else { throw TortureComplaint("'\(name)' is an object, not \(value.kind)") }
            var command = Command()
            for (key, value) in object.members {
                switch (key, value) {
                case ("result", _): command.results = [value]
                case ("results", .array(let results)) where !results.isEmpty: command.results = results
                case ("refuses", .array(let codes)) where !codes.isEmpty && codes.allSatisfy { $0.stringValue != nil }:
                    command.refuses = codes.compactMap(\.stringValue)
                default:
                    throw TortureComplaint(
                        "'\(name)' takes `result`, `results` (a list) and `refuses` (a list of codes), not '\(key)'")
                }
            }
            commands[name] = command
        }
    }

    func command(_ name: String) -> Command { commands[name] ?? Command() }
}

/// Why a torture cannot begin, in a sentence.
public struct TortureComplaint: Error, Sendable, Equatable {
    public let message: String
    public init(_ message: String) { self.message = message }
}
