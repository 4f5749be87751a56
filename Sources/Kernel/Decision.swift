/// What an aggregate decided: the events that happened, in order, and the answer for whoever asked.
///
///     return .events([.deposited(amount: amount)], result: ["balance": balance + amount])
///
/// No events is a legal decision: nothing changed, and the reply says so by keeping the version.
public struct Decision<Event: Sendable>: Sendable {
    public let events: [Event]
    public let result: JSON

    @inlinable
    public init(events: [Event], result: JSON) {
        self.events = events
        self.result = result
    }

    @inlinable
    public static func events(_ events: [Event], result: JSON = [:]) -> Decision { Decision(events: events, result: result) }
    @inlinable
    public static func event(_ event: Event, result: JSON = [:]) -> Decision { Decision(events: [event], result: result) }
    @inlinable
    public static func nothing(result: JSON = [:]) -> Decision { Decision(events: [], result: result) }
}
