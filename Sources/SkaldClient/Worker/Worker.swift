public import Kernel
import Synchronization
import Wire
public import ZeroMQ

/// A worker: runs actions, and decides for aggregates, as a server asks.
///
///     let worker = Worker(options: WorkerOptions(credit: 16))     // of the server at SKALD_ENDPOINT
///     worker.action("airline.reserve") { task in
///         guard let seat = try await seats.take(for: task.operation) else { throw Refuse("sold_out") }
///         return Done(["seat": .string(seat)], undo: .call("airline.cancel", with: ["seat": .string(seat)]))
///     }
///     try await worker.run()
///
/// A handler answers by what it returns or throws: `Done`, `Refuse` (a definite no), `NotNow` (nothing happened), and every
/// other error as unknown. It may be asked again for an operation it has answered before: dedupe by `task.operation`.
/// The connection lives on a thread of its own and is made anew whenever it breaks; any thread may call any method.
public final class Worker: Sendable {
    public typealias Handler = @Sendable (WorkerTask) async throws -> Done

    struct State {
        var actions: [String: Handler] = [:]
        var aggregates: [String: AggregateHandler] = [:]
        var post: WorkerPost?
        var isRunning = false
        var isStopped = false
    }

    let endpoint: String
    let options: WorkerOptions
    let context: Context?
    let state = Mutex(State())

    public init(
        _ endpoint: String = SkaldClient.defaultEndpoint, options: WorkerOptions = WorkerOptions(), context: Context? = nil
    ) {
        self.endpoint = endpoint
        self.options = options
        self.context = context
    }

    /// Offers an action. Before `run`; a name that is none, or twice the same, is a programming error.
    public func action(_ name: String, _ handler: @escaping Handler) {
        precondition(Names.isName(name), "'\(name)' cannot name an action: [a-z][a-z0-9_.-]{0,62}")
        register { $0.actions.updateValue(handler, forKey: name) == nil }
    }

    /// Offers to decide for an aggregate, written as for a server of one's own. One worker has one `schema`: aggregates that
    /// differ in it need workers of their own.
    public func aggregate<A: Aggregate>(_ type: A.Type) { aggregate(AggregateHandler(type)) }

    public func aggregate(_ handler: AggregateHandler) {
        register { state in
            let schemas = Set(state.aggregates.values.map(\.schema))
            precondition(schemas.isSubset(of: [handler.schema]), "\(handler.type): another aggregate here has another schema")
            return state.aggregates.updateValue(handler, forKey: handler.type) == nil
        }
    }

    private func register(_ change: (inout State) -> Bool) {
        state.withLock { state in
            precondition(!state.isRunning, "a worker offers what it offers before it runs")
            precondition(change(&state), "this is offered already")
        }
    }

    /// Asks `run` to return: no new tasks, and what is held is answered within `options.grace`.
    public func stop() {
        let post = state.withLock { state in
            state.isStopped = true
            return state.post
        }
        post?.post(.stop)
    }
}
