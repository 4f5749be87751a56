/// One kind of entity with a log of its own: a pure pair `decide` and `evolve` over a state that is a fold of events.
///
/// Written in one file, always in this order: state, commands, events, decide, evolve.
///
///     enum Counter: Aggregate {
///         static let type = "counter"
///         struct State: Codable, Sendable { var value: Int64 = 0 }
///         enum Command: Codable, Sendable { case add(n: Int64) }
///         enum Event: Codable, Sendable { case added(n: Int64) }
///         static let initial = State()
///
///         static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> {
///             switch command {
///             case .add(let n):
///                 let (sum, overflow) = state.value.addingReportingOverflow(n)
///                 guard !overflow else { throw Refusal("overflow", "the counter is full") }
///                 return .event(.added(n: n), result: ["value": .int(sum)])
///             }
///         }
///
///         static func evolve(_ state: inout State, _ event: Event) {
///             switch event { case .added(let n): state.value += n }
///         }
///     }
///
/// A command or event is one case of an enum; its name on the wire is the case's name in snake case, its body the case's
/// labelled values. Both functions must be pure: no clock, randomness, I/O or global state, so that replay gives the same
/// state everywhere. They run on the one thread that decides: make them fast, microseconds rather than milliseconds.
public protocol Aggregate: Sendable {
    associatedtype State: Codable & Sendable
    associatedtype Command: Codable & Sendable
    associatedtype Event: Codable & Sendable

    /// The name of this type in addresses `type/key`: `[a-z][a-z0-9_.-]{0,62}`.
    static var type: String { get }
    /// The state before any event.
    static var initial: State { get }
    /// Names of the commands, for suggestions in error messages and for `server info`; may be empty.
    static var commandNames: [String] { get }
    /// The version of the events' shape written today; raise it when the shape changes and say how in `upcast`.
    static var schema: Int { get }
    /// A snapshot of the state is kept every so many events. Snapshots are a cache: any value gives the same answers.
    static var snapshotInterval: Int { get }
    /// What a command with an expected version that is not the current one meets.
    static var conflictPolicy: ConflictPolicy<Self> { get }

    /// Accepts (events and a result) or throws a `Refusal`. Anything else thrown is a bug and answered `handler_failed`.
    static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event>
    /// Folds one event into the state. Total: an event that was accepted once must always fold.
    static func evolve(_ state: inout State, _ event: Event)
    /// Brings an event stored under an older `schema` to today's shape.
    static func upcast(_ event: StoredEvent) throws -> StoredEvent
}

extension Aggregate {
    public static var commandNames: [String] { [] }
    public static var schema: Int { 1 }
    public static var snapshotInterval: Int { 100 }
    public static var conflictPolicy: ConflictPolicy<Self> { .strict }
    public static func upcast(_ event: StoredEvent) throws -> StoredEvent { event }
}

/// An event as it lies in the log: its name, the schema it was written under, and its body.
public struct StoredEvent: Sendable, Equatable {
    public var name: String
    public var schema: Int
    public var body: JSON

    public init(name: String, schema: Int, body: JSON) {
        self.name = name
        self.schema = schema
        self.body = body
    }
}
