import Kernel

/// One connected worker.
struct Worker: Sendable {
    /// Its place in the list of credits.
    let slot: Int
    let since: Timestamp
    var heard: Timestamp
    var offer: WorkerOffer
    /// What was promised to it but is not durable yet.
    private(set) var bookings: [Booking: Int] = [:]
    /// The tasks it holds, each with its place in the order they were given.
    var tasks: [String: UInt64] = [:]

    struct Booking: Hashable, Sendable {
        let duty: Duty
        let lane: Lane
    }

    init(slot: Int, since: Timestamp, offer: WorkerOffer) {
        self.slot = slot
        self.since = since
        heard = since
        self.offer = offer
    }

    mutating func book(_ booking: Booking) { bookings[booking, default: 0] += 1 }

    /// False when there is no such booking.
    mutating func unbook(_ booking: Booking) -> Bool {
        guard let count = bookings[booking] else { return false }
        bookings[booking] = count > 1 ? count - 1 : nil
        return true
    }
}
