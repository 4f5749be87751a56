public import Kernel
import SagaModel
import SagaText

/// Tests a whole saga: that it succeeds, that a crash between any two commits changes nothing, that a failure of each step in
/// turn is undone without a trace, and that its undos bear being delivered twice. Calls are answered by a worker in the same
/// process, as `action` says.
///
///     try SagaScaffold(definition, aggregates: [AggregateHandler(Hotel.self), AggregateHandler(Card.self)])
///         .given("hotel/oslo", "stock", ["rooms": 3])
///         .given("card/c-1", "issue", ["limit": 100])
///         .when(input: ["rent": "r-1", "city": "oslo", "card": "c-1", "amount": 60])
///         .verify()
///
/// Needs no test framework, and runs on the server's own engine with a log in memory: no socket, file or waiting. Throws the
/// first `Difference`. A step that this input never reaches is not tested; `verify` names it.
public struct SagaScaffold: Sendable {
    /// What of an aggregate's state is compared.
    public typealias View = @Sendable (_ id: AggregateID, _ state: JSON) -> JSON

    let source: String
    let definition: Definition
    let handlers: [AggregateHandler]
    var scene: [SceneCommand] = []
    var input: JSON = [:]
    var view: View = { _, state in state }
    var undoneOnce: Set<String> = []
    /// By the name of an action.
    var performers: [String: Performer] = [:]

    /// `definition` is the text of a definition's file. Throws its problems, each with line and column.
    public init(_ definition: String, aggregates: [AggregateHandler]) throws {
        let reading = DefinitionReader.read(source: definition, catalog: try Registry(aggregates))
        guard let checked = reading.definition else {
            let problems = reading.problems.map(\.description).joined(separator: "\n            ")
            throw Difference("the definition \(reading.name ?? "") cannot run", expected: "no problems", actual: problems)
        }
        source = definition
        self.definition = checked
        handlers = aggregates
    }

    /// A command accepted before the saga starts; in the order given.
    public func given(_ address: String, _ command: String, _ body: JSON = [:]) -> SagaScaffold {
        var next = self
        next.scene.append(SceneCommand(address: address, name: command, body: body))
        return next
    }

    /// What the saga is started with.
    public func when(input: JSON) -> SagaScaffold {
        var next = self
        next.input = input
        return next
    }

    /// What of a state must be as before once the saga is undone. All of it unless you say otherwise: leave out what only
    /// tells of the past, such as a count of bookings.
    public func comparing(_ view: @escaping View) -> SagaScaffold {
        var next = self
        next.view = view
        return next
    }

    /// Lets the undo of these steps add up when it is delivered twice. Right only on aggregates of one server, whose log runs an
    /// undo once, and as long as nobody repeats it by hand.
    public func undoingOnce(_ steps: String...) throws -> SagaScaffold {
        for step in steps where definition.index(of: step) == nil {
            let hint = Suggestion.nearest(to: step, among: definition.steps.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
            throw Difference(
                "\(definition.name) has no step '\(step)'", expected: "one of its steps", actual: "'\(step)'\(hint)")
        }
        var next = self
        next.undoneOnce.formUnion(steps)
        return next
    }
}
